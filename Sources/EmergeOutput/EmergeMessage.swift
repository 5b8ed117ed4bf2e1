import Platform
import TextKit

/// What emerge has to say of a run that it counts as a success, told so that a person can act on it.
///
/// A helper prints it as one line, which goes to the log with all else; `RunStream` finds the warnings there again.
/// Any command of a recipe may warn with such a line.
package struct EmergeMessage: Hashable, Sendable {
  package enum Severity: String {
    /// What is built is what the configuration and the ebuilds say, or as much of it as there can be.
    case warning
    /// Something that stands in the configuration or in an ebuild was passed over: the stage fails.
    case error
  }

  package let severity: Severity
  /// One line: what it is, and what to do about it.
  package let text: String

  package static func warning(_ text: String) -> Self { Self(severity: .warning, text: text) }
  package static func error(_ text: String) -> Self { Self(severity: .error, text: text) }

  /// The line that says so, without its end.
  package var line: String { Self.start(severity) + text }

  /// How a line begins that says so.
  package static func start(_ severity: Severity) -> String { "sysbuild: \(severity.rawValue): " }

  /// How a line begins that says why a binary package is not used.
  package static let outOfDate = "sysbuild: the binary package is out of date:"

  /// What a line warns of; nil if it is another line.
  package static func warning(in line: [UInt8]) -> String? {
    let start = start(.warning)
    guard line.starts(with: start.utf8) else { return nil }
    let text = line.dropFirst(start.utf8.count)
    return String(validating: text, as: UTF8.self).map(harmless) ?? printable(text)
  }
}
