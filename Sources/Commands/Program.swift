import BuildGraph
import Execution
import ImageBuild
import Platform
import TextKit

/// Runs a whole command line, from the arguments to the exit status.
package enum Program {
  /// - Parameter arguments: the arguments, with the program's name first.
  package static func run(_ arguments: [[UInt8]]) -> Ending {
    do {
      var invocation = try Invocation(Array(arguments.dropFirst()))
      invocation.caller = MakeFlags(Environment.value("MAKEFLAGS") ?? [])
      if invocation.has(.help) {
        return try show(invocation.command == .build ? Help.text : Help.text(of: invocation.command))
      }
      if invocation.has(.version) { return try show("sysbuild \(Version.text)\n") }
      return try invocation.command.run(invocation)
    } catch let interrupted as Interrupted {
      complain("\(interrupted)")
      return .die(of: interrupted.signal)
    } catch {
      complain("\(error)")
      return .exit(2)
    }
  }

  static func show(_ text: String) throws -> Ending {
    try show(bytes: Array(harmless(text).utf8))
  }

  /// Prints `bytes` on standard output. It is not an error if the reader goes away, as `head` does.
  static func show(bytes: [UInt8]) throws -> Ending {
    try StandardStream.output.write(bytes)
    return .exit(0)
  }

  /// Prints an error on standard error, with `sysbuild: ` in front of every line.
  static func complain(_ text: String) {
    let lines = harmless(text).split(separator: "\n").map { "sysbuild: \($0)\n" }
    _ = try? StandardStream.error.write(lines.joined())
  }
}
