import BuildGraph
import BuildSettings
import Platform

/// Another run of this program, with the source tree and the variables of this one, and on its terminal.
enum OwnCommand {
  /// - Parameters:
  ///   - words: what comes behind the variables.
  ///   - output: the descriptor that becomes its standard output.
  static func run(_ words: [String], _ session: Session, output: CInt = 1) throws -> ExitStatus {
    try ChildProcess(
      program: try Environment.executable(), arguments: arguments(words, session).map { Array($0.utf8) },
      environment: Environment.variables, output: output, error: 2, isForeground: true
    ).reap()
  }

  /// Not on the terminal: what it prints on both of its streams, and how it ends.
  static func output(_ words: [String], _ session: Session) throws -> (output: [UInt8], status: ExitStatus) {
    try ProgramOutput.ofBothStreams(
      try Environment.executable(), arguments(words, session),
      environment: Environment.variables.map { String(decoding: $0, as: UTF8.self) },
      directory: session.settings.locations.source)
  }

  private static func arguments(_ words: [String], _ session: Session) -> [String] {
    let variables = session.invocation.assignments.map { "\($0.name)=\($0.value)" }
    return ["sysbuild", "-C", "\(session.settings.locations.source)"] + variables + words
  }
}
