/// Rows of text in columns as wide as they need to be. It knows nothing of what stands in them.
package struct Table {
  private let rows: [[String]]
  private let widths: [Int]

  package init(_ header: [String], _ rows: [[String]]) {
    self.init([header] + rows)
  }

  /// - Parameter rows: all as long as the first.
  package init(_ rows: [[String]]) {
    self.rows = rows
    widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
  }

  /// The header and the rows, two blanks between columns, none at a line's end.
  package var text: String { rows.map(line).joined() }

  /// The same on a terminal of `width` columns. Of a table with a header the last columns, if there is no room for
  /// them, stand below each row, with their names.
  ///
  /// - Parameter width: nil for as wide as it needs to be.
  package func text(width: Int?) -> String {
    guard let width, let header = rows.first else { return text }
    var count = header.count
    while count > 1, widths[..<count].reduce(2 * (count - 1), +) > width { count -= 1 }
    return rows.enumerated().map { number, row in
      let rest = zip(header, row).dropFirst(count).filter { number > 0 && !$0.1.isEmpty }
      return line(Array(row.prefix(count))) + Self.lines(of: rest.map { "\($0.0): \($0.1)" }, width: width)
    }.joined()
  }

  private func line(_ row: [String]) -> String {
    let line = zip(row, widths).map { cell, width in
      cell + String(repeating: " ", count: width - cell.count + 2)
    }.joined()
    return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
  }

  /// Indented lines: of as many parts as fit, and of the words of one that is longer than a line.
  private static func lines(of parts: [String], width: Int) -> String {
    let indent = "    "
    var lines: [String] = []
    func append(_ text: some StringProtocol, after separator: String) -> Bool {
      guard let last = lines.last, last.count + separator.count + text.count <= width else { return false }
      lines[lines.count - 1] += separator + text
      return true
    }
    for part in parts where !append(part, after: "; ") {
      for (number, word) in part.split(separator: " ").enumerated()
      where number == 0 || !append(word, after: " ") {
        lines.append(indent + word)
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
