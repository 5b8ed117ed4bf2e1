import Platform
import TextKit

/// A problem that emerge reports but does not treat as a failure, phrased so that a person can act on it.
///
/// A helper prints it as one line, which goes to the log of the target; `RunStream` finds the warnings in that
/// output. Any command of a recipe may print such a line to warn the user.
package struct EmergeMessage: Hashable, Sendable {
  package enum Severity: String {
    /// What is built follows the configuration and the ebuilds, as far as that is possible.
    case warning
    /// Emerge ignored a part of the configuration or an ebuild, so the stage fails.
    case error
  }

  package let severity: Severity
  /// What is wrong and how to fix it, on one line.
  package let text: String

  package static func warning(_ text: String) -> Self { Self(severity: .warning, text: text) }
  package static func error(_ text: String) -> Self { Self(severity: .error, text: text) }

  /// The line to print, without the line feed.
  package var line: String { Self.start(severity) + text }

  /// The beginning of every line with a message of this severity.
  package static func start(_ severity: Severity) -> String { "sysbuild: \(severity.rawValue): " }

  /// The beginning of a line that says why a binary package is not used.
  package static let outOfDate = "sysbuild: the binary package is out of date:"

  /// The text of a line that is a warning; nil for any other line.
  package static func warning(in line: [UInt8]) -> String? {
    let start = start(.warning)
    guard line.starts(with: start.utf8) else { return nil }
    let text = line.dropFirst(start.utf8.count)
    return String(validating: text, as: UTF8.self).map(harmless) ?? printable(text)
  }
}
