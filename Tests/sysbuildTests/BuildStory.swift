import Glibc
import Platform
import Testing

/// A source tree of its own for one test, and the real sysbuild run on it: write, build, expect.
///
/// The targets file begins with `graph = none`, so that a story needs no Portage. In the texts that commands
/// print, the story's folder is called `DIR` and a duration `T`, so that they can be compared whole.
final class BuildStory {
  struct Ran {
    /// As a shell has it: 128 and the signal's number for one that died of a signal.
    let status: Int32
    let out: String
    let err: String

    /// The targets that ran, sorted: several may run at once.
    var targets: [String] {
      out.split(separator: "\n").filter { $0.hasSuffix(": done in T") }
        .map { String($0.dropLast(": done in T".count)) }.sorted()
    }
  }

  /// Holds the source tree, and whatever else a test puts beside it.
  let folder: Path
  let source: Path
  /// `NAME=value` for every run.
  var environment: [String] = []
  /// In the first words of every run: where the source tree and O are.
  var options: [String] = []
  private var runs = 0

  /// - Parameters:
  ///   - name: what the source tree's folder is called.
  ///   - inMemory: whether to use a file system in memory, if there is one, where nothing waits for a disk.
  init(_ targets: String = "", name: String = "tree", inMemory: Bool = false) throws {
    let place = inMemory && access("/dev/shm", W_OK) == 0 ? "/dev/shm" : "/tmp"
    var template = Array("\(place)/sysbuild-story-XXXXXX".utf8CString)
    folder = Path(cString: try #require(mkdtemp(&template)))
    source = folder / name
    try Directory.create(source)
    try write("targets.conf", "graph = none\n\n" + targets)
  }

  deinit {
    try? Directory.removeTree(folder)
  }

  var build: Path { source / "out" }

  // MARK: The source tree

  func write(_ name: String, _ text: String) throws { try write(source / name, Array(text.utf8)) }

  func write(_ path: Path, _ bytes: [UInt8]) throws {
    try Directory.create(path.parent, intermediates: true)
    try File.write(bytes, to: path)
  }

  func read(_ name: String) throws -> String { try read(source / name) }
  func read(_ path: Path) throws -> String { String(decoding: try File.read(path), as: UTF8.self) }

  /// A target's last log, each line without its time.
  func log(_ target: String) throws -> [String] {
    try read("out/logs/\(target)/latest").split(separator: "\n").map { line in
      #expect(line.prefixMatch(of: /\d\d:\d\d:\d\d\.\d{3} [#$|]\s/) != nil, "\(line)")
      return String(line.dropFirst("00:04:43.123 ".count))
    }
  }

  func remove(_ name: String) throws { try Directory.removeTree(source / name) }
  func exists(_ name: String) -> Bool { File.exists(source / name) }

  func makeExecutable(_ name: String) { _ = (source / name).withCString { chmod($0, 0o755) } }

  func makeFIFO(_ name: String) throws {
    try #require((source / name).withCString { mkfifo($0, 0o600) } == 0)
  }

  /// Sets the times of every file of the source tree to now.
  func touchAll() throws { try shell("find \"$S\" -path \"$S/out\" -prune -o -exec touch {} +") }

  /// Every path below `folder` with all that a write to it would change.
  func listing(of folder: Path) throws -> [String] {
    guard File.exists(folder) else { return [] }
    var lines = ["\(folder) \(try FileStatus(folder))"]
    for (name, kind) in try Directory.entries(of: folder) {
      lines += try kind == .directory ? listing(of: folder / name) : ["\(name) \(FileStatus(folder / name))"]
    }
    return lines.sorted()
  }

  // MARK: Running

  @discardableResult
  func run(_ arguments: String..., environment: [String] = [], directory: Path? = nil) throws -> Ran {
    try run(arguments, environment: environment, directory: directory)
  }

  func run(_ arguments: [String], environment: [String] = [], directory: Path? = nil) throws -> Ran {
    try start(arguments, environment: environment, directory: directory).end()
  }

  /// Starts sysbuild and goes on.
  func start(_ arguments: [String], environment: [String] = [], directory: Path? = nil) throws -> Running {
    try start([try Self.program()] + options + arguments, extra: environment, directory: directory ?? source)
  }

  /// Runs a line of shell, in which `$B` is sysbuild, `$S` the source tree and `$D` the story's folder.
  @discardableResult
  func shell(_ line: String, at location: SourceLocation = #_sourceLocation) throws -> Ran {
    let ran = try shellFailing(line)
    #expect(ran.status == 0, "\(ran.out)\(ran.err)", sourceLocation: location)
    return ran
  }

  func shellFailing(_ line: String) throws -> Ran {
    try start(["/bin/sh", "-euc", line], extra: [], directory: source).end()
  }

  private func start(_ words: [String], extra: [String], directory: Path) throws -> Running {
    runs += 1
    let files = ["out", "err"].map { folder / "\($0).\(runs)" }
    let streams = try files.map { try Stream($0) }
    let base = ["PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", "TZ=UTC"]
    let names = try ["B=\(Self.program())", "S=\(source)", "D=\(folder)"]
    let process = try ChildProcess(
      program: Path(words[0]), arguments: words.map { Array($0.utf8) },
      environment: Self.lastOfEach(base + names + environment + extra).map { Array($0.utf8) },
      directory: directory,
      output: streams[0].descriptor.raw, error: streams[1].descriptor.raw)
    return Running(process: process, files: files, folder: folder)
  }

  /// Of the settings of one variable the last.
  private static func lastOfEach(_ settings: [String]) -> [String] {
    settings.enumerated().filter { index, setting in
      let name = setting.prefix { $0 != "=" } + "="
      return !settings[(index + 1)...].contains { $0.hasPrefix(name) }
    }.map(\.element)
  }

  /// A started process.
  struct Running {
    let process: ChildProcess
    let files: [Path]
    let folder: Path

    /// Waits for its end, up to a limit that only a process that hangs reaches: that one is killed.
    func end() throws -> Ran {
      if try Poll.wait(for: [Poll.Descriptor(process.pollDescriptor)], timeout: 300_000).isEmpty {
        Issue.record("process \(process.pid) does not end")
        process.signalGroup(SIGKILL)
      }
      let status = try process.reap()
      let texts = try files.map { String(decoding: try File.read($0), as: UTF8.self) }
      for file in files { try File.remove(file) }
      return Ran(status: status.shellStatus, out: plain(texts[0]), err: plain(texts[1]))
    }

    private func plain(_ text: String) -> String {
      var text = text
      while let range = text.firstRange(of: "\(folder)") { text.replaceSubrange(range, with: "DIR") }
      return text.replacing(/\b\d+(\.\d)? s\b/, with: "T")
        .replacing(/\b\d{8}-\d{6}\.\d{3}\.log\b/, with: "TIME.log")
    }
  }

  private final class Stream {
    let descriptor: FileDescriptor
    init(_ path: Path) throws { descriptor = try .open(path, O_WRONLY | O_CREAT | O_TRUNC) }
  }

  /// The sysbuild that was built with these tests: beside their bundle.
  static func program() throws -> String {
    let places = try [Environment.executable()] + Environment.arguments.map { Path(bytes: $0) }
    let program = places.map { $0.parent / "sysbuild" }.first { File.isExecutable($0) }
    return "\(try #require(program, "no sysbuild beside the tests"))"
  }

  // MARK: Steps

  /// A dry run, which must write nothing; its lines `NAME stale …` and `NAME pending …`.
  func plan(
    _ arguments: [String] = [], at location: SourceLocation = #_sourceLocation
  ) throws -> (stale: [String], pending: [String]) {
    let before = try listing(of: source)
    let ran = try run(["--dry-run"] + arguments)
    #expect(ran.status == 0 && ran.err.isEmpty, "\(ran.err)", sourceLocation: location)
    #expect(try listing(of: source) == before, "the dry run wrote something", sourceLocation: location)
    let words = ran.out.split(separator: "\n").filter { $0.first != " " }.map { $0.split(separator: " ") }
    func targets(_ verdict: String) -> [String] {
      words.filter { $0.count > 2 && $0[1] == verdict }.map { String($0[0]) }.sorted()
    }
    return (targets("stale"), targets("pending"))
  }

  /// A build that runs exactly these targets, those that the dry run before it says, and leaves all fresh.
  @discardableResult
  func build(
    _ arguments: String..., runs expected: [String], at location: SourceLocation = #_sourceLocation
  ) throws -> Ran {
    let (stale, pending) = try plan(arguments, at: location)
    let ran = try run(arguments)
    #expect(ran.status == 0, "\(ran.out)\(ran.err)", sourceLocation: location)
    #expect(ran.targets == expected.sorted(), "\(ran.out)", sourceLocation: location)
    #expect(
      stale.allSatisfy(ran.targets.contains), "the dry run promised \(stale)", sourceLocation: location)
    #expect(
      ran.targets.allSatisfy((stale + pending).contains),
      "the dry run spoke only of \(stale + pending)", sourceLocation: location)
    let goals = arguments.filter { !["-B", "--always-make"].contains($0) }
    #expect(try run(["-q"] + goals).status == 0, "not fresh after the build", sourceLocation: location)
    // What was written in this tick of the kernel's clock no answer is kept of: later steps must shake one.
    let now = Clock.wall
    while Clock.coarseWall <= now { sched_yield() }
    #expect(try run(goals).targets.isEmpty, "the second run ran something", sourceLocation: location)
    return ran
  }

  /// One run whose status and texts are exactly these.
  func expect(
    _ arguments: String..., environment: [String] = [], status: Int32 = 0, out: String = "",
    err: String = "", at location: SourceLocation = #_sourceLocation
  ) throws {
    let ran = try run(arguments, environment: environment)
    #expect(ran.status == status, sourceLocation: location)
    #expect(ran.out == out, sourceLocation: location)
    #expect(ran.err == err, sourceLocation: location)
  }
}

/// Looks again and again until that is so; a limit that only a hang reaches is an issue.
func wait(until isSo: () throws -> Bool, at location: SourceLocation = #_sourceLocation) throws {
  let deadline = Clock.monotonic + 60_000_000_000
  while try !isSo() {
    if Clock.monotonic > deadline {
      Issue.record("what is waited for does not come", sourceLocation: location)
      return
    }
    usleep(1000)
  }
}
