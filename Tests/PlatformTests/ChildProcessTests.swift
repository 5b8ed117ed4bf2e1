import Glibc
import Platform
import TestSupport
import Testing

@Test(arguments: [
  ("exit 0", ExitStatus.exited(0)), ("exit 2", .exited(2)), ("exit 255", .exited(255)),
  ("kill -KILL $$", .signalled(SIGKILL)), ("kill -TERM $$", .signalled(SIGTERM)),
  ("kill -SEGV $$", .signalled(SIGSEGV)),
])
func exitStatus(_ script: String, _ expected: ExitStatus) throws {
  #expect(try run(["sh", "-c", script]).status == expected)
}

@Test func exitStatusInWords() {
  #expect(ExitStatus.exited(2).description == "exit status 2")
  #expect(ExitStatus.signalled(SIGKILL).description == "killed by SIGKILL")
  #expect(ExitStatus.signalled(50).description == "killed by signal 50")
  #expect(ExitStatus.signalled(SIGINT).shellStatus == 130)
  #expect(ExitStatus.exited(0).isSuccess && !ExitStatus.exited(1).isSuccess)
}

@Test func environmentExactlyAsGiven() throws {
  let given = ["A=1", "B= \u{FC}\n", "A=2", "odd"]
  #expect(try run(["env"], environment: given).output == given.map { $0 + "\n" }.joined())
  #expect(try run(["env"], environment: []).output == "")
}

@Test func argumentsExactlyAsGiven() throws {
  #expect(try run(["printf", "[%s]", "a b", "", "*", "$HOME", "\\"]).output == "[a b][][*][$HOME][\\]")
}

@Test func workingDirectory() throws {
  let folder = try TemporaryFolder()
  let script = try folder.write("#!/bin/sh\npwd -P\n", to: "script")
  #expect(chmod("\(script)", 0o755) == 0)
  #expect(try run(["pwd"], directory: folder.path).output == "\(folder.path)\n")
  // A program's relative name is looked up there, too.
  #expect(try run(["./script"], directory: folder.path).output == "\(folder.path)\n")
  #expect(try run(["pwd"]).output == "\(try Directory.current())\n")
}

@Test func noDescriptorLeaks() throws {
  // One that is not close-on-exec, as a library might leave it.
  let leak = open("/dev/null", O_RDONLY)
  defer { close(leak) }
  #expect(fcntl(leak, F_GETFD) == 0)
  // 3 is ls's own, for the listing.
  #expect(try run(["ls", "/proc/self/fd"]).output == "0\n1\n2\n3\n")
  #expect(try run(["readlink", "/proc/self/fd/0"]).output == "/dev/null\n")
}

@Test func inheritedDescriptors() throws {
  let pipe = try FileDescriptor.pipe()
  let raw = pipe.write.raw
  let ran = try run(["sh", "-c", "echo over >/proc/self/fd/\(raw)"], inheriting: [raw])
  #expect(ran == Ran(status: .exited(0), output: ""))
  #expect(fcntl(raw, F_GETFD) == FD_CLOEXEC, "the child's, not this process's, was changed")
  #expect(try drain(pipe) == Array("over\n".utf8))
}

@Test(.exitTest) func noSignalIsBlockedOrIgnored() async throws {
  #expect(try blockedAndIgnoredInAChild() == [0, 0])
  await #expect(processExitsWith: .success) {
    signal(SIGPIPE, SIG_IGN)
    signal(SIGQUIT, SIG_IGN)
    _ = try SignalReader()
    let signals = try blockedAndIgnoredInAChild()
    #expect(signals == [0, 0])
    #expect(Signals.isIgnored(SIGQUIT), "the child's dispositions, not this process's, were changed")
  }
}

/// The two masks, a bit a signal from 1 on.
private func blockedAndIgnoredInAChild() throws -> [UInt64] {
  // glibc's posix_spawn leaves its two internal signals, 32 and 33, ignored in whatever it starts, which may
  // be these tests; nobody can change that through sigaction(3), and it does no harm.
  let internals: UInt64 = 0b11 << 31
  let lines = try run(["grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status"]).output
  return lines.split(separator: "\n").compactMap {
    $0.split(separator: "\t").last.flatMap { UInt64($0, radix: 16) }
  }.map { $0 & ~internals }
}

