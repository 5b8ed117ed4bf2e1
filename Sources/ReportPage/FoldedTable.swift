import TextKit

/// A table that scrolls within its own box where the page is narrow, and of which only the first rows are open. The first
/// cell of each row is its header.
struct FoldedTable {
  struct Cell {
    let content: Markup
    /// A class of the style sheet; empty for none.
    var style: Markup = ""

    static func text(_ content: Markup, style: Markup = "") -> Self { Self(content: content, style: style) }
    static func number(_ text: String) -> Self { Self(content: "\(text)", style: "number") }

    /// A bar of this length, in percent of the longest.
    static func bar(_ percent: Double, _ style: Markup) -> Self {
      drawing("<rect width=\"\(percent)%\" height=\"12\" class=\"\(style)\"/>")
    }

    /// What a number beside it says, too.
    static func drawing(_ shapes: Markup) -> Self {
      Self(
        content: "<svg width=\"100%\" height=\"12\" aria-hidden=\"true\">\(shapes)</svg>", style: "bars")
    }

    fileprivate var attribute: Markup { style.text.isEmpty ? "" : " class=\"\(style)\"" }
  }

  let label: String
  let style: Markup
  /// The titles, each with the style of its column.
  let columns: [Cell]
  let rows: [[Cell]]
  /// How many rows are open.
  var shown = 30
  /// What follows the number of the other rows: `, 3.2 MiB together`.
  var note = ""

  /// The title of a column of bars, for those who do not see them.
  static let bars = Cell.text("<span class=\"hidden\">Share</span>", style: "bars")

  var markup: Markup {
    // A few rows more are not worth folding.
    if rows.count <= shown + 5 { return table(rows[...], label) }
    return """
      \(table(rows.prefix(shown), label))<details><summary>\(rows.count - shown) more\(note)</summary>
      \(table(rows.dropFirst(shown), label + ", the others"))</details>

      """
  }

  private func table(_ rows: ArraySlice<[Cell]>, _ label: String) -> Markup {
    let head = columns.map { "<th scope=\"col\"\($0.attribute)>\($0.content)</th>" as Markup }
    let body = rows.map { row -> Markup in
      let cells = row.dropFirst().map { "<td\($0.attribute)>\($0.content)</td>" as Markup }
      return
        "<tr>\(row.prefix(1).map { "<th scope=\"row\"\($0.attribute)>\($0.content)</th>" as Markup })\(cells)</tr>\n"
    }
    return """
      <div class="scroll" role="region" aria-label="\(label)" tabindex="0"><table class="\(style)">
      <thead><tr>\(head)</tr></thead>
      <tbody>
      \(body)</tbody></table></div>

      """
  }
}
