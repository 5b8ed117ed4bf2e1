/// A text table in which each column is as wide as its widest cell.
package struct Table {
  private let rows: [[String]]
  private let widths: [Int]

  package init(_ header: [String], _ rows: [[String]]) {
    self.init([header] + rows)
  }

  /// - Parameter rows: rows of equal length.
  package init(_ rows: [[String]]) {
    self.rows = rows
    widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
  }

  /// All rows, with two spaces between columns and no space at the end of a line.
  package var text: String { rows.map(line).joined() }

  /// The table on a terminal of `width` columns. Columns at the right that do not fit are moved below each row,
  /// as `name: value`; the first row has the names.
  ///
  /// - Parameter width: nil for no limit.
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

  /// Indented lines, each with as many parts as fit; a part that is longer than a line is wrapped between
  /// words.
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
