import ArtifactKinds
import Platform
import PortageFiles
import TextKit

/// `helper resolve FOLDER HOSTS CONFIGURATION BOOTSTRAP-CONFIGURATION [SET WORD…]…`: writes the lists of packages of the
/// image to FOLDER.
///
/// SET is `--bootstrap`, whose words are atoms with USE flags after a blank, or `--base`, `--build`, `--skeleton`,
/// `--install`, `--installonly` or `--initramfs`, whose words are atoms; or `--follow`, whose words are files of `FollowRules`.
enum Resolve {
  static func run(_ arguments: [String]) throws {
    guard let program = try program(arguments) else { throw UserError.helperUsage("resolve \(usage)") }
    let lists = Path(arguments[0])
    let known = RepositoryParts.packages(in: lists.parent)
    let began = Clock.wall
    try run(program) { scratch, stage, environment in
      let resolution = try program.resolution(
        in: scratch, source: try Directory.current(), environment: environment)
      try resolution.write(to: lists)
      // The files of these were not looked at before.
      let new = resolution.asked.filter { !(known?.contains($0) ?? true) }
      if try stage.hasChanged(packages: new, since: began) {
        try RepositoryParts.forgetPackages(in: lists.parent)
      }
    }
  }

  private static let usage = "FOLDER HOSTS CONFIGURATION BOOTSTRAP-CONFIGURATION [SET WORD…]…"

  /// `helper fetch-sources FILE FOLDER HOSTS CONFIGURATION BOOTSTRAP-CONFIGURATION [SET WORD…]…`: downloads the sources of
  /// all packages that are built for the image, and writes the names of the files to FILE. The other arguments are those of
  /// `resolve`.
  static func fetchSources(_ arguments: [String]) throws {
    guard let name = arguments.first, var program = try program(Array(arguments.dropFirst())) else {
      throw UserError.helperUsage("fetch-sources FILE \(usage)")
    }
    program.fetches = true
    try run(program) { scratch, _, _ in
      let text = try program.sources(in: scratch).map { $0 + "\n" }.joined()
      let file = Path(name)
      try Directory.create(file.parent, intermediates: true)
      try AtomicFile.write(Array(text.utf8), to: file, durable: false)
    }
  }

  /// Runs the program. Ends this process if it fails.
  ///
  /// - Parameter take: reads the answer, in a folder that is removed afterwards.
  private static func run(
    _ program: ResolutionProgram,
    take: (_ scratch: Path, _ stage: EmergeStage, _ environment: [String: String]) throws -> Void
  ) throws {
    let variables = Dictionary(
      Environment.variables.compactMap { text -> (String, String)? in
        let parts = text.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2
          ? (String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self)) : nil
      }
    ) { $1 }
    let scratch = try Directory.createTemporary(prefix: Path(variables["TMPDIR"] ?? "/tmp") / "resolve.")
    defer { try? Directory.removeTree(scratch) }
    let stage = try EmergeStage()
    try program.prepare(in: scratch, stage)
    let words = program.words(in: scratch)
    let environment = variables.merging(program.environment(in: scratch)) { $1 }
    try EmergeRun(stage).run(
      words[0], Array(words.dropFirst()), environment: environment.map { Array("\($0.key)=\($0.value)".utf8) }
    ) {
      try? Directory.removeTree(scratch)
    }
    try take(scratch, stage, environment)
  }

  /// The program that these arguments ask for; nil if they are wrong.
  static func program(_ arguments: [String]) throws -> ResolutionProgram? {
    guard arguments.count >= 4 else { return nil }
    var sets = ResolutionProgram.Sets()
    var lock: Path?
    var follow: [Path] = []
    var set = ""
    for word in arguments.dropFirst(4) {
      if word.hasPrefix("--") {
        set = word
        continue
      }
      switch set {
      case "--bootstrap":
        let words = word.split(separator: " ", maxSplits: 1).map(String.init)
        sets.bootstrap.append((words[0], words.count > 1 ? words[1] : ""))
      case "--base": sets.base.append(word)
      case "--build": sets.build.append(word)
      case "--skeleton": sets.skeleton.append(word)
      case "--install": sets.install.append(word)
      case "--installonly": sets.installonly.append(word)
      case "--initramfs": sets.initramfs.append(word)
      case "--follow": follow.append(Path(word))
      case "--lock": lock = Path(word)
      default: return nil
      }
    }
    return try ResolutionProgram(
      sets: sets, follow: follow, lock: lock.map { try PackageLock(File.read($0), file: "\($0)") },
      bootstrapConfiguration: Path(arguments[3]), configuration: Path(arguments[2]),
      hosts: Path(arguments[1]))
  }
}