@Test(.exitTest) func standardStreamsInTheWay() async {
  // The descriptors of this process are the child's the other way round.
  await #expect(processExitsWith: .success) {
    var ends: [CInt] = [0, 0]
    pipe(&ends)
    close(0)
    dup2(ends[1], 2)
    dup2(open("/dev/null", O_WRONLY), 1)
    let child = try ChildProcess(
      program: "/bin/sh", arguments: ["sh", "-c", "echo out; echo error >&2"].map { Array($0.utf8) },
      environment: [], output: 2, error: 1)
    #expect(try child.reap() == .exited(0))
    close(ends[1])
    close(2)
    let output = try FileDescriptor(raw: ends[0]).readAll()
    #expect(output == Array("out\n".utf8))
  }
}

@Test func startFailures() throws {
  let folder = try TemporaryFolder()
  let file = try folder.write("#!/nowhere/sh\n", to: "script")
  func start(_ program: Path, argument: [UInt8] = [], directory: Path? = nil) throws(SystemError) {
    _ = try ChildProcess(
      program: program, arguments: [program.bytes, argument], environment: [], directory: directory,
      output: 1, error: 2)
  }
  #expect(throws: SystemError("cannot run", "/missing", code: ENOENT)) { try start("/missing") }
  #expect(throws: SystemError("cannot run", file, code: EACCES)) { try start(file) }
  #expect(chmod("\(file)", 0o755) == 0)
  #expect(throws: SystemError("cannot run", file, code: ENOENT)) { try start(file) }
  #expect(throws: SystemError("cannot enter directory", file, code: ENOTDIR)) {
    try start("/bin/true", directory: file)
  }
  #expect(throws: SystemError.self) { try start("/bin/true", argument: [1, 0, 2]) }
  #expect(throws: SystemError("cannot set up the streams of", "/bin/true", code: EBADF)) {
    _ = try ChildProcess(
      program: "/bin/true", arguments: [], environment: [], output: 1_000_000, error: 2)
  }
}

@Test func signallingTheGroup() throws {
  let pipe = try FileDescriptor.pipe()
  let child = try ChildProcess(
    program: "/bin/sh", arguments: ["sh", "-c", "sleep 99 & sleep 99 & echo x; wait"].map { Array($0.utf8) },
    environment: [Array("PATH=/usr/bin:/bin".utf8)], output: pipe.write.raw, error: pipe.write.raw)
  var byte: UInt8 = 0
  #expect(try withUnsafeMutableBytes(of: &byte) { try pipe.read.read(into: $0) } == 1)
  #expect(try child.tryReap() == nil)
  #expect(try Poll.wait(for: [.init(child.pollDescriptor)], timeout: 0) == [])
  #expect(child.signalGroup(SIGTERM))
  #expect(try Poll.wait(for: [.init(child.pollDescriptor)]).count == 1)
  // The end of the pipe: nobody of the group is left to hold it.
  #expect(try drain(pipe) == Array("\n".utf8))
  #expect(try child.reap() == .signalled(SIGTERM))
  #expect(try child.reap() == .signalled(SIGTERM))
  #expect(!child.signalGroup(0))
}

@Test(.exitTest) func aCommandDiesWithThisProcess() async throws {
  let folder = try TemporaryFolder()
  await #expect(processExitsWith: .signal(SIGKILL)) { [path = "\(folder.path)" as String] in
    let family = Family(in: Path(path))
    _ = try ChildProcess(
      program: "/bin/sh", arguments: Family.script, environment: Family.environment, directory: family.folder,
      output: 1, error: 2)
    try family.awaitBirth()
    raise(SIGKILL)
  }
  let family = Family(in: folder.path)
  try family.awaitEnd(of: .command)
  for member in [Family.Member.child, .stray] { kill(try family.id(of: member), SIGKILL) }
}

@Test func programSearch() throws {
  let folder = try TemporaryFolder()
  for name: Path in ["first/tool", "second/tool", "second/other"] {
    try folder.write("", to: name)
  }
  try Directory.create(folder.path / "first/other")
  #expect(chmod("\(folder.path)/second/tool", 0o755) == 0)
  #expect(chmod("\(folder.path)/second/other", 0o755) == 0)
  let search = "\(folder.path)/first:\(folder.path)/missing:\(folder.path)/second"
  #expect(ProgramSearch.find("tool", in: search) == folder.path / "second/tool", "the first cannot be run")
  #expect(ProgramSearch.find("other", in: search) == folder.path / "second/other", "the first is a directory")
  #expect(ProgramSearch.find("missing", in: search) == nil)
  #expect(ProgramSearch.find("", in: search) == nil)
  #expect(ProgramSearch.find("a/b", in: search) == "a/b")
  #expect(ProgramSearch.find("tool", in: "") == nil)
}
