import Glibc

/// A program that is run only to answer a question.
///
/// Signals that ask this process to end are read while it runs. If one comes, the program and all that it has started
/// are killed, whether it ignores signals or not, and `Interrupted` is thrown.
public enum ProgramOutput {
  /// What `program` prints on standard output; nil if it cannot be run or fails. Its standard error is dropped.
  ///
  /// - Parameter environment: `NAME=value`, all that it sees.
  public static func of(
    _ program: Path, _ arguments: [String], environment: [String]
  ) throws(Interrupted) -> String? {
    do {
      let null = try FileDescriptor.open("/dev/null", O_WRONLY)
      let answer = try run(
        program, ["\(program)"] + arguments, environment: environment, directory: nil, error: null.raw)
      return answer.status.isSuccess ? String(decoding: answer.output, as: UTF8.self) : nil
    } catch let interrupted as Interrupted {
      throw interrupted
    } catch {
      return nil
    }
  }

  /// What `program` prints on both of its streams, and how it ends.
  ///
  /// - Parameters:
  ///   - words: its name and its arguments.
  ///   - directory: where it is started.
  public static func ofBothStreams(
    _ program: Path, _ words: [String], environment: [String], directory: Path
  ) throws -> (output: [UInt8], status: ExitStatus) {
    try run(program, words, environment: environment, directory: directory, error: nil)
  }

  /// - Parameter error: the standard error; nil for the same pipe as standard output.
  private static func run(
    _ program: Path, _ words: [String], environment: [String], directory: Path?, error: CInt?
  ) throws -> (output: [UInt8], status: ExitStatus) {
    try Signals.deferringEnds {
      let signals = try SignalReader(Signals.ends)
      let pipe = try FileDescriptor.pipe()
      let output = try pipe.read.duplicate()
      try output.setNonBlocking(true)
      let process = try SupervisedProcess(
        program: program, arguments: words.map { Array($0.utf8) },
        environment: environment.map { Array($0.utf8) },
        directory: directory, output: pipe.write.raw, error: error ?? pipe.write.raw)
      var bytes: [UInt8] = []
      // Not to the end of the pipe, which a process that the program leaves behind may hold open.
      while true {
        let sources = [signals.pollDescriptor, output.raw, process.pollDescriptor]
        _ = try Poll.wait(for: sources.map { Poll.Descriptor($0) })
        if let signal = try signals.next() {
          process.kill()
          _ = try process.reap()
          throw Interrupted(signal: signal)
        }
        let status = try process.tryReap()
        while let block = try output.readNow(upTo: 1 << 16), !block.isEmpty { bytes += block }
        if let status { return (bytes, status) }
      }
    }
  }
}
