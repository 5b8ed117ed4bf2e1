/// A JSON value that keeps the order of its members and writes itself as text (RFC 8259). `JSONReader` reads
/// one.
package enum JSON: Hashable, Sendable {
  case null
  case bool(Bool)
  case integer(Int)
  /// A number given as its text, which is written unchanged: `12.5`.
  case number(String)
  case string(String)
  case array([JSON])
  /// Members in the order in which they are written; nothing checks that a name is unique.
  indirect case object([Member])

  package struct Member: Hashable, Sendable {
    package let name: String
    package let value: JSON

    package init(name: String, value: JSON) {
      self.name = name
      self.value = value
    }
  }

  /// The text on one line, without white space.
  package var line: String { text(indent: nil) }

  /// The text with each member and element on a line of its own, indented by two spaces a level. An array that
  /// holds only scalars stays on one line. There is no line feed at the end.
  package var pretty: String { pretty(rows: []) }

  /// The same, but each element of the arrays with these names is one line.
  package func pretty(rows names: Set<String>) -> String { text(indent: "", rows: names) }

  private func text(indent: String?, rows: Set<String> = []) -> String {
    switch self {
    case .null: "null"
    case .bool(let value): value ? "true" : "false"
    case .integer(let value): String(value)
    case .number(let text): text
    case .string(let value): Self.quoted(value)
    case .array(let values) where values.allSatisfy(\.isScalar):
      "[" + values.map(\.line).joined(separator: indent == nil ? "," : ", ") + "]"
    case .array(let values):
      Self.block("[", values.map { value in { value.text(indent: $0, rows: rows) } }, "]", indent)
    case .object(let members):
      Self.block(
        "{",
        members.map { member in
          { indent in
            let name = Self.quoted(member.name) + (indent == nil ? ":" : ": ")
            guard rows.contains(member.name), case .array(let values) = member.value else {
              return name + member.value.text(indent: indent, rows: rows)
            }
            return name + Self.block("[", values.map { value in { _ in value.line } }, "]", indent)
          }
        }, "}", indent)
    }
  }

  private var isScalar: Bool {
    switch self {
    case .array, .object: false
    default: true
    }
  }

  private static func block(
    _ open: String, _ parts: [(String?) -> String], _ close: String, _ indent: String?
  ) -> String {
    guard let indent, !parts.isEmpty else {
      return open + parts.map { $0(nil) }.joined(separator: ",") + close
    }
    let inner = indent + "  "
    return open + "\n" + parts.map { inner + $0(inner) }.joined(separator: ",\n") + "\n" + indent + close
  }

  /// Escapes the characters that RFC 8259, section 7, requires, and U+007F to U+009F, U+2028 and U+2029, which
  /// are unsafe on a terminal or in JavaScript.
  private static func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x22: result += "\\\""
      case 0x5C: result += "\\\\"
      case 0x08: result += "\\b"
      case 0x0C: result += "\\f"
      case 0x0A: result += "\\n"
      case 0x0D: result += "\\r"
      case 0x09: result += "\\t"
      case 0..<0x20, 0x7F...0x9F, 0x2028, 0x2029:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}

extension JSON: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral {
  package init(stringLiteral value: String) { self = .string(value) }
  package init(integerLiteral value: Int) { self = .integer(value) }
  package init(booleanLiteral value: Bool) { self = .bool(value) }
}

extension JSON: ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral {
  package init(arrayLiteral elements: JSON...) { self = .array(elements) }
  package init(dictionaryLiteral elements: (String, JSON)...) {
    self = .object(elements.map { Member(name: $0.0, value: $0.1) })
  }
}

extension JSON {
  /// An object with the members of both; `left` unchanged if either is not an object.
  package static func + (left: JSON, right: JSON) -> JSON {
    guard case .object(let first) = left, case .object(let second) = right else { return left }
    return .object(first + second)
  }

  /// A duration in nanoseconds as a number of seconds, rounded to the millisecond.
  package static func seconds(_ nanoseconds: Int64) -> JSON {
    let milliseconds = max(0, nanoseconds + 500_000) / 1_000_000
    return .number("\(milliseconds / 1000).\((milliseconds % 1000).zeroPadded(to: 3))")
  }
}
