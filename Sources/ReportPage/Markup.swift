import TextKit

/// A piece of HTML or SVG. A string that is put into it is escaped, wherever it comes from: only literals, numbers and
/// other pieces become markup.
struct Markup {
  private(set) var text: String

  static func + (left: Self, right: Self) -> Self { Self(text: left.text + right.text) }
  static func += (left: inout Self, right: Self) { left.text += right.text }

  /// A name that may be broken after each slash.
  static func breakable(_ name: String) -> Markup {
    let parts = name.split(separator: "/", omittingEmptySubsequences: false).map { "\(String($0))" as Markup }
    return parts.dropFirst().reduce(parts.first ?? "") { "\($0)/<wbr>\($1)" }
  }

  /// The text with `<`, `>`, `&` and quotes as references, so that it may stand between tags and in a quoted attribute.
  /// Characters that a page may not have, or that would change its direction, are spelt out, as in `\x1b`.
  static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    for scalar in harmless(text).unicodeScalars {
      switch scalar {
      case "<": result += "&lt;".unicodeScalars
      case ">": result += "&gt;".unicodeScalars
      case "&": result += "&amp;".unicodeScalars
      case "\"": result += "&quot;".unicodeScalars
      case "'": result += "&#39;".unicodeScalars
      case _ where scalar.properties.isNoncharacterCodePoint:
        result += "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars
      default: result.append(scalar)
      }
    }
    return String(result)
  }
}

extension Markup: ExpressibleByStringInterpolation {
  struct StringInterpolation: StringInterpolationProtocol {
    fileprivate var text = ""

    init(literalCapacity: Int, interpolationCount: Int) { text.reserveCapacity(literalCapacity) }

    mutating func appendLiteral(_ literal: String) { text += literal }
    mutating func appendInterpolation(_ value: String) { text += Markup.escaped(value) }
    mutating func appendInterpolation(_ value: Int) { text += String(value) }
    mutating func appendInterpolation(_ markup: Markup) { text += markup.text }
    mutating func appendInterpolation(_ all: [Markup]) { for markup in all { text += markup.text } }

    /// Rounded to a hundredth, without needless digits.
    mutating func appendInterpolation(_ value: Double) {
      let hundredths = Int((value * 100).rounded())
      let (whole, rest) = (hundredths.magnitude / 100, hundredths.magnitude % 100)
      let digits = rest == 0 ? "" : rest % 10 == 0 ? ".\(rest / 10)" : ".\(rest.zeroPadded(to: 2))"
      text += (hundredths < 0 ? "-" : "") + "\(whole)\(digits)"
    }
  }

  init(stringLiteral value: String) { text = value }
  init(stringInterpolation: StringInterpolation) { text = stringInterpolation.text }
}
