import Glibc
import Platform
import TestSupport
import Testing

/// A command, a process that it starts, and one that leaves its process group and session and loses its parent.
struct Family {
  enum Member: String {
    case command, child, stray
  }

  let folder: Path

  init(in folder: Path) {
    self.folder = folder
  }

  /// Each writes its id to a file of its name.
  static let script = [
    "sh", "-c",
    """
    id() { echo $1 > $2.new; mv $2.new $2; }
    setsid sh -c 'echo $$ > stray.new; mv stray.new stray; exec sleep 99' &
    while [ ! -e stray ]; do sleep 0.01; done
    sleep 99 & id $! child
    id $$ command
    wait
    """,
  ].map { Array($0.utf8) }
  static let environment = [Array("PATH=/usr/bin:/bin".utf8)]

  /// Starts it under supervision, and waits until all are there.
  func start() throws -> SupervisedProcess {
    let null = try FileDescriptor.open("/dev/null", O_WRONLY)
    let command = try SupervisedProcess(
      program: "/bin/sh", arguments: Self.script, environment: Self.environment, directory: folder,
      output: null.raw, error: null.raw)
    try awaitBirth()
    return command
  }

  func awaitBirth() throws {
    while !File.exists(folder / "command") { usleep(1000) }
  }

  func id(of member: Member) throws -> Int32 {
    let text = String(decoding: try File.read(folder / Path(member.rawValue)), as: UTF8.self)
    return try #require(Int32(text.dropLast()))
  }

  /// The letter that proc(5) has for its state; nil if it is gone.
  func state(of member: Member) throws -> Character? {
    guard let stat = try? File.read(Path("/proc/\(try id(of: member))/stat")) else { return nil }
    return String(decoding: stat, as: UTF8.self).split(separator: ")").last?.dropFirst().first
  }

  /// Waits until it is gone, or a zombie.
  func awaitEnd(of member: Member) throws {
    while let state = try state(of: member), state != "Z" { usleep(1000) }
  }

  func awaitEndOfAll() throws {
    for member in [Member.command, .child, .stray] { try awaitEnd(of: member) }
  }
}

@Suite struct SupervisedProcessTests {
  let folder: TemporaryFolder
  let family: Family

  init() throws {
    folder = try TemporaryFolder()
    family = Family(in: folder.path)
  }

  private func run(_ script: String) throws -> ExitStatus {
    let command = try SupervisedProcess(
      program: "/bin/sh", arguments: ["sh", "-c", script].map { Array($0.utf8) },
      environment: Family.environment, output: 1, error: 2)
    return try command.reap()
  }

  @Test func itEndsAsTheCommandDid() throws {
    #expect(try run("exit 0") == .exited(0))
    #expect(try run("exit 77") == .exited(77))
    for signal in [SIGTERM, SIGSEGV, SIGKILL] { #expect(try run("kill -\(signal) $$") == .signalled(signal)) }
  }

  @Test func whatCannotBeStarted() {
    #expect(throws: SystemError("cannot run", "/nowhere", code: ENOENT)) {
      _ = try SupervisedProcess(program: "/nowhere", arguments: [], environment: [], output: 1, error: 2)
    }
    #expect(throws: SystemError("cannot enter directory", "/nowhere", code: ENOENT)) {
      _ = try SupervisedProcess(
        program: "/bin/sh", arguments: [], environment: [], directory: "/nowhere", output: 1, error: 2)
    }
  }

  @Test func theCommandSeesNothingOfIt() throws {
    let pipe = try FileDescriptor.pipe()
    let command = try SupervisedProcess(
      program: "/bin/sh",
      arguments: ["sh", "-c", "ls /proc/self/fd; grep -E '^Sig(Blk|Pnd)' /proc/self/status"].map {
        Array($0.utf8)
      },
      environment: Family.environment, output: pipe.write.raw, error: pipe.write.raw)
    let output = String(decoding: try drain(pipe), as: UTF8.self)
    #expect(try command.reap() == .exited(0))
    #expect(output == "0\n1\n2\n3\nSigPnd:\t0000000000000000\nSigBlk:\t0000000000000000\n")
  }

  /// What a command leaves behind on purpose goes on.
  @Test func anEndOfItsOwn() throws {
    let command = try family.start()
    #expect(kill(try family.id(of: .command), SIGKILL) == 0)
    #expect(try command.reap() == .signalled(SIGKILL))
    for member in [Family.Member.child, .stray] {
      #expect(try family.state(of: member) != nil)
      kill(try family.id(of: member), SIGKILL)
    }
  }

  @Test func endingIt() throws {
    let command = try family.start()
    command.end()
    #expect(try command.reap() == .signalled(SIGTERM))
    try family.awaitEndOfAll()
    command.kill()
  }

  @Test func killingIt() throws {
    let command = try family.start()
    command.kill()
    #expect(try command.reap() == .signalled(SIGKILL))
    try family.awaitEndOfAll()
  }

  @Test func stoppingIt() throws {
    let command = try family.start()
    command.suspend()
    while try family.state(of: .command) != "T" || family.state(of: .child) != "T" { usleep(1000) }
    #expect(try Poll.wait(for: [.init(command.pollDescriptor)], timeout: 0) == [])
    command.resume()
    while try family.state(of: .command) == "T" || family.state(of: .child) == "T" { usleep(1000) }
    command.suspend()
    while try family.state(of: .command) != "T" { usleep(1000) }
    command.end()
    #expect(try command.reap() == .signalled(SIGTERM))
    try family.awaitEndOfAll()
  }

  @Test(.exitTest) func theDeathOfThisProcess() async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = "\(folder.path)" as String] in
      _ = try Family(in: Path(path)).start()
      raise(SIGKILL)
    }
    try family.awaitEndOfAll()
  }

  /// Stopped ones, too.
  @Test(.exitTest) func theDeathOfThisProcessWhileAllIsStopped() async throws {
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = "\(folder.path)" as String] in
      let family = Family(in: Path(path))
      try family.start().suspend()
      while try family.state(of: .command) != "T" { usleep(1000) }
      raise(SIGKILL)
    }
    try family.awaitEndOfAll()
  }

  @Test func theDeathOfTheSupervisor() throws {
    let command = try family.start()
    let stat = String(decoding: try File.read(Path("/proc/\(try family.id(of: .command))/stat")), as: UTF8.self)
    let parent = try #require(stat.split(separator: ")").last?.split(separator: " ")[1]).description
    #expect(kill(try #require(Int32(parent)), SIGKILL) == 0)
    #expect(try command.reap() == .signalled(SIGKILL))
    try family.awaitEnd(of: .command)
    for member in [Family.Member.child, .stray] { kill(try family.id(of: member), SIGKILL) }
  }
}
