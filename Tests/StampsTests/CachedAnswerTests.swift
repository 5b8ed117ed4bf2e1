import Glibc
import Platform
import Synchronization
import TestSupport
import Testing

@testable import Stamps

/// A cached answer drawn from a bit of everything, kept in an index, and asked for again after each change.
private final class Grounds {
  let fixture: TreeFixture
  let question = text("fresh?")
  static let variable = "SYSBUILD_TEST_GROUNDS"

  init() throws {
    fixture = try TreeFixture(excluding: [".git"])
    try fixture.write("../settings", "O = out\n")
    try Directory.create(fixture.root / "../profiles/demo", intermediates: true)
    try File.symlink("demo", at: fixture.root / "../profiles/default")
    fixture.settle()
  }

  var file: FileIndex.Subject { FileIndex.Subject(path("tree/a"), .file) }
  var absent: FileIndex.Subject { FileIndex.Subject(path("absent"), .file) }

  func path(_ name: Path) -> Path { fixture.folder.path / name }

  func write(_ name: Path, _ content: String) throws { try File.write(text(content), to: path(name)) }

  func link(_ name: Path, to target: Path) throws {
    try Directory.removeTree(path(name))
    try File.symlink(target, at: path(name))
  }

  /// Looks at everything, and keeps the answer.
  func cache(_ answer: String = "yes") throws {
    let index = FileIndex(fixture.file)
    let recorder = ReadRecorder()
    _ = try recorder.content(of: path("settings"))
    _ = try recorder.entries(of: path("profiles"))
    _ = try recorder.linkTarget(of: path("profiles/default"))
    for folder in ["", "tree", "profiles/demo"] as [Path] { _ = try recorder.linkTarget(of: path(folder)) }
    _ = try? recorder.content(of: path("targets.conf"))
    _ = recorder.exists(path("gentoo-release"))
    _ = recorder.isExecutable(path("settings"))
    _ = recorder.variable(Self.variable)
    _ = recorder.variable("HOME")
    try index.refresh([fixture.tree, file, absent])
    index.cache(text(answer), to: question, from: recorder)
    try index.save()
  }

  var answer: String? {
    FileIndex(fixture.file).answer(to: question).map { String(decoding: $0, as: UTF8.self) }
  }
}

@Suite(.serialized) struct CachedAnswerTests {
  @Test func itStandsWhileNothingChanges() throws {
    let grounds = try Grounds()
    #expect(grounds.answer == nil)
    try grounds.cache()
    #expect(grounds.answer == "yes")
    #expect(FileIndex(grounds.fixture.file).answer(to: text("another?")) == nil)
    let before = try FileStatus(grounds.fixture.file)
    try grounds.cache()
    #expect(try FileStatus(grounds.fixture.file) == before, "nothing new is not written")
    try grounds.cache("no")
    #expect(grounds.answer == "no")
  }

