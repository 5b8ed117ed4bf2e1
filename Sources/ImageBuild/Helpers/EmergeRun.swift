import EmergeOutput
import Glibc
import Platform

/// An emerge that is listened to: its output goes on as it comes, and when it has ended the messages in it are said in
/// a way that a person can act on. One that passed over something ends as a failure.
struct EmergeRun {
  private let stage: EmergeStage

  init(_ stage: EmergeStage) { self.stage = stage }

  /// Returns if nothing went wrong; otherwise this process ends as emerge did.
  func run(_ arguments: [String]) throws {
    var transcript = EmergeTranscript()
    let status = try Self.run(try stage.find("emerge"), arguments) { bytes throws(SystemError) in
      transcript.take(bytes)
      try StandardStream.output.write(bytes)
    }
    transcript.finish()
    let source = "\(try Directory.current())"
    let messages = EmergeMessages(transcript, source: source, isSuccess: status.isSuccess)
    for message in messages.all { try StandardStream.output.write(message.line + "\n") }
    switch status {
    case .signalled(let signal): Signals.dieOf(signal)
    case .exited(let code):
      if code != 0 { exit(code) }
      if !messages.errors.isEmpty { exit(1) }
    }
  }

  /// Runs a program of this process's group to its end. What is sent to the group is for the program alone: this
  /// process ends after it.
  ///
  /// - Parameter take: what it printed, as it comes.
  static func run(
    _ program: Path, _ arguments: [String], take: ([UInt8]) throws(SystemError) -> Void
  ) throws(SystemError) -> ExitStatus {
    let signals = try SignalReader([SIGINT, SIGTERM, SIGHUP])
    let pipe = try FileDescriptor.pipe()
    let output = try pipe.read.duplicate()
    let process = try ChildProcess(
      program: program, arguments: ([program.lastComponent.description] + arguments).map { Array($0.utf8) },
      environment: Environment.variables, output: pipe.write.raw, error: pipe.write.raw, isForeground: true)
    try output.setNonBlocking(true)
    var status: ExitStatus?
    // What the program has left behind may hold the pipe open.
    while status == nil {
      let ready = try Poll.wait(for: [Poll.Descriptor(output.raw), Poll.Descriptor(process.pollDescriptor)])
      if ready.contains(where: { $0.raw == process.pollDescriptor }) { status = try process.tryReap() }
      while let bytes = try output.readNow(upTo: 1 << 16), !bytes.isEmpty { try take(bytes) }
    }
    extendLifetime(signals)
    return try process.reap()
  }
}
