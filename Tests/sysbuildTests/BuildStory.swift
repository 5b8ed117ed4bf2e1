import Glibc
import Platform
import TestSupport
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
  /// What is to last as long as the story.
  private var fifos: [HeldFIFO] = []

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

  /// Makes a FIFO in the story's folder that is open as long as the story lasts.
  func holdFIFO(_ name: Path) throws -> HeldFIFO {
    let fifo = try HeldFIFO(folder / name)
    fifos.append(fifo)
    return fifo
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

  /// The processes in the source tree, which all commands are started in.
  func survivors() throws -> [Path] {
    try Directory.entries(of: "/proc").map(\.name).filter { name in
      guard Int32("\(name)") != nil, let link = try? File.readLink("/proc" / name / "cwd") else { return false }
      return Path(bytes: link) == source
    }
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

  func shellFailing(_ line: String) throws -> Ran { try startShell(line).end() }

  /// Starts a line of shell and goes on.
  func startShell(_ line: String) throws -> Running {
    try start(["/bin/sh", "-euc", line], extra: [], directory: source)
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
    // Open until the process has copies of them.
    withExtendedLifetime(streams) {}
    return Running(process: process, files: files, story: self)
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
    /// Its folder is there as long as the process is.
    fileprivate let story: BuildStory

    enum Output: Int {
      case standard, error
    }

    /// Waits until it has printed this, or has ended.
    func wait(untilPrinted text: String, to output: Output = .standard) throws {
      let watch = try FileWatch(files[output.rawValue])
      while try !String(decoding: File.read(files[output.rawValue]), as: UTF8.self).contains(text) {
        if hasEnded { break }
        try watch.next(unlessEnds: process.pollDescriptor)
      }
    }

    var hasEnded: Bool {
      (try? Poll.wait(for: [.init(process.pollDescriptor)], timeout: 0).isEmpty) == false
    }

    /// Waits for its end, up to a limit that only a process that hangs reaches: that one is killed.
    func end() throws -> Ran {
      if try Poll.wait(for: [Poll.Descriptor(process.pollDescriptor)], timeout: hangLimit).isEmpty {
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
      while let range = text.firstRange(of: "\(story.folder)") { text.replaceSubrange(range, with: "DIR") }
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
    waitForClockTick()
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

/// A FIFO of which the test holds both ends. So nobody waits for another to open the other end, and
/// what is written is there until somebody reads it, were that after the end of the one who wrote it.
final class HeldFIFO {
  let path: Path
  private let descriptor: FileDescriptor
  private var unread: [UInt8] = []

  init(_ path: Path) throws {
    self.path = path
    try #require(path.withCString { mkfifo($0, 0o600) } == 0)
    descriptor = try .open(path, O_RDWR | O_NONBLOCK)
  }

  func write(_ text: String) throws { try descriptor.writeAll(Array(text.utf8)) }

  /// Waits until something is written to it, and drops that; false after `hangLimit`.
  func waitForMore() throws -> Bool {
    if try Poll.wait(for: [.init(descriptor.raw)], timeout: hangLimit).isEmpty { return false }
    _ = try descriptor.read(upTo: 65536)
    return true
  }

  /// Waits for a line of each of the `count` who write to it.
  func lines(_ count: Int, from running: BuildStory.Running) throws -> [String] {
    do {
      return try lines(count, from: running.process)
    } catch let hang as Hang {
      let ran = try running.end()
      throw Hang("\(hang)\n\(ran.out)\(ran.err)")
    }
  }

  /// - Throws: `Hang` after `hangLimit`, or when the process has ended.
  func lines(_ count: Int, from process: ChildProcess) throws -> [String] {
    while unread.count(where: { $0 == 0x0A }) < count {
      let sources = [Poll.Descriptor(descriptor.raw), .init(process.pollDescriptor)]
      let ready = try Poll.wait(for: sources, timeout: hangLimit)
      guard ready.first?.raw == descriptor.raw else {
        throw Hang("\(unread.count) bytes came instead of \(count) lines")
      }
      unread += try descriptor.read(upTo: 4096)
    }
    var parts = unread.split(separator: 0x0A, maxSplits: count, omittingEmptySubsequences: false)
    unread = Array(parts.removeLast())
    return parts.map { String(decoding: $0, as: UTF8.self) }
  }
}

/// Looks every millisecond until that is so: for what no event tells.
func wait(until isSo: () throws -> Bool, at location: SourceLocation = #_sourceLocation) throws {
  do {
    try pollUntil(isSo)
  } catch let hang as Hang {
    Issue.record(hang, sourceLocation: location)
    throw hang
  }
}

/// The letter that proc(5) has for the state of a process; nil if there is none.
func processState(_ id: pid_t) throws -> Substring? {
  guard let stat = try? File.read(Path("/proc/\(id)/stat")) else { return nil }
  return String(decoding: stat, as: UTF8.self).split(separator: ")").last?.dropFirst().prefix(1)
}
