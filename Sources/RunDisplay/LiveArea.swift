import Platform

/// The lines at the end of what a terminal shows that are drawn anew again and again, and what scrolls by above
/// them. It knows nothing of what they say.
///
/// The cursor stands at the beginning of the line below, so that whatever ends this process leaves a clean
/// screen. A frame is one write: up to the first line, then the lines, each with the rest of its row erased,
/// and whatever is below erased: nothing is blank in between.
struct LiveArea {
  /// The widths of the lines that stand there.
  private var drawn: [Int] = []

  /// What to write to have `scrolling` go by and then `lines` stand there.
  ///
  /// - Parameter width: the columns of the terminal now, which may be fewer than when the lines were drawn: then
  ///   it has broken them.
  mutating func frame(_ scrolling: [String], _ lines: [StyledText], width: Int, coloured: Bool) -> String {
    var text = start(width)
    // What scrolls by may be longer than a row; and of rows that the terminal has broken it remembers that they
    // belong together, until they are erased as a whole.
    let isErasedFirst = width < drawn.max() ?? 0 || !scrolling.isEmpty && !drawn.isEmpty
    if isErasedFirst { text += Self.eraseBelow }
    for line in scrolling { text += line + "\n" }
    for line in lines { text += line.text(coloured: coloured) + Self.eraseRight + "\n" }
    // Fewer lines than before leave some, and what is typed, as `^C`, stands below them.
    if !isErasedFirst, !drawn.isEmpty { text += Self.eraseBelow }
    drawn = lines.map { Columns.count($0.plain) }
    return text
  }

  /// What to write where another program has left the cursor, to have it at the beginning of a line: in a line
  /// that is not empty so many blanks end in the next one. So does zsh before its prompt.
  static func lineStart(width: Int) -> String {
    String(repeating: " ", count: width) + "\r" + eraseRight
  }

  /// What to write to have nothing of it left.
  mutating func erased(width: Int) -> String {
    if drawn.isEmpty { return "" }
    defer { drawn = [] }
    return start(width) + Self.eraseBelow
  }

  /// Somebody else wrote below it: what stands there is part of the past.
  mutating func forget() { drawn = [] }

  /// Up to the beginning of the first line (ECMA-48: CUU).
  private func start(_ width: Int) -> String {
    let rows = drawn.reduce(0) { $0 + max(1, ($1 + width - 1) / max(1, width)) }
    return rows == 0 ? "" : "\r\u{1B}[\(rows)A"
  }

  /// ECMA-48: ED, EL.
  private static let eraseBelow = "\u{1B}[J"
  private static let eraseRight = "\u{1B}[K"
}
