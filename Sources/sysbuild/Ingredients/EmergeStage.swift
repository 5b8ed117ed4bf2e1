import Platform
import Stamps

/// What the environment of a stage says to emerge.
struct EmergeStage {
  let root: Path
  let binaryPackages: Path
  private let configuration: Path
  private let toolchain: Path
  private let chost: String
  private let searchPath: String
  private let repositories: [String: Path]

  init() throws {
    func value(_ name: String) throws -> String {
      guard let value = Environment.value(name) else {
        throw UserError(
          "'sysbuild helper emerge' finds no \(name) in its environment: it is for the recipes of stages")
      }
      return String(decoding: value, as: UTF8.self)
    }
    root = Path(try value("ROOT"))
    binaryPackages = Path(try value("PKGDIR"))
    configuration = Path(try value("PORTAGE_CONFIGROOT"))
    toolchain = Path(try value("SYSBUILD_TOOLCHAIN"))
    chost = try value("CHOST")
    searchPath = try value("PATH")
    repositories = Self.repositories(try value("PORTAGE_REPOSITORIES"))
  }

  /// `[NAME]` and `location = PATH` of a repos.conf.
  static func repositories(_ text: String) -> [String: Path] {
    var repositories: [String: Path] = [:]
    var name = ""
    for line in text.split(separator: "\n").map({ String($0).trimmed }) {
      if line.hasPrefix("["), line.hasSuffix("]") { name = String(line.dropFirst().dropLast()) }
      let parts = line.split(separator: "=", maxSplits: 1).map { String($0).trimmed }
      if parts.count == 2, parts[0] == "location" { repositories[name] = Path(parts[1]) }
    }
    return repositories
  }

  /// - Parameter toolchainIndex: where it is kept what the toolchain's files hold.
  func ingredients(toolchainIndex: Path) throws -> Ingredients {
    let source = try Directory.current()
    let reading = try ConfigurationRoot(path: configuration, sourceTree: source, repositories: repositories)
      .read()
    return Ingredients(
      configuration: PackageConfiguration(reading, in: source),
      toolchain: try toolchainText(index: FileIndex(toolchainIndex)), repositories: repositories)
  }

  /// The versions of the compiler and the linker, and the digest of what the toolchain's folder holds.
  private func toolchainText(index: FileIndex) throws -> String {
    let versions = ["gcc", "ld"].compactMap { tool -> String? in
      guard let program = ProgramSearch.find("\(chost)-\(tool)", in: searchPath) else { return nil }
      let text = ProgramOutput.of(
        program, ["--version"], environment: ["PATH=\(searchPath)", "LC_ALL=C.UTF-8"])
      return text?.split(separator: "\n").first.map(String.init)
    }
    let tree = FileIndex.Subject(toolchain, .tree(excluding: []))
    try index.refresh([tree])
    try Directory.create(index.file.parent, intermediates: true)
    try index.save()
    let digest = index.observation(tree).map { String($0.digest.hex.prefix(16)) } ?? "none"
    return (versions + [digest]).joined(separator: ", ")
  }

  /// execve(2).
  func become(_ program: String, _ arguments: [String]) throws -> Never {
    throw ExecutedProgram.replaceThisProcess(with: try find(program), [program] + arguments)
  }

  func find(_ program: String) throws(UserError) -> Path {
    guard let path = ProgramSearch.find(program, in: searchPath) else {
      throw UserError("'\(program)' was not found on PATH (\(searchPath))")
    }
    return path
  }
}
