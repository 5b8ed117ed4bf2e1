import Platform
import TestSupport
import Testing
import TextKit

/// What a report says of an image that Portage has built, as a parser of HTML reads it.
@Suite struct ReportTests {
  /// The tables of the page by their labels, each row as a list of texts.
  private static let reader = """
    import html.parser, json, sys
    class Reader(html.parser.HTMLParser):
        tables, label, cell, hidden = {}, None, None, 0
        def handle_starttag(self, tag, attributes):
            attributes = dict(attributes)
            if attributes.get("role") == "region":
                self.label = attributes["aria-label"]
                self.tables[self.label] = []
            if tag == "tr": self.tables[self.label].append([])
            if tag in ("th", "td"): self.cell = ""
            if tag in ("svg", "title"): self.hidden += 1
        def handle_endtag(self, tag):
            if tag in ("th", "td"):
                self.tables[self.label][-1].append(" ".join(self.cell.split()))
                self.cell = None
            if tag in ("svg", "title"): self.hidden -= 1
        def handle_data(self, data):
            if self.cell is not None and not self.hidden: self.cell += data
    reader = Reader()
    reader.feed(open(sys.argv[1], encoding="utf-8").read())
    print(json.dumps(reader.tables))
    """

  private func rows(_ tables: StrictJSON, _ label: String) throws -> [[String]] {
    try #require(tables[label], "\(tables.names)").elements.dropFirst().map { $0.elements.map(text) }
  }

  private func text(_ json: StrictJSON?) -> String { if case .string(let text) = json { text } else { "" } }

  private func seconds(_ json: StrictJSON?) throws -> Double {
    guard case .number(let text)? = json else { throw UserError("no number: \(String(describing: json))") }
    return try #require(Double(text))
  }

  private func read(_ tree: ImageTree) throws -> StrictJSON {
    try StrictJSON(tree.run(["python3", "-c", Self.reader, "\(tree.build)/report.html"]))
  }

  @Test("the numbers of a report are those of 'packages --size' and of the record of the run")
  func sameNumbers() async throws {
    let tree = try await ImageTree()
    try tree.addPackage(
      "odd", install: "insinto \"/usr/share/<b>&odd\" && newins - file < <(head -c 5000 /dev/zero)",
      "pkg_postinst() { ewarn \"mind <i>this</i>\"; }")
    let build = try tree.sysbuild(["rootfs"])
    try #require(build.status == 0, "\(build.output)")
    #expect(try tree.sysbuild(["report"]).output == "\(tree.build)/report.html\n")
    let page = try File.read(tree.build / "report.html")
    let tables = try read(tree)

    let packages = try StrictJSON(tree.sysbuild(["packages", "--size", "--json"]).output)
    let sizes = try rows(tables, "Packages by size")
    for package in packages["packages"]?.elements ?? [] {
      let name = "\(text(package["name"])) \(text(package["version"]))"
      let row = try #require(sizes.first { $0[0] == name }, "\(name): \(sizes)")
      let size = try #require(package["size"]?.integer)
      #expect(row[1] == Quantity.size(size))
      let isNew = package["publishedSize"] == .null
      #expect(row[2] == (isNew ? "new" : Quantity.growth(size - (package["publishedSize"]?.integer ?? 0))))
    }
    #expect(sizes.filter { $0[2] == "new" }.map { $0[0] } == ["app-misc/odd 1"])
    #expect(sizes.contains { $0[0] == "app-misc/odd 1" && $0[4] == "/usr/share/<b>&odd 4.8 KiB" }, "\(sizes)")
    let total = try #require(packages["size"]?.integer)
    let difference = total - (try #require(packages["published"]?["size"]?.integer))
    let html = String(decoding: page, as: UTF8.self)
    #expect(
      html.contains(
        "<b>\(Quantity.size(total))</b>, <b>\(Quantity.size(difference)) more</b> than in the published"))
    #expect(
      try rows(tables, "Changed packages").map { [$0[0], $0[1], $0[3]] } == [
        ["app-misc/odd", Quantity.growth(difference), "added 1"]
      ])
    // The compressed image is not made of this root file system; the kernel is what it would be.
    #expect(html.split(separator: "before the last changes").count == 2)
    #expect(html.contains(/rootfs\.squashfs<\/dt><dd>[^\/]*before the last changes/))
    #expect(html.contains("app-misc/odd-1 says: mind &lt;i&gt;this&lt;/i&gt;"))

    let run = try #require(
      StrictJSON(tree.sysbuild(["history", "--json"]).output)["runs"]?.elements.last?["targets"])
    let ran = run.elements.filter { $0["seconds"] != nil }
    let times = try rows(tables, "Timeline")
    #expect(times.count == ran.count && !ran.isEmpty)
    for target in ran {
      let row = try #require(
        times.first { $0[0].split(separator: " ").first.map(String.init) == text(target["name"]) })
      let (took, began) = (try seconds(target["seconds"]), try seconds(target["began"]))
      #expect(row[1] == Quantity.duration(Int64(took * 1e9)))
      #expect(row[2].hasPrefix("at \(Quantity.duration(Int64(began * 1e9)))"))
    }

    // The same bytes each time, on standard output too, and nothing else is written.
    func others() throws -> [Substring] {
      try tree.listing().split(separator: "\n").filter { !$0.contains("/report.html ") }
    }
    let before = try others()
    #expect(try tree.sysbuild(["report", "-"]).output == html)
    #expect(try tree.sysbuild(["-s", "report"]).output == "")
    #expect(try File.read(tree.build / "report.html") == page)
    #expect(try others() == before)

    // Against the image that is published, by its name.
    let against = try tree.sysbuild(["report", "--against", "\(tree.images)", "-"]).output
    #expect(against.contains("more</b> than in the image in \(tree.images)/packages.json."))
    let bad = try tree.sysbuild(["report", "--against", "\(tree.build)/history", "-"])
    #expect(bad.status == 2 && bad.output.contains("is not a packages.json"), "\(bad.output)")
  }

  @Test("the record says when targets and packages began: after what they need, and before they end")
  func begins() async throws {
    let tree = try await ImageTree()
    try tree.append("# edited", to: "profiles/tiny/repository/app-misc/leaf/leaf-1.ebuild")
    let build = try tree.sysbuild(["image"])
    try #require(build.status == 0, "\(build.output)")
    var needs: [String: [String]] = [:]
    for target in try StrictJSON(tree.sysbuild(["graph", "--json"]).output)["targets"]?.elements ?? [] {
      needs[text(target["name"])] = (target["needs"]?.elements ?? []).map(text)
    }
    let run = try #require(
      StrictJSON(tree.sysbuild(["history", "--json"]).output)["runs"]?.elements.last)
    let whole = try seconds(run["seconds"])
    var ends: [String: Double] = [:]
    var packages = 0
    // In the order in which they ended. Each number is rounded to a millisecond.
    for target in run["targets"]?.elements ?? [] where target["seconds"] != nil {
      let name = text(target["name"])
      let began = try seconds(target["began"])
      let end = began + (try seconds(target["seconds"]))
      let ready = (needs[name] ?? []).compactMap { ends[$0] }.max() ?? 0
      #expect(began > ready - 0.003 && end < whole + 0.003, "\(target) after \(ready)")
      for package in target["packages"]?.elements ?? [] {
        let start = try seconds(package["began"])
        let last = start + (try seconds(package["seconds"]))
        #expect(start > ready - 0.003 && last < end + 0.003, "\(target) after \(ready)")
        packages += 1
      }
      ends[name] = end
    }
    #expect(packages > 1 && ends.count > 3, "\(run)")
  }
}
