/// Somebody edits a file while a target runs: what has been looked at already is then no longer so.
struct Meddling {
  /// Of the targets that run the one, counted from 0, at whose end it happens.
  let number: Int
  let spec: String

  /// Another content of the same length; what is missing stays so.
  static func altered(_ content: String?) -> String? {
    guard let content, let last = content.last else { return content }
    return content.dropLast() + (last == "z" ? "y" : "z")
  }
}
