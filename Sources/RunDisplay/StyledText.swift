/// A line of text whose parts can have colours. It has no control characters.
struct StyledText {
  enum Style: String {
    case plain = ""
    case good = "\u{1B}[32m"
    case bad = "\u{1B}[31m"
  }

  private var parts: [(text: String, style: Style)]

  init(_ text: String, _ style: Style = .plain) { parts = [(text, style)] }

  static func + (left: Self, right: Self) -> Self {
    var sum = left
    sum.parts += right.parts
    return sum
  }

  static func += (left: inout Self, right: Self) { left.parts += right.parts }

  /// The text without colours.
  var plain: String { parts.map(\.text).joined() }

  /// The text for a terminal, with escape sequences if it is to be coloured.
  func text(coloured: Bool) -> String {
    if !coloured { return plain }
    return parts.map { $0.style == .plain ? $0.text : $0.style.rawValue + $0.text + "\u{1B}[m" }.joined()
  }

  /// The text, cut to `columns`.
  func cut(to columns: Int) -> Self {
    if Columns.count(plain) <= columns { return self }
    var result = Self("")
    var left = columns
    for part in parts {
      let isLast = Columns.count(part.text) >= left
      result.parts.append((Columns.cut(part.text + (isLast ? " …" : ""), to: left), part.style))
      if isLast { break }
      left -= Columns.count(part.text)
    }
    return result
  }
}
