/// The last runs, so that a slow one is noticed.
struct RunTable {
  private let runs: [ReportContent.Run]

  /// - Parameter runs: the newest first.
  init(_ runs: [ReportContent.Run]) { self.runs = runs }

  var markup: Markup {
    if runs.count < 2 { return "" }
    let longest = max(0.001, runs.compactMap(\.seconds).max() ?? 0)
    let rows = runs.map { run -> [FoldedTable.Cell] in
      [
        .text("\(run.began)"), .number(run.seconds.map(duration) ?? ""),
        .bar((run.seconds ?? 0) / longest * 100, "size"),
        .text("\(run.ending)", style: run.hasFailed ? "bad" : ""),
        .text("\(run.targets.map(\.name).joined(separator: ", "))", style: "words"),
      ]
    }
    let table = FoldedTable(
      label: "The last runs", style: "runs",
      columns: [.text("Began"), .number("Took"), FoldedTable.bars, .text("Ended"), .text("What ran")],
      rows: rows)
    return "<h3>The last runs</h3>\n\(table.markup)"
  }
}
