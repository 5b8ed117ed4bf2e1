import Glibc

/// A program that is run only to answer a question.
public enum ProgramOutput {
  /// What `program` prints on standard output; nil if it cannot be run or fails. Its standard error is dropped.
  ///
  /// - Parameter environment: `NAME=value`, all that it sees.
  public static func of(_ program: Path, _ arguments: [String], environment: [String]) -> String? {
    guard let pipe = try? FileDescriptor.pipe(), let null = try? FileDescriptor.open("/dev/null", O_WRONLY),
      let process = try? ChildProcess(
        program: program, arguments: (["\(program)"] + arguments).map { Array($0.utf8) },
        environment: environment.map { Array($0.utf8) }, output: pipe.write.raw, error: null.raw)
    else { return nil }
    try? pipe.write.close()
    let text = (try? pipe.read.readAll()) ?? []
    guard (try? process.reap())?.isSuccess == true else { return nil }
    return String(decoding: text, as: UTF8.self)
  }
}
