import Glibc
import Platform
import Testing

/// A source tree with the variant `tiny`, whose ebuilds have no sources, and its O and IMAGESDIR: real
/// Portage, real mksquashfs, two seconds a package.
struct ImageTree {
  let folder: Path
  var source: Path { folder / "source" }
  var build: Path { folder / "O" }
  var images: Path { folder / "images" }
  private var saved: Path { folder / "saved" }

  /// The tree with everything built; removed and made anew if it was there.
  init() throws {
    folder = try Environment.executable().parent / "image-tests"
    let package = Path(#filePath).parent.parent.parent.parent
    try Directory.removeTree(folder)
    try Directory.create(folder)
    try run(["cp", "-a", "\(package / "Tests/sysbuildTests/Image/tiny")", "\(source)"])
    try run(["cp", "-a", "\(package / "hosts")", "\(source / "hosts")"])
    let first = try sysbuild(["image"])
    try #require(first.status == 0, "\(first.output)")
    try Directory.create(saved)
    try run(["cp", "-a", "\(source)", "\(build)", "\(images)", "\(saved)"])
  }

  /// Puts everything back to what it was when all had been built.
  func restore() throws {
    for place in [source, build, images] {
      try Directory.removeTree(place)
      try run(["cp", "-a", "\(saved / place.lastComponent)", "\(place)"])
    }
  }

  /// - Parameter launcher: what starts it.
  func sysbuild(_ arguments: [String], by launcher: [String] = []) throws -> (status: Int32, output: String) {
    try output(launcher + sysbuildWords(arguments))
  }

  /// Starts sysbuild and goes on.
  func start(_ arguments: [String]) throws -> ChildProcess { try start(words: sysbuildWords(arguments)) }

  private func sysbuildWords(_ arguments: [String]) throws -> [String] {
    let program = try Environment.executable().parent / "sysbuild"
    return ["\(program)", "-C", "\(source)", "O=\(build)", "IMAGESDIR=\(images)", "VARIANT=tiny"] + arguments
  }

  /// The processes that are in this tree.
  func processes() throws -> [Int32] {
    try Directory.entries(of: "/proc").compactMap { Int32("\($0.name)") }.filter { id in
      guard let link = try? File.readLink(Path("/proc/\(id)/cwd")) else { return false }
      return link.starts(with: "\(folder)/".utf8)
    }
  }

  /// The names of the targets that ran, from what sysbuild printed.
  static func ran(_ output: String) -> [String] {
    output.split(separator: "\n").filter { $0.contains(": done in ") }.map { String($0.prefix { $0 != ":" }) }
  }

  /// The names with this verdict in a dry run's text.
  static func named(_ verdict: String, in output: String) -> [String] {
    output.split(separator: "\n").compactMap { line in
      let words = line.split(separator: " ")
      return words.count > 1 && words[1] == verdict && line.first != " " ? String(words[0]) : nil
    }
  }

  /// Every path of the source tree and O with its times, type, mode, size.
  func listing() throws -> String {
    try run(["find", "\(source)", "\(build)", "-printf", "%p %i %T@ %C@ %M %s\\n"])
  }

  func write(_ name: String, _ content: String) throws {
    try Directory.create((source / name).parent, intermediates: true)
    try File.write(Array(content.utf8), to: source / name)
  }

  func read(_ name: String) throws -> String {
    String(decoding: try File.read(source / name), as: UTF8.self)
  }

  func append(_ line: String, to name: String) throws {
    try write(name, (File.exists(source / name) ? try read(name) : "") + line + "\n")
  }

  func removeLine(_ line: String, from name: String) throws {
    let lines = try read(name).split(separator: "\n")
    try #require(lines.contains { $0 == line })
    try write(name, lines.filter { $0 != line }.joined(separator: "\n") + "\n")
  }

  /// Expects that some version of `package` is installed in a root of O, or that none is.
  func expect(
    _ package: String, in root: String, isThere: Bool = true, at location: SourceLocation = #_sourceLocation
  ) throws {
    let parts = package.split(separator: "/")
    let category = build / root / "var/db/pkg" / String(parts[0])
    let installed = File.exists(category) ? try Directory.entries(of: category).map { "\($0.name)" } : []
    #expect(installed.contains { $0.hasPrefix(parts[1] + "-") } == isThere, sourceLocation: location)
  }

  func expect(
    _ build: String, in root: String, use flag: String, at location: SourceLocation = #_sourceLocation
  ) throws {
    let use = try File.read(self.build / root / "var/db/pkg" / build / "USE")
    #expect(String(decoding: use, as: UTF8.self).contains(flag), sourceLocation: location)
  }

  @discardableResult
  func run(_ words: [String]) throws -> String {
    let result = try output(words)
    try #require(result.status == 0, "\(words): \(result.output)")
    return result.output
  }

  private func output(_ words: [String]) throws -> (status: Int32, output: String) {
    let status = try start(words: words).reap()
    return (status.shellStatus, try printed())
  }

  /// What the command started last has printed; through a file, so that no pipe can fill up.
  func printed() throws -> String { String(decoding: try File.read(folder / "output"), as: UTF8.self) }

  private func start(words: [String]) throws -> ChildProcess {
    let program = try #require(ProgramSearch.find(words[0], in: "/usr/local/bin:/usr/bin:/bin"))
    let file = try FileDescriptor.open(folder / "output", O_WRONLY | O_CREAT | O_TRUNC)
    return try ChildProcess(
      program: program, arguments: words.map { Array($0.utf8) },
      environment: [Array("PATH=/usr/bin:/bin".utf8)],
      output: file.raw, error: file.raw)
  }
}
