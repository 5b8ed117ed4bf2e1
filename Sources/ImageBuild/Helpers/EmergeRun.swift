import EmergeOutput
import Glibc
import Platform

/// Runs emerge and reads its output. The output is passed on as it arrives. After emerge has ended, its messages are
/// printed in a form that says what to do. If emerge ignored something that it was asked for, the run fails.
struct EmergeRun {
  private let stage: EmergeStage

  init(_ stage: EmergeStage) { self.stage = stage }

  /// Runs emerge. Returns if emerge succeeded and ignored nothing. Otherwise this process ends, with emerge's status or
  /// signal if emerge failed.
  func run(_ arguments: [String]) throws {
    try run(
      "portage-python", ["\(stage.emerge)"] + arguments, environment: Environment.variables, cleanUp: {})
  }

  /// The same for another program that prints what emerge prints.
  ///
  /// - Parameters:
  ///   - environment: `NAME=value`, all that it sees.
  ///   - cleanUp: is called before this process ends.
  func run(
    _ program: String, _ arguments: [String], environment: [[UInt8]], cleanUp: () -> Void
  ) throws {
    var transcript = EmergeTranscript()
    let status = try Self.run(try stage.find(program), arguments, environment: environment) {
      bytes throws(SystemError) in
      transcript.take(bytes)
      try StandardStream.output.write(bytes)
    }
    transcript.finish()
    let source = "\(try Directory.current())"
    let messages = EmergeMessages(transcript, source: source, isSuccess: status.isSuccess)
    for message in messages.all { try StandardStream.output.write(message.line + "\n") }
    if !status.isSuccess || !messages.errors.isEmpty { cleanUp() }
    switch status {
    case .signalled(let signal): Signals.dieOf(signal)
    case .exited(let code):
      if code != 0 { exit(code) }
      if !messages.errors.isEmpty { exit(1) }
    }
  }

  /// Runs a program in this process's group until it ends. Signals to the group end only the program; this process
  /// ends after it.
  ///
  /// - Parameter take: receives the output as it arrives.
  static func run(
    _ program: Path, _ arguments: [String], environment: [[UInt8]] = Environment.variables,
    take: ([UInt8]) throws(SystemError) -> Void
  ) throws(SystemError) -> ExitStatus {
    let signals = try SignalReader([SIGINT, SIGTERM, SIGHUP])
    let pipe = try FileDescriptor.pipe()
    let output = try pipe.read.duplicate()
    let process = try ChildProcess(
      program: program, arguments: ([program.lastComponent.description] + arguments).map { Array($0.utf8) },
      environment: environment, output: pipe.write.raw, error: pipe.write.raw, isForeground: true)
    try output.setNonBlocking(true)
    var status: ExitStatus?
    // Processes that the program has left running may keep the pipe open, so its end is not waited for.
    while status == nil {
      let ready = try Poll.wait(for: [Poll.Descriptor(output.raw), Poll.Descriptor(process.pollDescriptor)])
      if ready.contains(where: { $0.raw == process.pollDescriptor }) { status = try process.tryReap() }
      while let bytes = try output.readNow(upTo: 1 << 16), !bytes.isEmpty { try take(bytes) }
    }
    extendLifetime(signals)
    return try process.reap()
  }
}
