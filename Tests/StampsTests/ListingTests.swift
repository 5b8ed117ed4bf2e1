import Platform
import TestSupport
import Testing

@testable import Stamps

@Test func digestOfTheCanonicalText() throws {
  let folder = try TemporaryFolder()
  let listing = Listing([
    .init("b", "2", place: "f:2"), .init("a"), .init(key: [0xFF, 0x0A], value: [0x5C, 0x7F, 0x20]),
    .init("c\td", "é"),
  ])
  let text = "a\nb\t2\nc\\x09d\té\n".utf8 + [0xFF] + "\\x0a\t\\x5c\\x7f \n".utf8
  #expect(try listing.digest.hex == sha256sum(Array(text), folder))
  #expect(try Listing().digest.hex == sha256sum([], folder))
}

@Test func orderRepeatsAndPlacesDoNotCount() {
  let entries: [Listing.Entry] = [
    .init("b", "1", place: "x:1"), .init("a"), .init("b", "2"), .init("\u{E9}"), .init("Z"),
  ]
  let listing = Listing(entries)
  #expect(listing.entries.map { String(decoding: $0.key, as: UTF8.self) } == ["Z", "a", "b", "\u{E9}"])
  #expect(listing.entries[2].value == Array("1".utf8), "the first of two")
  #expect(listing.digest == Listing([entries[4], entries[0], entries[3], entries[1]]).digest)
  #expect(listing.digest == Listing([.init("Z"), .init("a"), .init("b", "1"), .init("\u{E9}")]).digest)
  #expect(listing.digest != Listing(entries.dropFirst()).digest)
  #expect(Listing([.init("a", "b")]).digest != Listing([.init("a"), .init("b")]).digest)
  #expect(Listing([.init("a\tb")]).digest != Listing([.init("a", "b")]).digest)
  #expect(Listing([.init("a\nb")]).digest != Listing([.init("a"), .init("b")]).digest)
}

@Test func everyByteSurvivesItsEscape() {
  for byte in UInt8.min...UInt8.max {
    #expect(unescaped(escaped([byte])) == [byte])
    let listing = Listing([
      .init(key: [byte], value: [byte, byte], place: "p\(byte):1"), .init(key: [65, byte, 66]),
    ])
    #expect(Listing(stored: listing.storedText) == listing)
    #expect(!escaped([byte]).contains { $0 < 32 || $0 == 127 })
  }
  for text in ["\\", "\\x", "\\x4", "\\x4g", "\\n", "\\X41", "\\xA1"] {
    #expect(unescaped(Array(text.utf8)) == nil)
  }
}

@Test func storedListings() {
  let listing = Listing([
    .init("a", "1", place: "f:1"), .init("b", place: "f:2"), .init("c", "3"), .init("d"), .init(""),
  ])
  #expect(String(decoding: listing.storedText, as: UTF8.self) == "\na\t1\tf:1\nb\t\tf:2\nc\t3\nd\n")
  let read = Listing(stored: listing.storedText)
  #expect(read == listing && read?.entries[1].place == "f:1" && read?.digest == listing.digest)
  #expect(Listing(stored: []) == Listing())
  #expect(Listing(stored: Array("a\nb".utf8)) == nil, "cut short")
  #expect(Listing(stored: Array("a\\\n".utf8)) == nil)
}

private func changes(_ old: [Listing.Entry], _ new: [Listing.Entry]) -> [String] {
  Listing(new).changes(since: Listing(old)).map { change in
    "\(change.kind) \(change.item) \(change.old ?? "-") \(change.new ?? "-") \(change.place ?? "-")"
  }
}

private func file(_ text: String) -> String { "file \(SHA256.digest(of: text))" }
private func exec(_ text: String) -> String { "exec \(SHA256.digest(of: text))" }

