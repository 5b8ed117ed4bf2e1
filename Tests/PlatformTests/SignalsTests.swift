import Glibc
import Platform
import Testing

@Test(.exitTest) func signalsAreRead() async {
  await #expect(processExitsWith: .success) {
    let reader = try SignalReader([SIGTERM, SIGUSR1])
    #expect(try reader.next() == nil)
    #expect(try Poll.wait(for: [.init(reader.pollDescriptor)], timeout: 0).isEmpty)
    raise(SIGUSR1)
    #expect(try Poll.wait(for: [.init(reader.pollDescriptor)], timeout: 5000).count == 1)
    #expect(try reader.next() == SIGUSR1)
    #expect(try reader.next() == nil)
  }
}

@Test(.exitTest) func ignoredSignalsStayIgnored() async {
  await #expect(processExitsWith: .success) {
    signal(SIGHUP, SIG_IGN)
    #expect(Signals.isIgnored(SIGHUP) && !Signals.isIgnored(SIGTERM))
    let reader = try SignalReader()
    raise(SIGHUP)
    #expect(try reader.next() == nil)
  }
}

@Test(.exitTest) func dyingOfASignal() async {
  await #expect(processExitsWith: .signal(SIGTERM)) {
    signal(SIGTERM, SIG_IGN)
    _ = try SignalReader([SIGINT])
    Signals.dieOf(SIGTERM)
  }
  await #expect(processExitsWith: .signal(SIGINT)) {
    _ = try SignalReader([SIGINT])
    raise(SIGINT)
    Signals.dieOf(SIGINT)
  }
  await #expect(processExitsWith: .exitCode(128 + SIGCHLD)) { Signals.dieOf(SIGCHLD) }
}

@Test(.exitTest) func aReaderThatIsGone() async {
  await #expect(processExitsWith: .success) {
    Signals.ignoreBrokenPipes()
    var ends: [CInt] = [0, 0]
    pipe(&ends)
    dup2(ends[1], 1)
    let isRead = try StandardStream.output.write("a")
    close(ends[0])
    let isReadStill = try StandardStream.output.write("a")
    #expect(isRead && !isReadStill)
    dup2(open("/dev/full", O_WRONLY), 1)
    #expect(throws: SystemError("cannot write to standard output", code: ENOSPC)) {
      try StandardStream.output.write("a")
    }
    #expect(!StandardStream.output.isTerminal && StandardStream.output.width == nil)
  }
}

@Test func aTerminal() throws {
  let main = posix_openpt(O_RDWR | O_NOCTTY)
  let terminal = FileDescriptor(raw: main)
  #expect(Terminal.isTerminal(terminal.raw))
  #expect(Terminal.width(terminal.raw) == nil && Terminal.height(terminal.raw) == nil)
  var size: [UInt16] = [24, 132, 0, 0]
  #expect(ioctl(terminal.raw, UInt(TIOCSWINSZ), &size) == 0)
  #expect(Terminal.width(terminal.raw) == 132 && Terminal.height(terminal.raw) == 24)
}

@Test(.exitTest) func environment() async throws {
  #expect(Environment.arguments.count == Int(CommandLine.argc))
  #expect(File.isExecutable(try Environment.executable()))
  await #expect(processExitsWith: .success) {
    clearenv()
    #expect(Environment.variables.isEmpty)
    setenv("A", "1", 1)
    setenv("B", "\u{FC}=x", 1)
    #expect(Environment.variables == [Array("A=1".utf8), Array("B=\u{FC}=x".utf8)])
    #expect(Environment.value("B") == Array("\u{FC}=x".utf8))
    #expect(Environment.value("C") == nil)
  }
}
