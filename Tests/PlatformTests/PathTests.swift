import Platform
import Testing
import TextKit

struct PathCase: Sendable {
  let path: Path
  var normalized: Path
  var parent: Path
  var last: Path
}

@Test func textForATerminal() {
  #expect(harmless("a\tb\n\u{FC} \\") == "a\tb\n\u{FC} \\")
  #expect(harmless("\u{1B}[31mred\r\u{7F}\u{9B}2J\u{202E}") == #"\x1b[31mred\x0d\x7f\xc2\x9b2J\xe2\x80\xae"#)
}

@Test(arguments: [
  PathCase(path: "", normalized: ".", parent: ".", last: ""),
  PathCase(path: ".", normalized: ".", parent: ".", last: "."),
  PathCase(path: "/", normalized: "/", parent: "/", last: ""),
  PathCase(path: "//", normalized: "/", parent: "/", last: ""),
  PathCase(path: "a", normalized: "a", parent: ".", last: "a"),
  PathCase(path: "a/", normalized: "a", parent: ".", last: "a"),
  PathCase(path: "/a", normalized: "/a", parent: "/", last: "a"),
  PathCase(path: "/a//b/", normalized: "/a/b", parent: "/a", last: "b"),
  PathCase(path: "a/./b", normalized: "a/b", parent: "a/.", last: "b"),
  PathCase(path: "a/../b", normalized: "b", parent: "a/..", last: "b"),
  PathCase(path: "../a", normalized: "../a", parent: "..", last: "a"),
  PathCase(path: "../../a/..", normalized: "../..", parent: "../../a", last: ".."),
  PathCase(path: "/../a", normalized: "/a", parent: "/..", last: "a"),
  PathCase(path: "a/..", normalized: ".", parent: "a", last: ".."),
])
func lexicalParts(_ table: PathCase) {
  #expect(table.path.normalized == table.normalized)
  #expect(table.path.parent == table.parent)
  #expect(table.path.lastComponent == table.last)
}

@Test(arguments: [
  ("/a", "/a", "."), ("/a/b", "/a", "b"), ("/a/b", "/", "a/b"), ("/ab", "/a", nil), ("/a", "/a/b", nil),
  ("a/b/../c", "a", "c"), ("a", ".", "a"), (".", ".", "."), ("../a", ".", nil), ("..", ".", nil),
  ("../a", "..", "a"), ("../..", "..", nil), ("a", "/", nil), ("/a", "a", nil),
])
func relativePaths(_ path: String, _ folder: String, _ expected: String?) {
  #expect(Path(path).relative(to: Path(folder)) == expected.map { Path($0) })
  #expect(Path(path).isInside(Path(folder)) == (expected != nil))
}

@Test func joining() {
  #expect(Path("a") / "b" == "a/b")
  #expect(Path("a/") / "b" == "a/b")
  #expect(Path("a") / "/b" == "/b")
  #expect(Path("") / "b" == "b")
  #expect(Path("a") / "" == "a")
}

@Test func bytesThatAreNoText() {
  let name = Path(bytes: [0x66, 0xFF, 0x1B, 0x0A, 0x62])
  #expect(name.description == #"f\xff\x1b\nb"#)
  #expect(name.string == nil)
  #expect(name.withCString { Path(cString: $0) } == name)
  #expect(Path(bytes: [0x61, 0, 0x62]) == "a")
  // Composed and decomposed: one String, two names.
  #expect(Path("\u{E9}") != Path("e\u{301}"))
  #expect(Path("Z") < Path("a"))
  #expect(Path("a") < Path(bytes: [0xFF]))
}

@Test(arguments: [
  ("plain", "plain"), ("grün", "grün"), ("a\tb\\", #"a\tb\\"#), ("\u{7F}", #"\x7f"#),
  // What a terminal obeys, or what turns the line round or ends it, although it is UTF-8.
  ("\u{9B}2J", #"\xc2\x9b2J"#), ("a\u{202E}b", #"a\xe2\x80\xaeb"#), ("\u{2028}", #"\xe2\x80\xa8"#),
  ("\u{2066}", #"\xe2\x81\xa6"#), ("\u{200B}\u{20AC}", "\u{200B}\u{20AC}"), ("\u{1F600}", "\u{1F600}"),
])
func printableText(_ text: String, _ expected: String) {
  #expect(printable(Array(text.utf8)) == expected)
}
