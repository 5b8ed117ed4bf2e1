import Platform
import PortageFiles
import TextKit

/// `helper resolve FOLDER HOSTS CONFIGURATION BOOTSTRAP-CONFIGURATION [SET WORD…]…`: writes the lists of packages of the
/// image to FOLDER.
///
/// SET is `--bootstrap`, whose words are atoms with USE flags after a blank, or `--base`, `--build`, `--skeleton`,
/// `--install` or `--installonly`, whose words are atoms.
enum Resolve {
  static func run(_ arguments: [String]) throws {
    guard let program = program(arguments) else {
      throw UserError.helperUsage("resolve FOLDER HOSTS CONFIGURATION BOOTSTRAP-CONFIGURATION [SET WORD…]…")
    }
    let variables = Dictionary(
      Environment.variables.compactMap { text -> (String, String)? in
        let parts = text.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
        return parts.count == 2
          ? (String(decoding: parts[0], as: UTF8.self), String(decoding: parts[1], as: UTF8.self)) : nil
      }
    ) { $1 }
    let scratch = try Directory.createTemporary(prefix: Path(variables["TMPDIR"] ?? "/tmp") / "resolve.")
    defer { try? Directory.removeTree(scratch) }
    try program.writeRequest(in: scratch)
    let words = program.words(in: scratch)
    let environment = variables.merging(program.environment(in: scratch)) { $1 }
    try EmergeRun(try EmergeStage()).run(
      words[0], Array(words.dropFirst()), environment: environment.map { Array("\($0.key)=\($0.value)".utf8) }
    ) {
      try? Directory.removeTree(scratch)
    }
    try program.resolution(in: scratch, source: try Directory.current(), environment: environment)
      .write(to: Path(arguments[0]))
  }

  /// The program that these arguments ask for; nil if they are wrong.
  static func program(_ arguments: [String]) -> ResolutionProgram? {
    guard arguments.count >= 4 else { return nil }
    var sets = ResolutionProgram.Sets()
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
      default: return nil
      }
    }
    return ResolutionProgram(
      sets: sets, bootstrapConfiguration: Path(arguments[3]), configuration: Path(arguments[2]),
      hosts: Path(arguments[1]))
  }
}
