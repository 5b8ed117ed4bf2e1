import Platform
import TextKit

/// The machines that DISTCC_HOSTS names: whether their compilers make what this machine's makes.
///
/// distcc itself does not compare compilers, so another version on one machine would change what is built with the order
/// in which files happen to be spread.
struct CompilerHosts {
  static let variable = "DISTCC_HOSTS"

  /// The words of DISTCC_HOSTS that name other machines, without options (`--randomize`) and this machine.
  let names: [String]
  /// The compilers for CHOST, on PATH.
  let compilers: [Path]
  let searchPath: String

  init(hosts: String, chost: String, searchPath: String) {
    names = hosts.split(separator: " ").map(String.init).filter { word in
      !word.hasPrefix("-") && !["localhost", "+zeroconf"].contains(word.prefix { $0 != "/" && $0 != "," })
    }
    compilers = ["gcc", "g++"].compactMap { ProgramSearch.find("\(chost)-\($0)", in: searchPath) }
    self.searchPath = searchPath
  }

  /// What is to be said of each machine. They are asked in parallel, for some seconds at most.
  func findings() throws -> [Finding] {
    if names.isEmpty { return [] }
    guard ProgramSearch.find("distcc", in: searchPath) != nil else {
      return [.error("DISTCC_HOSTS is set, but there is no distcc on this machine", remedy: "install distcc")]
    }
    guard !compilers.isEmpty else {
      return [
        .note("the machines of DISTCC_HOSTS are asked for their compilers when the target toolchain is made")
      ]
    }
    let scratch = try Directory.createTemporary(prefix: "/tmp/sysbuild-compilers-")
    defer { try? Directory.removeTree(scratch) }
    // Preprocessed, so that all of the work is theirs.
    try File.write(Array(Self.sample.utf8), to: scratch / "sample.i")
    let own = try compilers.map { try compile($0, on: nil, in: scratch / "own") }
    let answers = concurrentMap(names.enumerated().map { ($0.offset, $0.element) }, minimum: 1) {
      number, name in
      Result { try compilers.map { try compile($0, on: name, in: scratch / Path("\(number)")) } }
    }
    return try zip(names, answers).map { name, answer in finding(name, own, try answer.get()) }
  }

  /// Throws if a machine that is to compile has another compiler.
  ///
  /// - Parameter warn: is told of those that do not compile.
  func check(warn: (String) throws -> Void) throws {
    let findings = try findings()
    for finding in findings where finding.level == .warning { try warn(finding.sentence) }
    if let error = findings.first(where: { $0.level == .error }) { throw UserError(error.sentence) }
  }

  private func finding(_ name: String, _ own: [[UInt8]?], _ others: [[UInt8]?]) -> Finding {
    guard let version = Self.version(own) else {
      return .error("the compiler for CHOST compiles nothing", remedy: "'sysbuild -B toolchain' makes it anew")
    }
    guard let other = Self.version(others) else {
      return .warning(
        "the machine '\(name)' of DISTCC_HOSTS does not compile for CHOST, so that its part is compiled here",
        remedy: "start distccd there, and install the same compilers")
    }
    if zip(own, others).allSatisfy({ $1 == nil || $0 == $1 }) { return .ok("'\(name)' compiles with \(other)") }
    let difference =
      version == other
      ? "with other results than \(version) here" : "with \(other), and this machine with \(version)"
    return .error(
      "the machine '\(name)' of DISTCC_HOSTS compiles \(difference)",
      remedy: "install the same compiler there, or leave the machine out")
  }

  /// What the compiler makes of the sample; nil if nothing.
  ///
  /// - Parameter host: nil for this machine.
  private func compile(_ compiler: Path, on host: String?, in folder: Path) throws -> [UInt8]? {
    try Directory.create(folder, intermediates: true)
    let file = folder / Path("\(compiler.lastComponent).o")
    let hosts =
      host.map {
        ["DISTCC_HOSTS=\($0)", "DISTCC_FALLBACK=0", "DISTCC_BACKOFF_PERIOD=0", "DISTCC_IO_TIMEOUT=10"]
      } ?? []
    let environment =
      ["PATH=\(searchPath)", "LC_ALL=C.UTF-8", "HOME=\(folder)", "DISTCC_DIR=\(folder)"] + hosts
    let words = ["\(compiler)", "-O2", "-c", "sample.i", "-o", "\(file)"]
    let (_, status) = try ProgramOutput.ofBothStreams(
      compiler, words, environment: environment, directory: folder.parent)
    return status.isSuccess ? try? File.read(file) : nil
  }

  /// With the name that goes into the object file, which is that of a temporary file otherwise.
  private static let sample =
    "# 1 \"sample.c\"\nint sum(const int *values, int count) {\n  int sum = 0;\n"
    + "  for (int i = 0; i < count; i++) sum += values[i] * 7 / 3;\n  return sum;\n}\n"

  /// The version that gcc writes into the section `.comment` of an object file: `GCC: (Debian 12.2.0-14) 12.2.0`.
  private static func version(_ objects: [[UInt8]?]) -> String? {
    for case let object? in objects {
      guard let start = object.position(of: Array("GCC: (".utf8)) else { continue }
      return printable(Array(object[start...].prefix { $0 != 0 }))
    }
    return nil
  }
}
