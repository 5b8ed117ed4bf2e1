/// A command line split into words as a shell splits it, with its references still in it.
///
/// Quotes, backslashes and blanks mean what they mean to a POSIX shell; nothing else does: there are no
/// globs, redirections, comments or substitutions, and a variable's value is never split. Words of the form
/// `NAME=value` in front, quoted or not, set variables for this command alone.
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

  /// Every template in it.
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
  /// The line with one blank between words and quotes where they are needed: two spellings of a command
  /// are one command.
  public var description: String {
    let settings = assignments.map { "\($0.name)=" + shellQuoted("\($0.value)", leaving: "${}:") }
    return (settings + words.map { shellQuoted("\($0)", leaving: "${}:") }).joined(separator: " ")
  }
}

extension Template {
  /// This word as `NAME=value`, if it is one.
  fileprivate var assignment: CommandTemplate.Assignment? {
    guard case .text(let text) = parts.first, let equals = text.firstIndex(of: "="),
      Variables.isName(text[..<equals])
    else { return nil }
    let rest = String(text[text.index(after: equals)...])
    let value = Template(parts: (rest.isEmpty ? [] : [.text(rest)]) + parts.dropFirst())
    return CommandTemplate.Assignment(name: String(text[..<equals]), value: value)
  }
}

/// `word` so that a POSIX shell reads it as one word; the characters of `leaving` are taken for harmless.
public func shellQuoted(_ word: String, leaving: String = "") -> String {
  let plain = "+-./:=@_%,^" + leaving
  let isPlain = word.utf8.allSatisfy { byte in
    (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
      || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
      || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || plain.utf8.contains(byte)
  }
  if isPlain && !word.isEmpty { return word }
  // By scalars: a quote with a combining mark behind it is one character, and not a quote, to `String`.
  var quoted = String.UnicodeScalarView()
  for scalar in word.unicodeScalars {
    switch (scalar, leaving.isEmpty) {
    case ("'", true): quoted += "'\\''".unicodeScalars
    case ("\"", false), ("\\", false): quoted += ["\\", scalar]
    default: quoted.append(scalar)
    }
  }
  let quote = leaving.isEmpty ? "'" : "\""
  return quote + String(quoted) + quote
}
