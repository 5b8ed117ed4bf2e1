import EmergeOutput
import Platform
import PortageFiles
import Stamps
import TextKit

/// The settings that a stage gives to emerge in its environment.
struct EmergeStage {
  let root: Path
  /// The root that packages are built against, which may be another.
  let sysroot: Path
  let binaryPackages: Path
  /// The program `emerge` of the host backends.
  let emerge: Path
  private let source: Path
  private let configuration: ConfigurationLayers
  private let toolchain: Path
  let chost: String
  let searchPath: String
  /// The machines that compile, for distcc.
  let compilerHosts: String
  private let logFolder: Path?
  /// The repositories, as text of a repos.conf.
  let reposConf: String

  /// Reads the environment of the process, for a helper that a recipe calls.
  init() throws {
    try self.init(source: try Directory.current()) { name in
      Environment.value(name).map { String(decoding: $0, as: UTF8.self) }
    }
  }

  /// - Parameter source: the source tree.
  init(source: Path, environment: (String) -> String?) throws(UserError) {
    func value(_ name: String) throws(UserError) -> String {
      if let value = environment(name) { return value }
      throw .notOfAStage(missing: name)
    }
    self.source = source
    root = Path(try value("ROOT"))
    sysroot = Path(try value("SYSBUILD_SYSROOT"))
    binaryPackages = Path(try value("PKGDIR"))
    emerge = Path(try value("SYSBUILD_EMERGE"))
    configuration = JoinedConfiguration.layers(
      Path(try value("PORTAGE_CONFIGROOT")), in: source, environment(JoinedConfiguration.variable))
    toolchain = Path(try value("SYSBUILD_TOOLCHAIN"))
    chost = try value("CHOST")
    searchPath = try value("PATH")
    compilerHosts = environment(CompilerHosts.variable) ?? ""
    reposConf = try value("PORTAGE_REPOSITORIES")
    logFolder = environment("EMERGE_LOG_DIR").map { Path($0) }
  }

  func repositories(_ reposConf: String) throws -> Repositories {
    try Repositories(inReposConf: reposConf, reader: SourceReader(sourceTree: source))
  }

  func ingredients() throws -> Ingredients {
    let repositories = try repositories(reposConf)
    let reading = try ConfigurationRoot(configuration, sourceTree: source, repositories: repositories)
      .read()
    let merging = ["COLLISION_IGNORE", "INSTALL_MASK", "UNINSTALL_IGNORE"].compactMap { name in
      reading.variables[name].map { Listing.Entry(key: name.utf8, value: $0.value, place: $0.place) }
    }
    return Ingredients(
      configuration: PackageConfiguration(reading), repositories: repositories, merging: merging,
      scripts: reading.scripts)
  }

  /// Whether a file of one of these packages, `category/name`, has been changed, added or removed since then in a
  /// repository, or may have been.
  ///
  /// - Parameter time: nanoseconds since the epoch.
  func hasChanged(packages: [String], since time: Int64) throws -> Bool {
    let folders = try repositories(reposConf).all.flatMap { repository in
      packages.map { repository.path / Path($0) }
    }
    return try folders.contains { folder in
      try FileChanges.any(
        of: Set(
          FileChanges.folders(in: folder).flatMap { folder in
            [folder] + ((try? Directory.entries(of: folder)) ?? []).map { folder / $0.name }
          }), since: time)
    }
  }

  /// Whether a file of the configuration that this package is built from has been changed, added or removed since then,
  /// or may have been.
  ///
  /// - Parameters:
  ///   - time: nanoseconds since the epoch.
  ///   - entries: of the package's listing, at that time and now.
  func isConfigurationChanged(since time: Int64, _ entries: [Listing.Entry]) throws(SystemError) -> Bool {
    let folders = configuration.roots.map { $0 / "etc/portage" }
    var paths = Set(folders)
    let repositories = Repositories.folders(inReposConf: reposConf)
    for place in Set(entries.compactMap(\.place)) {
      let file = SourceReader.path(
        named: Self.file(of: place), sourceTree: source, repositories: repositories)
      paths.formUnion([file, file.parent])
    }
    for name: Path in ["env", "hooks", "package.env", "patches", "savedconfig"] {
      for folder in folders { paths.formUnion(try FileChanges.folders(in: folder / name)) }
    }
    return FileChanges.any(of: paths, since: time)
  }

  /// `FILE` of `FILE:LINE`.
  private static func file(of place: String) -> String {
    guard let colon = place.lastIndex(of: ":"), !place[colon...].dropFirst().isEmpty,
      place[colon...].dropFirst().utf8.allSatisfy(AtomGrammar.isDigit)
    else { return place }
    return String(place[..<colon])
  }

  /// The versions of the compiler and the linker, and a digest of the content of the toolchain's folder.
  ///
  /// - Parameters:
  ///   - index: of the toolchain's folder.
  ///   - isKept: whether to save that index.
  func toolchainText(index: FileIndex, isKept: Bool) throws -> String {
    let versions = try ["gcc", "ld"].compactMap { tool -> String? in
      guard let program = ProgramSearch.find("\(chost)-\(tool)", in: searchPath) else { return nil }
      let text = try ProgramOutput.of(
        program, ["--version"], environment: ["PATH=\(searchPath)", "LC_ALL=C.UTF-8"])
      return text?.split(separator: "\n").first.map(String.init)
    }
    let tree = FileIndex.Subject(toolchain, .tree(excluding: []))
    try index.refresh([tree])
    if isKept {
      try Directory.create(index.file.parent, intermediates: true)
      try index.save()
    }
    let digest = index.observation(tree).map { String($0.digest.hex.prefix(16)) } ?? "none"
    return (versions + [digest]).joined(separator: ", ")
  }

  /// Binutils for CHOST, or for the machine that builds, which can read the same files.
  var readelf: Path {
    get throws(UserError) {
      if let program = ProgramSearch.find("\(chost)-readelf", in: searchPath) { return program }
      return try find("readelf")
    }
  }

  /// What emerge has written to its log; empty if that cannot be read.
  var emergeLog: [UInt8] { logFolder.flatMap { try? File.read($0 / "emerge.log") } ?? [] }

  /// The file of the program `emerge` of the host backends.
  var emergeFile: Path { source / emerge }

  /// Replaces this process by a program (execve(2)).
  func become(_ program: String, _ arguments: [String]) throws -> Never {
    throw ExecutedProgram.replaceThisProcess(with: try find(program), [program] + arguments)
  }

  func find(_ program: String) throws(UserError) -> Path {
    guard let path = ProgramSearch.find(program, in: searchPath) else {
      throw .programMissing(program, searchPath: searchPath)
    }
    return path
  }
}
