/// A text with references in it, parsed once: `${NAME}` for a variable, `${KIND:NAME}` for the items of an
/// input (a set's atoms), `$$` for a dollar sign.
public struct Template: Hashable, Sendable {
  public enum Part: Hashable, Sendable {
    case text(String)
    case variable(String)
    /// The items of the input `kind:name`. It must be a word of its own, which becomes a word for each item.
    case items(kind: String, name: String)
  }

  public let parts: [Part]

  public init(parts: [Part]) {
    self.parts = parts
  }

  /// Parses `text`.
  public init(_ text: String) throws(TemplateError) {
    guard text.utf8.contains(UInt8(ascii: "$")) else {
      parts = text.isEmpty ? [] : [.text(text)]
      return
    }
    var scanner = TemplateScanner(text)
    var builder = TemplateBuilder()
    while let character = scanner.next() {
      if character == "$" {
        builder.append(try scanner.reference())
      } else {
        builder.append(character)
      }
    }
    parts = builder.parts
  }

  public var variables: [String] {
    parts.compactMap { part in
      if case .variable(let name) = part { name } else { nil }
    }
  }

  /// The text with each variable replaced. References to items stay as they are.
  public func expanded(_ value: (String) -> String) -> String {
    var result = ""
    for part in parts {
      switch part {
      case .text(let text): result += text
      case .variable(let name): result += value(name)
      case .items(let kind, let name): result += "${\(kind):\(name)}"
      }
    }
    return result
  }
}

extension Template: CustomStringConvertible {
  /// The template's source text.
  public var description: String {
    var result = ""
    for part in parts {
      switch part {
      case .text(let text) where !text.utf8.contains(UInt8(ascii: "$")): result += text
      case .text(let text):
        // By scalars: to `String` a dollar sign with a combining mark behind it is another character.
        result.unicodeScalars += text.unicodeScalars.flatMap { $0 == "$" ? [$0, $0] : [$0] }
      case .variable(let name): result += "${\(name)}"
      case .items(let kind, let name): result += "${\(kind):\(name)}"
      }
    }
    return result
  }
}

/// A mistake in a template's text.
public enum TemplateError: Error, Hashable, Sendable, CustomStringConvertible {
  case looseDollar
  case unterminatedReference(String)
  case badName(String)
  case unterminatedQuote(Character)

  public var description: String {
    switch self {
    case .looseDollar: "a lone '$': write '${NAME}' for a variable, '$$' for a dollar sign"
    case .unterminatedReference(let start): "'${\(start)' has no closing '}'"
    case .badName(let name): "'${\(name)}' names no variable: a name is letters, digits and '_'"
    case .unterminatedQuote(let quote): "a quote (\(quote)) is not closed"
    }
  }
}

/// Reads characters and references from a template's text.
struct TemplateScanner {
  private var rest: Substring.UnicodeScalarView

  init(_ text: String) {
    rest = text[...].unicodeScalars
  }

  mutating func next() -> Unicode.Scalar? { rest.popFirst() }

  /// Parses what follows a `$` that was just read.
  mutating func reference() throws(TemplateError) -> Template.Part {
    switch next() {
    case "$": return .text("$")
    case "{": break
    default: throw .looseDollar
    }
    var name = ""
    while let scalar = next() {
      if scalar == "}" { return try part(name) }
      name.unicodeScalars.append(scalar)
    }
    throw .unterminatedReference(name)
  }

  private func part(_ name: String) throws(TemplateError) -> Template.Part {
    if let colon = name.firstIndex(of: ":"), isName(name[..<colon]) {
      return .items(kind: String(name[..<colon]), name: String(name[name.index(after: colon)...]))
    }
    guard isName(name[...]) else { throw .badName(name) }
    return .variable(name)
  }

  private func isName(_ text: Substring) -> Bool { Variables.isName(text) }
}

/// Collects parts and joins adjacent texts.
struct TemplateBuilder {
  private var finished: [Template.Part] = []
  private var text = String.UnicodeScalarView()

  var parts: [Template.Part] { text.isEmpty ? finished : finished + [.text(String(text))] }

  mutating func append(_ scalar: Unicode.Scalar) { text.append(scalar) }

  mutating func append(_ part: Template.Part) {
    if case .text(let added) = part {
      text += added.unicodeScalars
    } else {
      finished = parts + [part]
      text = .init()
    }
  }
}
