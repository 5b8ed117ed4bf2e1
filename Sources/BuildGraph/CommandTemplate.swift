import TextKit

/// A command line, split into words, with references that are not yet replaced.
///
/// Quotes, backslashes and blanks have the meaning that they have in a POSIX shell. Nothing else has: there are
/// no globs, redirections, comments or substitutions, and a variable's value is never split. Words of the form
/// `NAME=value` at the beginning, quoted or not, set variables for this command alone.
public struct CommandTemplate: Hashable, Sendable {
  public struct Assignment: Hashable, Sendable {
    public let name: String
    public let value: Template
  }

  public let assignments: [Assignment]
  /// The program, then its arguments.
  public let words: [Template]

  public init(_ line: String) throws(TemplateError) {
    var scanner = TemplateScanner(line)
    var words: [Template] = []
    var word: TemplateBuilder?
    while let scalar = scanner.next() {
      switch scalar {
      case " ", "\t", "\n":
        if let finished = word { words.append(Template(parts: finished.parts)) }
        word = nil
      case "'", "\"":
        var quoted = word ?? TemplateBuilder()
        word = nil
        try Self.readQuoted(scalar, from: &scanner, into: &quoted)
        word = quoted
      case "\\":
        guard let next = scanner.next() else { throw .unterminatedQuote("\\") }
        if next == "\n" { continue }
        if word == nil { word = TemplateBuilder() }
        word?.append(next)
      case "$":
        if word == nil { word = TemplateBuilder() }
        word?.append(try scanner.reference())
      default:
        if word == nil { word = TemplateBuilder() }
        word?.append(scalar)
      }
    }
    if let finished = word { words.append(Template(parts: finished.parts)) }
    assignments = words.prefix { $0.assignment != nil }.compactMap(\.assignment)
    self.words = Array(words.dropFirst(assignments.count))
  }

  /// All templates of the command.
  var templates: [Template] { assignments.map(\.value) + words }

  private static func readQuoted(
    _ quote: Unicode.Scalar, from scanner: inout TemplateScanner, into word: inout TemplateBuilder
  ) throws(TemplateError) {
    while let scalar = scanner.next() {
      if scalar == quote { return }
      switch (scalar, quote) {
      case ("$", "\""): word.append(try scanner.reference())
      case ("\\", "\""):
        guard let next = scanner.next() else { throw .unterminatedQuote("\"") }
        if next == "\n" { continue }
        if !"\"\\$`".unicodeScalars.contains(next) { word.append("\\") }
        word.append(next)
      default: word.append(scalar)
      }
    }
    throw .unterminatedQuote(Character(quote))
  }
}

extension CommandTemplate: CustomStringConvertible {
  /// The line with one blank between words and only the quotes that are needed, so that two spellings of a
  /// command are the same.
  public var description: String {
    (assignments.map { "\($0.name)=\($0.value.word)" } + words.map(\.word)).joined(separator: " ")
  }
}

extension Template {
  /// The template as a word of a command line, in double quotes if it needs any, which leave references as they
  /// are.
  fileprivate var word: String {
    let text = description
    if isPlainShellWord(text, allowing: "${}:") { return text }
    let quoted = parts.map { part in
      let text = Template(parts: [part]).description
      guard case .text = part else { return text }
      // By scalars: to `String` a quote with a combining mark behind it is one character and not a quote.
      return text.unicodeScalars.map { $0 == "\"" || $0 == "\\" ? "\\\($0)" : "\($0)" }.joined()
    }
    return "\"\(quoted.joined())\""
  }

  /// The assignment, if this word has the form `NAME=value`.
  fileprivate var assignment: CommandTemplate.Assignment? {
    guard case .text(let text) = parts.first, let equals = text.firstIndex(of: "="),
      Variables.isName(text[..<equals])
    else { return nil }
    let rest = String(text[text.index(after: equals)...])
    let value = Template(parts: (rest.isEmpty ? [] : [.text(rest)]) + parts.dropFirst())
    return CommandTemplate.Assignment(name: String(text[..<equals]), value: value)
  }
}