  @Test func itFallsWithEachOfItsGrounds() throws {
    let changes: [(String, (Grounds) throws -> Void)] = [
      ("a file's content", { try $0.write("settings", "O = oot\n") }),
      ("a name in a folder", { try Directory.create($0.path("profiles/other")) }),
      ("a link", { try $0.link("profiles/default", to: "other") }),
      ("a folder that is a link now", { try $0.link("profiles/demo", to: "../tree") }),
      ("a file that was absent", { try $0.write("targets.conf", "") }),
      ("a name that was absent", { try File.symlink("nowhere", at: $0.path("gentoo-release")) }),
      ("an executable bit", { #expect(chmod("\($0.path("settings"))", 0o755) == 0) }),
      ("a file that is gone", { try File.remove($0.path("settings")) }),
      ("a variable that was not set", { _ in #expect(setenv(Grounds.variable, "", 1) == 0) }),
      ("a file of the tree", { try $0.write("tree/sub/b", "owt") }),
      ("a file added to the tree", { try $0.write("tree/sub/new", "") }),
      ("a link in the tree", { try $0.link("tree/dangling", to: "elsewhere") }),
      ("a subject", { try $0.write("tree/a", "eno") }),
      ("a subject that was absent", { try $0.write("absent", "") }),
      ("the tree itself", { try Directory.removeTree($0.fixture.root) }),
    ]
    for (what, change) in changes {
      let grounds = try Grounds()
      defer { unsetenv(Grounds.variable) }
      try grounds.cache()
      #expect(grounds.answer == "yes")
      try change(grounds)
      #expect(grounds.answer == nil, "\(what)")
    }
  }

  @Test func aVariableThatChanges() throws {
    let grounds = try Grounds()
    defer { unsetenv(Grounds.variable) }
    for (before, after) in [("a=b", "a=c"), ("", nil), ("x", "xy"), ("xy", "x")] as [(String, String?)] {
      #expect(setenv(Grounds.variable, before, 1) == 0)
      try grounds.cache()
      #expect(grounds.answer == "yes")
      if let after { setenv(Grounds.variable, after, 1) } else { unsetenv(Grounds.variable) }
      #expect(grounds.answer == nil, "\(before) \(after ?? "-")")
    }
  }

  /// Of a folder on the way to a file it matters only that it is no link.
  @Test func aFolderOnTheWay() throws {
    let grounds = try Grounds()
    try grounds.cache()
    try grounds.write("another", "")
    try grounds.write("profiles/demo/another", "")
    #expect(grounds.answer == "yes")
  }

  /// What is left out of a tree is no ground.
  @Test func whatIsExcludedChangesNothing() throws {
    let grounds = try Grounds()
    try Directory.create(grounds.path("tree/sub/.git"))
    grounds.fixture.settle()
    try grounds.cache()
    try grounds.fixture.write("sub/.git/HEAD", "x")
    #expect(grounds.answer == "yes")
  }

  /// Of two cached answers from one file the older one must not be taken for true because a run for the newer
  /// one has read the file again.
  @Test func anotherRunThatReadsTheNewContent() throws {
    let grounds = try Grounds()
    try grounds.cache()
    try grounds.fixture.write("a", "eno")
    grounds.fixture.settle()
    let index = FileIndex(grounds.fixture.file)
    try index.refresh([grounds.file, grounds.fixture.tree])
    index.cache(text("sure"), to: text("another?"), from: ReadRecorder())
    try index.save()
    #expect(grounds.answer == nil)
    #expect(FileIndex(grounds.fixture.file).answer(to: text("another?")) == text("sure"))
  }

  /// A run for another goal that finds the same content keeps it.
  @Test func anotherRunThatFindsTheSameContent() throws {
    let grounds = try Grounds()
    try grounds.cache()
    let index = FileIndex(grounds.fixture.file)
    let other = FileIndex.Subject(grounds.path("settings"), .file)
    try index.refresh([other, grounds.file])
    try index.save()
    #expect(grounds.answer == "yes")
  }

  /// The date that a file is given says nothing of when it was changed.
  @Test func groundsDatedInTheFuture() throws {
    let grounds = try Grounds()
    for name: Path in ["settings", "tree/sub/b", "tree/a"] {
      setModified(4_000_000_000_000_000_000, of: grounds.path(name))
    }
    grounds.fixture.settle()
    try grounds.cache()
    #expect(grounds.answer == "yes")
    try grounds.write("settings", "O = oot\n")
    setModified(4_000_000_000_000_000_000, of: grounds.path("settings"))
    #expect(grounds.answer == nil)
  }

  /// What changed within the tick in which it was seen could change again without a trace.
  @Test func freshlyWrittenGroundsAreNotTrusted() throws {
    let grounds = try Grounds()
    var trusted = 0
    for round in 0..<200 {
      try grounds.write("settings", String(1000 + round))
      try grounds.cache("\(round)")
      try grounds.write("settings", String(2000 + round))
      if grounds.answer != nil { trusted += 1 }
    }
    #expect(trusted == 0)
  }

  /// Between the look at what it is and the reading of it: then it is no link, and no cached answer is kept.
  @Test func aLinkThatBecomesAFolder() throws {
    let folder = try TemporaryFolder()
    let (name, other) = (folder.path / "name", folder.path / "other")
    try File.symlink("target", at: name)
    try Directory.create(other)
    let hasEnded = Atomic(false)
    concurrently(2, threads: 2, minimum: 1) { part in
      if part.lowerBound == 0 {
        for _ in 0..<100_000 { exchange(name, other) }
        hasEnded.store(true, ordering: .relaxed)
        return
      }
      while !hasEnded.load(ordering: .relaxed) {
        let recorder = ReadRecorder()
        do {
          let target = try recorder.linkTarget(of: name)
          #expect(target == nil || target == text("target"))
          if target == nil, recorder.lookups[0].place.aspect == .status {
            #expect(recorder.isDoubtful)
          }
        } catch {
          Issue.record(error)
        }
      }
    }
  }
}

/// renameat2(2): each of the two gets the name of the other.
private func exchange(_ name: Path, _ other: Path) {
  name.withCString { name in
    other.withCString { other in
      #expect(renameat2(AT_FDCWD, name, AT_FDCWD, other, UInt32(RENAME_EXCHANGE)) == 0)
    }
  }
}
