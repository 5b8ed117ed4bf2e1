import BuildGraph
import TestSupport
import Testing

@testable import BuildSettings

@Suite struct TargetsFileTests {
  private func parse(_ text: String) throws -> TargetsFile {
    try TargetsFile(Array(text.utf8), name: "t.conf")
  }

  private func targets(_ text: String, on base: [Target] = []) throws -> [Target] {
    try parse(text).applied(to: base)
  }

  static let full = """
    [target a]
    summary     = What it is
    needs       = b c
    inputs      = file:x
                  tree:y !.git !z/w
    outputs     = file:${O}/a
    environment = NAME=a value with  blanks
                  OTHER=${V}
    run         = first "a  b" # not a comment
                  second

    """

  @Test func everyKey() throws {
    let target = try #require(try targets(Self.full).first)
    #expect(
      target
        == Target(
          "a", summary: "What it is", needs: ["b", "c"], inputs: ["file:x", "tree:y !.git !z/w"],
          outputs: ["file:${O}/a"], run: ["first \"a  b\" # not a comment", "second"],
          environment: ["NAME=a value with  blanks", "OTHER=${V}"], place: "t.conf:1"))
  }

  @Test(arguments: [
    full, "[target a]\n", "[target a]\nrun         = true\n", "[target a]\nneeds       = b\n",
    "[target a]\nsummary     = ünï\ninputs      = env:X\n              value:Y\n",
  ])
  func whatIsPrintedReadsTheSame(_ text: String) throws {
    let target = try #require(try targets(text).first)
    #expect(target.section == text.trimmedEnd)
    #expect(try targets(target.section) == [target])
  }

  @Test(arguments: [
    ("tabs", "[target a]\nneeds =\tb\n\tc\n"), ("carriage returns", "[target a]\r\nneeds = b\r\n  c\r\n"),
    ("comments", "# x\n[target a]\n# needs = x\nneeds = b\n  # d\n  c\n"),
    ("no blanks", "[target a]\nneeds=b c"),
    ("many", "  \n\n[target   a]\n\nneeds    =   b\n\n   c\n"),
    ("value below", "[target a]\nneeds =\n  b\n  c\n"),
  ])
  func spellings(_ name: String, _ text: String) throws {
    #expect(try targets(text).first?.needs == ["b", "c"])
  }

  @Test func extendAddsToTheLists() throws {
    let base = [
      Target("a", summary: "old", needs: ["n"], inputs: ["file:x"], run: ["true"], environment: ["A=1"])
    ]
    let text =
      "[extend a]\nsummary = new\nneeds = m\ninputs = file:y\nrun = false\nenvironment = B=2\noutputs = file:o\n"
    #expect(
      try targets(text, on: base) == [
        Target(
          "a", summary: "new", needs: ["n", "m"], inputs: ["file:x", "file:y"], outputs: ["file:o"],
          run: ["true", "false"], environment: ["A=1", "B=2"], place: "t.conf:1",
          runOrigin: .extended(["t.conf:1"]))
      ])
  }

  @Test func overrideReplacesTheKeysItGives() throws {
    let base = [Target("a", summary: "old", needs: ["n"], inputs: ["file:x"], run: ["true"])]
    #expect(
      try targets("[override a]\ninputs = file:y\nneeds =\n", on: base) == [
        Target("a", summary: "old", inputs: ["file:y"], run: ["true"], place: "t.conf:1", runOrigin: .builtIn)
      ])
  }

  @Test(arguments: [
    ("[extend a]\nneeds = n\n[override a]\ntimeout = 1h\n", Target.RunOrigin.builtIn),
    ("[extend a]\nrun = x\n[extend a]\nrun = y\n", .extended(["t.conf:1", "t.conf:3"])),
    ("[override a]\nrun = true\n[extend a]\nrun = y\n", .file("t.conf:1")),
    ("[extend a]\nrun = x\n\n[override a]\nrun = true\n", .file("t.conf:4")),
  ])
  func whereCommandsComeFrom(_ text: String, _ origin: Target.RunOrigin) throws {
    #expect(try targets(text, on: [Target("a", run: ["true"])]).map(\.runOrigin) == [origin])
    #expect(try targets("[target b]\nneeds = c\n[extend b]\nrun = x\n").map(\.runOrigin) == [.file("t.conf:1")])
  }

  @Test func sectionsApplyInOrder() throws {
    let text = "[target a]\nneeds = x\n[extend a]\nneeds = y\n[override a]\nneeds = z\n[extend a]\nneeds = w\n"
    #expect(try targets(text).map(\.needs) == [["z", "w"]])
  }

  @Test func header() throws {
    let file = try parse("A = 1\n  2\ngraph = none\nB_2 =\n[target a]\n")
    #expect(file.startsEmpty)
    #expect(file.variables.map(\.name) == ["A", "B_2"])
    #expect(file.variables.map(\.value) == ["1 2", ""])
    #expect(file.variables.map(\.origin) == ["t.conf:1", "t.conf:4"])
    #expect(try !parse("[target a]\n").startsEmpty)
  }

  @Test(arguments: [
    (
      "a = 1",
      "t.conf:1: 'a' is not allowed before the first section: only 'graph' and variables, in capitals, are"
    ),
    ("graph = all", "t.conf:1: 'graph' can only be 'none': leave it out for the image graph"),
    ("graph = none\ngraph = none", "t.conf:2: 'graph' is given twice (first: t.conf:1): combine them"),
    ("A = 1\n\nA = 2", "t.conf:3: 'A' is given twice (first: t.conf:1): combine them"),
    ("  x", "t.conf:1: 'x' is indented, but there is no key above that it could continue: do not indent a key"),
    (
      "[target a]\n x",
      "t.conf:2: 'x' is indented, but there is no key above that it could continue: do not indent a key"
    ),
    ("[target a]\nneeds", "t.conf:2: 'needs' is not a setting: write 'key = value'"),
    (
      "[target a]\nneed = b",
      "t.conf:2: unknown key 'need'; did you mean 'needs'?; the keys are summary, needs, inputs, outputs, pool, timeout, retries, environment, run"
    ),
    (
      "[target a]\nxyzzy = b",
      "t.conf:2: unknown key 'xyzzy'; the keys are summary, needs, inputs, outputs, pool, timeout, retries, environment, run"
    ),
    ("[target a]\nrun = x\nrun = y", "t.conf:3: 'run' is given twice (first: t.conf:2): combine them"),
    (
      "[target]", "t.conf:1: '[target]' is not a section: write [target NAME], [extend NAME] or [override NAME]"
    ),
    (
      "[target a b]",
      "t.conf:1: '[target a b]' is not a section: write [target NAME], [extend NAME] or [override NAME]"
    ),
    (
      "[target a",
      "t.conf:1: '[target a' is not a section: write [target NAME], [extend NAME] or [override NAME]"
    ),
    ("[", "t.conf:1: '[' is not a section: write [target NAME], [extend NAME] or [override NAME]"),
    (
      "[targt a]",
      "t.conf:1: 'targt' is not a kind of section: write target, extend or override; did you mean 'target'?"
    ),
    ("[extend a]", "t.conf:1: there is no target 'a' to extend"),
    ("[target ab]\n[override abc]", "t.conf:2: there is no target 'abc' to override; did you mean 'ab'?"),
  ])
  func mistakes(_ text: String, _ expected: String) {
    #expect(message { _ = try targets(text) } == expected)
  }

  @Test func notUTF8() {
    let text = Array("[target a]\nsummary = ".utf8) + [0xFF]
    #expect(
      message { _ = try TargetsFile(text, name: "t") }
        == "t:2: a byte that is not UTF-8: save the file as UTF-8")
  }
}

extension String {
  fileprivate var trimmedEnd: String { hasSuffix("\n") && hasSuffix("\n\n") ? String(dropLast()) : self }
}