@Test(
  arguments: [
    ([], [], []),
    ([.init("a")], [.init("a")], []),
    ([.init("a", place: "f:1")], [.init("a", place: "f:2")], []),
    ([], [.init("a", "1", place: "f:1")], ["added a - 1 f:1"]),
    ([.init("a", "1", place: "f:1")], [], ["removed a 1 - f:1"]),
    ([.init("a", "1", place: "f:1")], [.init("a", "2", place: "f:9")], ["changed a 1 2 f:9"]),
    ([.init("a")], [.init("b")], ["removed a - - -", "added b - - -"]),
    ([.init("b")], [.init("a")], ["added a - - -", "removed b - - -"]),
    (
      [.init("a"), .init("c"), .init("e")], [.init("b"), .init("c", "x"), .init("d")],
      ["removed a - - -", "added b - - -", "changed c - x -", "added d - - -", "removed e - - -"]
    ),
    ([.init("a", file("1"))], [.init("a", file("2"))], ["changed a - - -"]),
    ([.init("a", file("1"))], [.init("a", exec("1"))], ["changed a file exec -"]),
    ([.init("a", file("1"))], [.init("a", "dir")], ["changed a file dir -"]),
    ([.init("a", "link x")], [.init("a", "link y")], ["changed a link x link y -"]),
    ([], [.init("a\nb", exec("1"))], ["added a\\nb - exec -"]),
    ([.init("a", "file x")], [.init("a", "file y")], ["changed a file x file y -"]),
  ] as [([Listing.Entry], [Listing.Entry], [String])])
func changesOfListings(_ old: [Listing.Entry], _ new: [Listing.Entry], _ expected: [String]) {
  #expect(changes(old, new) == expected)
}

@Test func changesOfLines() {
  func text(_ old: [String], _ new: [String]) -> [String] {
    new.changes(since: old) { $0.prefix { $0 != " " && $0 != "=" } }.map { change in
      let values = change.old.map { ": \($0) to \(change.new ?? "")" } ?? ""
      return "\(change.kind) \(change.item)\(values)"
    }
  }
  #expect(text(["a", "b"], ["a", "b"]) == [])
  #expect(text(["a", "b", "c"], ["a", "x", "c"]) == ["removed b", "added x"])
  #expect(text(["a", "b"], ["b", "a"]).count == 2, "order counts")
  #expect(text(["a"], ["a", "a"]) == ["added a"])
  #expect(text(["caf\u{E9}"], ["cafe\u{301}"]).count == 2, "bytes count")
  #expect(text(["run a", "run b"], ["run a", "run c  d"]) == ["changed run: b to c  d"])
  #expect(text(["run a", "run b"], ["run c", "run b"]) == ["changed run: a to c"], "in its place")
  #expect(text(["run a", "run b"], ["run b", "run c"]) == ["removed run a", "added run c"], "not elsewhere")
  #expect(text(["x=1", "run a"], ["run b"]) == ["removed x=1", "changed run: a to b"])
  #expect(text(["x=1", "run a"], ["y=1", "x=", "run a"]) == ["changed x: 1 to ", "added y=1"])
  #expect(text(["run a"], ["run b", "run c"]) == ["changed run: a to b", "added run c"])
  #expect(
    text(["run a", "run b", "run c"], ["run d"]) == ["changed run: a to d", "removed run b", "removed run c"])
  #expect(text([], ["run a"]) == ["added run a"])
}

@Test func artifactsAreTheirBytes() {
  let (one, two) = (Artifact(.file, "caf\u{E9}"), Artifact(.file, "cafe\u{301}"))
  #expect(one != two && Set([one, two]).count == 2)
  #expect(Artifact(.tree, "a", excluding: ["y", "x"]) == Artifact(.tree, "a", excluding: ["x", "y"]))
  #expect(Artifact(.tree, "a", excluding: ["x"]) != Artifact(.tree, "a"))
  #expect(Artifact(.tree, "a") != Artifact(.file, "a"))
  #expect(Artifact(.tree, "a", excluding: ["\u{E9}"]) != Artifact(.tree, "a", excluding: ["e\u{301}"]))
  #expect("\(Artifact(.tree, "a", excluding: ["y", "x"]))" == "tree:a !x !y")
}

@Test func exclusions() {
  let exclusions = Exclusions([".git", "metadata/md5-cache/", "./a/b"])
  for path: Path in [".git", "x/.git", "x/.git/config", "metadata/md5-cache", "metadata/md5-cache/a", "a/b/c"] {
    #expect(exclusions.contain(path), "\(path)")
  }
  for path: Path in ["git", "x/metadata/md5-cache", "md5-cache", "metadata", "b", "x/a/b", ".gitignore", "a"] {
    #expect(!exclusions.contain(path), "\(path)")
  }
  #expect(!Exclusions([]).contain("a"))
}
