/// Rows of text in columns as wide as they need to be. It knows nothing of what stands in them.
struct Table {
  private let rows: [[String]]

  init(_ header: [String], _ rows: [[String]]) {
    self.rows = [header] + rows
  }

  /// - Parameter rows: all as long as the first.
  init(_ rows: [[String]]) { self.rows = rows }

  /// The header and the rows, two blanks between columns, none at a line's end.
  var text: String {
    let widths = (rows.first ?? []).indices.map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let line = zip(row, widths).map { cell, width in
        cell + String(repeating: " ", count: width - cell.count + 2)
      }.joined()
      return String(line.reversed().drop { $0 == " " }.reversed()) + "\n"
    }.joined()
  }
}
