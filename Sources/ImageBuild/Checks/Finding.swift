/// The result of a check, and what to do about it.
package struct Finding: Equatable {
  package enum Level: String {
    case ok
    /// Nothing is wrong, but the user may not expect it.
    case note
    /// The build works, but is slower or lacks something.
    case warning
    /// The build would fail, possibly after hours.
    case error
  }

  package let level: Level
  package let text: String
  package let remedy: String

  private init(_ level: Level, _ text: String, remedy: String = "") {
    self.level = level
    self.text = text
    self.remedy = remedy
  }

  package static func ok(_ text: String) -> Finding { Finding(.ok, text) }
  package static func note(_ text: String, remedy: String = "") -> Finding {
    Finding(.note, text, remedy: remedy)
  }
  package static func warning(_ text: String, remedy: String) -> Finding {
    Finding(.warning, text, remedy: remedy)
  }
  package static func error(_ text: String, remedy: String) -> Finding { Finding(.error, text, remedy: remedy) }

  /// The text and the remedy as an error message.
  package var sentence: String { remedy.isEmpty ? text : "\(text): \(remedy)" }
}
