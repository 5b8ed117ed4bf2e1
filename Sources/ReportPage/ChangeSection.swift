import TextKit

/// What distinguishes the image from another, the published one for example: new, gone and changed packages.
struct ChangeSection {
  private let comparison: ReportContent.Comparison
  private let files: [ReportContent.ImageFile]

  init(_ comparison: ReportContent.Comparison, _ files: [ReportContent.ImageFile]) {
    self.comparison = comparison
    self.files = files
  }

  var markup: Markup {
    let changes = comparison.changes.filter { !$0.parts.isEmpty }
    let source: Markup = "<p class=\"note\">Held against <code>\(comparison.file)</code>.</p>\n"
    let same = comparison.changes.count - changes.count
    if changes.isEmpty {
      return
        "<p>No package differs from \(comparison.name): \(Quantity.count(same, "package")).\(sizes)</p>\n\(source)"
    }
    let counts = [
      (changes.count { $0.kind == .added }, "new"), (changes.count { $0.kind == .removed }, "gone"),
      (changes.count { $0.kind == .kept }, "changed"), (same, "the same"),
    ].filter { $0.0 > 0 }.map { "\($0.0) \($0.1)" }.joined(separator: ", ")
    let growth = Quantity.growth(comparison.newSize - comparison.oldSize, none: "no difference in size")
    return """
      <p>Packages: <b>\(growth)</b> against \(comparison.name), \(Quantity.size(comparison.oldSize)) → \
      \(Quantity.size(comparison.newSize)); \(counts).\(sizes)</p>
      \(table(changes))\(source)
      """
  }

  /// The sizes of the files that differ.
  private var sizes: Markup {
    let changed = files.compactMap { file -> Markup? in
      guard let old = file.oldSize, old != file.size else { return nil }
      return " <code>\(file.name)</code>: \(Quantity.size(old)) → \(Quantity.size(file.size))."
    }
    return "\(changed)"
  }

  private func table(_ changes: [ReportContent.Change]) -> Markup {
    let largest = max(1, changes.map(\.growth.magnitude).max() ?? 1)
    let rows = changes.sorted { left, right in
      (right.growth.magnitude, left.package) < (left.growth.magnitude, right.package)
    }.map { change -> [FoldedTable.Cell] in
      let share = Double(change.growth.magnitude) / Double(largest) * 50
      let grows = change.growth > 0
      return [
        .text(Markup.breakable(change.package)), .number(Quantity.growth(change.growth, none: "same size")),
        .drawing(
          """
          <rect x="\(grows ? 50 : 50 - share)%" width="\(share)%" height="12" class="\(grows ? "more" : "less")"/>\
          <line x1="50%" x2="50%" y1="-1" y2="13" class="zero"/>
          """),
        .text("\(change.parts.joined(separator: ", "))", style: "words"),
      ]
    }
    return FoldedTable(
      label: "Changed packages", style: "changes",
      columns: [
        .text("Package"), .number("Difference"),
        .text("<span class=\"split\"><span>less</span> <span>more</span></span>", style: "bars"),
        .text("Change"),
      ], rows: rows
    ).markup
  }
}
