import BuildGraph
import BuildSettings
import Platform

/// Another run of this program, with the source tree and the variables of this one, and on its terminal.
enum OwnCommand {
  /// - Parameters:
  ///   - words: what comes behind the variables.
  ///   - output: the descriptor that becomes its standard output.
  static func run(_ words: [String], _ session: Session, output: CInt = 1) throws -> ExitStatus {
    let variables = session.invocation.assignments.map { "\($0.name)=\($0.value)" }
    let arguments = ["sysbuild", "-C", "\(session.settings.locations.source)"] + variables + words
    return try ChildProcess(
      program: try Environment.executable(), arguments: arguments.map { Array($0.utf8) },
      environment: Environment.variables, output: output, error: 2, isForeground: true
    ).reap()
  }
}
