import Platform

/// The last lines of a terminal, which are redrawn again and again, and the lines that scroll above them. It does not
/// know what the lines mean.
///
/// Between two frames the cursor is at the beginning of the line below the area. If the process ends there, the screen
/// needs no cleaning. A frame is one write: it moves the cursor to the first line, writes each line and erases the rest
/// of its row, and then erases everything below. So the area never flickers.
struct LiveArea {
  /// The width in columns of each line of the last frame.
  private var drawn: [Int] = []

  /// The text of a frame that lets `scrolling` scroll by and then shows `lines`.
  ///
  /// - Parameter width: the columns that the terminal has now. If there are fewer than for the last frame, the terminal
  ///   has wrapped the lines.
  mutating func frame(_ scrolling: [String], _ lines: [StyledText], width: Int, coloured: Bool) -> String {
    var text = start(width)
    // Scrolling lines may be longer than a row. And a terminal remembers which rows it has wrapped, until all of them
    // are erased.
    let isErasedFirst = width < drawn.max() ?? 0 || !scrolling.isEmpty && !drawn.isEmpty
    if isErasedFirst { text += Self.eraseBelow }
    for line in scrolling { text += line + "\n" }
    for line in lines { text += line.text(coloured: coloured) + Self.eraseRight + "\n" }
    // Lines of the last frame remain if this one has fewer, and typed characters such as `^C` are below them.
    if !isErasedFirst, !drawn.isEmpty { text += Self.eraseBelow }
    drawn = lines.map { Columns.count($0.plain) }
    return text
  }

  /// The text that moves the cursor to the beginning of a line after another program has moved it anywhere. As many
  /// blanks as there are columns end in the next line, unless the line was empty. zsh does the same before its prompt.
  static func lineStart(width: Int) -> String {
    String(repeating: " ", count: width) + "\r" + eraseRight
  }

  /// The text that erases the area.
  mutating func erased(width: Int) -> String {
    if drawn.isEmpty { return "" }
    defer { drawn = [] }
    return start(width) + Self.eraseBelow
  }

  /// Leaves the lines where they are, because another program has written below them.
  mutating func forget() { drawn = [] }

  /// Moves the cursor to the beginning of the first line (ECMA-48: CUU).
  private func start(_ width: Int) -> String {
    let rows = drawn.reduce(0) { $0 + max(1, ($1 + width - 1) / max(1, width)) }
    return rows == 0 ? "" : "\r\u{1B}[\(rows)A"
  }

  /// ECMA-48: ED, EL.
  private static let eraseBelow = "\u{1B}[J"
  private static let eraseRight = "\u{1B}[K"
}
