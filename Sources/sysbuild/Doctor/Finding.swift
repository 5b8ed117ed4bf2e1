/// What a check found, and what to do about it.
struct Finding: Equatable {
  enum Level: String {
    case ok
    /// Nothing is wrong, but somebody may not expect it.
    case note
    /// The build will go on, slower or with less than one may want.
    case warning
    /// The build would fail, maybe after hours.
    case error
  }

  let level: Level
  let text: String
  let remedy: String

  private init(_ level: Level, _ text: String, remedy: String = "") {
    self.level = level
    self.text = text
    self.remedy = remedy
  }

  static func ok(_ text: String) -> Finding { Finding(.ok, text) }
  static func note(_ text: String, remedy: String = "") -> Finding { Finding(.note, text, remedy: remedy) }
  static func warning(_ text: String, remedy: String) -> Finding { Finding(.warning, text, remedy: remedy) }
  static func error(_ text: String, remedy: String) -> Finding { Finding(.error, text, remedy: remedy) }

  /// As an error message says it.
  var sentence: String { remedy.isEmpty ? text : "\(text): \(remedy)" }
}
