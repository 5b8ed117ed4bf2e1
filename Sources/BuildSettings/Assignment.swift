import TextKit

/// An assignment `NAME=value` on the command line.
package struct Assignment: Equatable, Sendable {
  package let name: String
  package let value: String

  package init(name: String, value: String) {
    self.name = name
    self.value = value
  }

  /// Parses `word`; nil if it is not an assignment.
  package init?(_ word: String) {
    guard let equals = word.firstIndex(of: "="), isVariableName(word[..<equals].utf8) else { return nil }
    name = String(word[..<equals])
    value = String(word[word.index(after: equals)...])
  }
}
