import TextKit

/// The packages by licence; first those for which none is recorded.
struct LicenceSection {
  private let packages: [ReportContent.Part]

  init(_ parts: [ReportContent.Part]) { packages = parts.filter(\.isPackage) }

  /// The names in a licence expression, each once: those of `|| ( GPL-2 BSD )` are `GPL-2` and `BSD`.
  static func names(in expression: String) -> [String] {
    var names: [String] = []
    for word in expression.split(separator: " ").map(String.init)
    where !["||", "(", ")"].contains(word) && !word.hasSuffix("?") && !names.contains(word) {
      names.append(word)
    }
    return names
  }

  var markup: Markup {
    var users: [String: [ReportContent.Part]] = [:]
    for package in packages {
      for name in Self.names(in: package.license) { users[name, default: []].append(package) }
    }
    let unknown = packages.filter { Self.names(in: $0.license).isEmpty }
    let rows =
      (unknown.isEmpty ? [] : [row("none recorded", unknown, isMissing: true)])
      + users.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.map { row($0.key, $0.value) }
    let choices = packages.contains { $0.license.contains("||") }
    let note: Markup =
      choices ? " A package that leaves a choice of licences stands under each of them, marked *." : ""
    let missing: Markup =
      unknown.isEmpty ? "" : " <b>\(Quantity.count(unknown.count, "package")) without a licence on record.</b>"
    let table = FoldedTable(
      label: "Packages by licence", style: "licences",
      columns: [.text("Licence"), .number("Packages"), .text("Which")], rows: rows)
    return """
      <p>\(Quantity.count(users.count, "licence")) of \(Quantity.count(packages.count, "package")), as the ebuilds name \
      them.\(missing) A package with several licences stands under each.\(note)</p>
      \(table.markup)
      """
  }

  private func row(
    _ name: String, _ users: [ReportContent.Part], isMissing: Bool = false
  ) -> [FoldedTable.Cell] {
    let names = Dictionary(users.map { ($0.name, $0.license.contains("||")) }) { $0 || $1 }
      .sorted { $0.key < $1.key }
    let shown = names.count > 40 ? 30 : names.count
    func list(_ names: some Sequence<(key: String, value: Bool)>) -> Markup {
      "\(names.map { "<span class=\"item\">\(Markup.breakable($0.key))\($0.value ? "*" : "")</span> " as Markup })"
    }
    let rest: Markup =
      names.count > shown
      ? "<details><summary>\(names.count - shown) more</summary>\(list(names.dropFirst(shown)))</details>" : ""
    return [
      .text("\(name)", style: isMissing ? "bad" : ""), .number("\(names.count)"),
      .text("\(list(names.prefix(shown)))\(rest)", style: "words"),
    ]
  }
}
