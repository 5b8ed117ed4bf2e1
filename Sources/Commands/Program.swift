import BuildGraph
import Execution
import Platform
import TextKit

/// The whole program: one command line, from its arguments to its exit status.
package enum Program {
  /// - Parameter arguments: with the program's name in front.
  package static func run(_ arguments: [[UInt8]]) -> Ending {
    do {
      var invocation = try Invocation(Array(arguments.dropFirst()))
      invocation.caller = MakeFlags(Environment.value("MAKEFLAGS") ?? [])
      if invocation.has(.help) { return try show(Help.text) }
      if invocation.has(.version) { return try show("sysbuild \(Version.text)\n") }
      return try invocation.command.run(invocation)
    } catch {
      complain("\(error)")
      return .exit(2)
    }
  }

  static func show(_ text: String) throws -> Ending {
    try show(bytes: Array(harmless(text).utf8))
  }

  /// Prints `bytes` on standard output. A reader that went away, as `head` does, is no error.
  static func show(bytes: [UInt8]) throws -> Ending {
    try StandardStream.output.write(bytes)
    return .exit(0)
  }

  /// Says on standard error what went wrong, every line with the program's name in front.
  static func complain(_ text: String) {
    let lines = harmless(text).split(separator: "\n").map { "sysbuild: \($0)\n" }
    _ = try? StandardStream.error.write(lines.joined())
  }
}
