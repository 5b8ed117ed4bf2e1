import TextKit

/// A variable with the value that the command line gives it, `NAME=value`.
package struct Assignment: Equatable, Sendable {
  package let name: String
  package let value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  /// The assignment that `word` spells; nil if it is another word.
  package init?(_ word: String) {
    guard let equals = word.firstIndex(of: "="), isVariableName(word[..<equals].utf8) else { return nil }
    name = String(word[..<equals])
    value = String(word[word.index(after: equals)...])
  }
}
