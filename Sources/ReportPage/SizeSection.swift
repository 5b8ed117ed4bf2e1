import TextKit

/// What the image consists of, and how large that is.
struct SizeSection {
  private let image: ReportContent.Image
  private let parts: [ReportContent.Part]
  /// By the name and version of the package.
  private let changes: [String: ReportContent.Change]
  /// Whether the table has a column for differences.
  private let differs: Bool
  private let size: Int

  init(_ image: ReportContent.Image) {
    self.image = image
    parts = image.parts.filter { $0.size > 0 || $0.isPackage }
      .sorted { ($1.size, $0.name, $0.version ?? "") < ($0.size, $1.name, $1.version ?? "") }
    size = parts.reduce(0) { $0 + $1.size }
    let changes = image.comparison?.changes ?? []
    differs = changes.contains { $0.growth != 0 || $0.kind != .kept }
    self.changes = Dictionary(
      changes.filter { $0.kind != .removed }.map { ("\($0.package) \($0.version)", $0) }
    ) { first, _ in first }
  }

  var markup: Markup {
    """
    <p>\(measure)</p>
    \(key)\(SizeMap(parts.filter { $0.size > 0 }).markup)
    \(table)
    """
  }

  /// What is counted, in words.
  private var measure: Markup {
    let own = parts.filter(\.isPackage).reduce(0) { $0 + $1.size }
    let rest: Markup =
      size == own
      ? "" : ": packages \(Quantity.size(own)), what belongs to no package \(Quantity.size(size - own))"
    return """
      The files of the root file system take <b>\(Quantity.size(size))</b> before compression\(rest). A file with \
      several names counts once; what only Portage needs, which no image has, does not count.
      """
  }

  /// The colours, with what each stands for and how much of it there is.
  private var key: Markup {
    var sizes: [FolderKind: Int] = [:]
    for folder in parts.flatMap(\.folders) { sizes[FolderKind(folder.path), default: 0] += folder.size }
    let items = FolderKind.allCases.filter { sizes[$0, default: 0] > 0 }.map { kind -> Markup in
      """
      <li><svg width="14" height="14" aria-hidden="true"><rect width="14" height="14" class="folder \(kind.rawValue)"/></svg> \
      \(kind.name) <span class="minor">\(Quantity.size(sizes[kind, default: 0]))</span></li>

      """
    }
    return "<ul class=\"key\" aria-label=\"Sizes by kind of folder\">\n\(items)</ul>\n"
  }

  private var table: Markup {
    let largest = max(1, parts.first?.size ?? 0)
    let rows = parts.map { part -> [FoldedTable.Cell] in
      let version: Markup = part.version.map { " <span class=\"minor\">\($0)</span>" } ?? ""
      return [.text("\(Markup.breakable(part.name))\(version)"), .number(Quantity.size(part.size))]
        + (differs ? [.number(growth(part))] : [])
        + [.bar(Double(part.size) / Double(largest) * 100, "size"), .text(folders(part), style: "folders")]
    }
    let shown = 30
    return FoldedTable(
      label: "Packages by size", style: "sizes",
      columns: [.text("Package"), .number("Size")] + (differs ? [.number("Difference")] : [])
        + [FoldedTable.bars, .text("Folders")],
      rows: rows, shown: shown,
      note: ", \(Quantity.size(parts.dropFirst(shown).reduce(0) { $0 + $1.size })) together"
    ).markup
  }

  private func growth(_ part: ReportContent.Part) -> String {
    guard let change = changes[part.fullName] else { return "" }
    return change.kind == .added ? "new" : Quantity.growth(change.growth)
  }

  private func folders(_ part: ReportContent.Part) -> Markup {
    let shown = part.folders.prefix(part.folders.count > 4 ? 3 : 4)
    let items = shown.map { folder -> Markup in
      "/\(Markup.breakable(folder.path)) <span class=\"minor\">\(Quantity.size(folder.size))</span>"
    }
    let others = part.folders.dropFirst(shown.count)
    let rest: [Markup] =
      others.isEmpty
      ? []
      : [
        "\(others.count) more <span class=\"minor\">\(Quantity.size(others.reduce(0) { $0 + $1.size }))</span>"
      ]
    return "\((items + rest).map { "<span class=\"item\">\($0)</span> " as Markup })"
  }
}
