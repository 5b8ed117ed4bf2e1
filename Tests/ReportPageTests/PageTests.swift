import Glibc
import Platform
import TestSupport
import Testing
import TextKit

@testable import ReportPage

/// The page as Python's parsers of HTML and XML read it.
@Suite struct PageTests {
  /// Prints `ok`, or what is wrong: elements that are not closed, scripts, handlers, anything from outside, a drawing that
  /// is not XML. Arguments: the page, and a text that must be among its texts as it stands.
  private static let reader = """
    import html.parser, re, sys, xml.etree.ElementTree
    page = open(sys.argv[1], encoding="utf-8").read()
    class Reader(html.parser.HTMLParser):
        void, open, text, problems, ids, links = {"meta", "wbr"}, [], "", [], set(), []
        def handle_starttag(self, tag, attributes):
            if tag not in self.void: self.open.append(tag)
            if tag in ("script", "img", "link", "iframe", "object", "base", "form"): self.problems.append(tag)
            for name, value in attributes:
                if name.startswith("on") or name in ("src", "style", "srcset"): self.problems.append(name)
                if name == "href": self.links.append(value)
                if name == "id":
                    if value in self.ids: self.problems.append("twice: " + value)
                    self.ids.add(value)
        def handle_startendtag(self, tag, attributes):
            self.handle_starttag(tag, attributes)
            self.handle_endtag(tag)
        def handle_endtag(self, tag):
            if not self.open or self.open.pop() != tag: self.problems.append("closes: " + tag)
        def handle_data(self, data): self.text += data
    reader = Reader()
    reader.feed(page)
    reader.close()
    problems = reader.problems + reader.open
    problems += [link for link in reader.links if not link.startswith("#") or link[1:] not in reader.ids]
    if sys.argv[2] not in reader.text: problems.append("lacks the text")
    if re.search(r"[\\x00-\\x08\\x0b-\\x1f\\x7f-\\x9f\\u2028-\\u202e\\u2066-\\u2069\\ufffe\\uffff]", page): problems.append("controls")
    if re.search(r"url\\(|@import|https?:", page): problems.append("outside")
    for drawing in re.findall(r"<svg.*?</svg>", page, re.S): xml.etree.ElementTree.fromstring(drawing)
    print(problems or "ok")
    """

  private func check(
    _ content: ReportContent, has text: String, at location: SourceLocation = #_sourceLocation
  ) throws {
    let folder = try TemporaryFolder()
    let page = try folder.write(Page(content).html, to: "page.html")
    let answer = try ProgramOutput.ofBothStreams(
      "/usr/bin/env", ["env", "python3", "-c", Self.reader, "\(page)", text],
      environment: ["PATH=/usr/local/bin:/usr/bin:/bin", "LC_ALL=C.UTF-8"], directory: folder.path)
    let problems = String(decoding: answer.output, as: UTF8.self)
    #expect(problems == "ok\n", sourceLocation: location)
  }

  /// Every text of a report has what might end a tag, an attribute, a comment or a CDATA section.
  private func content(_ text: String, packages: Int = 3) -> ReportContent {
    var content = ReportContent(title: text, build: "/tmp/\(text)", hasImage: true)
    let parts = (0..<packages).map { number in
      ReportContent.Part(
        name: "app-\(text)/\(number)", version: text, license: number == 0 ? "" : "\(text) || ( MIT \(text) )",
        folders: (1...5).map { .init(path: "usr/share/\(text)\($0)", size: (number + $0) * 1000) })
    }
    var image = ReportContent.Image(
      parts: parts, files: [.init(name: text, size: 10, oldSize: 7, isOutOfDate: true)])
    image.comparison = .init(
      file: text, name: text, oldSize: 1, newSize: 2,
      changes: [.init(package: text, version: text, kind: .kept, oldSize: 1, newSize: 2, parts: [text])])
    content.image = image
    content.runs = [text, ""].map { ending in
      .init(
        began: text, command: text, ending: text, hasFailed: true, seconds: 3,
        targets: [
          .init(
            name: text, ending: ending, hasFailed: true, began: ending.isEmpty ? nil : 1, seconds: 2,
            reasons: [text],
            packages: [.init(name: text, isBinary: false, began: 1, seconds: 1)])
        ])
    }
    content.needs = [text: [text]]
    content.warnings = [.init(target: text, run: text, text: text, isFailure: false)]
    return content
  }

  @Test(arguments: [
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "' onload='alert(1)", "]]><!--",
    "--></style><b>",
    "&lt;&amp;&#0;", "a<b>c&d", "\u{202e}\u{0}\u{1b}[31m\u{85}\u{fffe}", "</title></desc></svg>",
  ])
  func hostileTextsStayTexts(_ text: String) throws {
    let shown = harmless(text).replacing("\u{fffe}", with: "\\u{fffe}")
    try check(content(text), has: shown)
  }

  @Test func manyPackagesMakeAWholePage() throws {
    try check(content("many", packages: 400), has: "370 more, ")
  }

  @Test func whatThereIsNotIsSaid() throws {
    var content = ReportContent(title: "demo", build: "/O", hasImage: true)
    try check(content, has: "No root file system was built yet. No run is on record.")
    content.image = .init(parts: [], files: [])
    try check(content, has: "No image was published yet")
    content.hasImage = false
    content.image = nil
    content.runs = [
      .init(
        began: "now", command: "sysbuild", ending: "still running", hasFailed: false, seconds: nil, targets: []),
      .init(began: "before", command: "", ending: "done", hasFailed: false, seconds: 41, targets: []),
    ]
    try check(content, has: "The last run was still running. The last one that ended took 41 s.")
  }

  /// A damaged record may hold any number.
  @Test(arguments: [Double.nan, .infinity, -.infinity, 1e300, -5, 0])
  func anyNumberOfSecondsIsDrawn(_ seconds: Double) throws {
    var content = content("x")
    content.runs = [
      .init(
        began: "now", command: "", ending: "", hasFailed: false, seconds: seconds,
        targets: [
          .init(
            name: "a", ending: "", hasFailed: false, began: seconds, seconds: seconds, reasons: [],
            packages: [.init(name: "p", isBinary: true, began: seconds, seconds: seconds)])
        ])
    ]
    try check(content, has: "x")
  }

  @Test func theSameContentGivesTheSameBytes() {
    let pages = Set((0..<4).map { _ in Page(content("x", packages: 40)).html })
    #expect(pages.count == 1)
  }

  @Test func licencesAreNamedOnce() {
    #expect(LicenceSection.names(in: "GPL-2+ || ( MIT BSD ) GPL-2+") == ["GPL-2+", "MIT", "BSD"])
    #expect(LicenceSection.names(in: " ") == [])
  }
}
