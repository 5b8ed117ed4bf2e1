import Glibc
import Platform

/// A program that a helper runs, and that gets the signals of its terminal.
enum ForegroundProgram {
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
