import Glibc
import Platform
import TestSupport
import Testing

/// Swift Testing has one, too.
typealias ExitStatus = Platform.ExitStatus

/// What a command wrote, and how it ended.
struct Ran: Equatable {
  var status: ExitStatus
  var output: String
}

/// Runs a command to its end with both streams into one pipe.
func run(
  _ arguments: [String], environment: [String] = ["PATH=/usr/bin:/bin"], directory: Path? = nil,
  inheriting: [CInt] = []
) throws -> Ran {
  let program = try #require(ProgramSearch.find(arguments[0], in: "/usr/bin:/bin"))
  let pipe = try FileDescriptor.pipe()
  let child = try ChildProcess(
    program: program, arguments: arguments.map { Array($0.utf8) },
    environment: environment.map { Array($0.utf8) }, directory: directory, output: pipe.write.raw,
    error: pipe.write.raw, inheriting: inheriting)
  let output = try drain(pipe)
  return Ran(status: try child.reap(), output: String(decoding: output, as: UTF8.self))
}
