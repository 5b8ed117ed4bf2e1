import Glibc
import Platform
import TestSupport
import Testing

@testable import Stamps

@Test func theListingOfATree() throws {
  let fixture = try TreeFixture()
  _ = try fixture.look()
  #expect(chmod("\(fixture.root)/a", 0o755) == 0)
  let seen = try fixture.look()
  let text = """
    a\texec \(SHA256.digest(of: "one"))
    dangling\tlink nowhere
    empty\tdir
    loop\tlink loop
    sub\tdir
    sub/b\tfile \(SHA256.digest(of: "two"))
    sub/deeper\tdir
    sub/deeper/c\tfile \(SHA256.digest(of: ""))
    sub/up\tlink ../..

    """
  #expect(fixture.index.listing(fixture.tree).map { String(decoding: $0.storedText, as: UTF8.self) } == text)
  #expect(try seen?.digest.hex == sha256sum(Array(text.utf8), fixture.folder))
  #expect(seen?.isExecutable == false)
}

/// An edit, and whether it changes what the tree is.
private struct Edit: CustomStringConvertible, Sendable {
  let description: String
  let counts: Bool
  let apply: @Sendable (Path) throws -> Void

  init(_ description: String, counts: Bool = true, _ apply: @escaping @Sendable (Path) throws -> Void) {
    self.description = description
    self.counts = counts
    self.apply = apply
  }
}

private let edits = [
  Edit("content, same size") { try File.write(text("eno"), to: $0 / "a") },
  Edit("content, other size") { try File.write(text("longer"), to: $0 / "sub/b") },
  Edit("the same content again", counts: false) { try File.write(text("two"), to: $0 / "sub/b") },
  Edit("executable") { _ = chmod("\($0)/a", 0o755) },
  Edit("permissions of others", counts: false) { _ = chmod("\($0)/a", 0o600) },
  Edit("permissions of a folder", counts: false) { _ = chmod("\($0)/sub", 0o700) },
  Edit("times of a file", counts: false) { _ = utimes("\($0)/a", nil) },
  Edit("times of a folder", counts: false) { _ = utimes("\($0)/empty", nil) },
  Edit("owner", counts: false) { _ = chown("\($0)/a", getuid(), getgid()) },
  Edit("file added") { try File.write([], to: $0 / "sub/deeper/new") },
  Edit("file added to an empty folder") { try File.write([], to: $0 / "empty/new") },
  Edit("file removed") { try File.remove($0 / "sub/deeper/c") },
  Edit("file renamed") { try File.rename($0 / "a", to: $0 / "z") },
  Edit("file moved") { try File.rename($0 / "a", to: $0 / "empty/a") },
  Edit("files swapped") { root in
    try File.rename(root / "a", to: root / "t")
    try File.rename(root / "sub/b", to: root / "a")
    try File.rename(root / "t", to: root / "sub/b")
  },
  Edit("replaced by an equal one", counts: false) { root in
    try File.write(text("one"), to: root / "t")
    try File.rename(root / "t", to: root / "a")
  },
  Edit("added and removed again", counts: false) { root in
    try File.write([], to: root / "t")
    try File.remove(root / "t")
  },
  Edit("empty folder added") { try Directory.create($0 / "sub/empty") },
  Edit("empty folder removed") { _ = rmdir("\($0)/empty") },
  Edit("link target") { root in
    try File.remove(root / "dangling")
    try File.symlink("nowhera", at: root / "dangling")
  },
  Edit("the same link again", counts: false) { root in
    try File.remove(root / "dangling")
    try File.symlink("nowhere", at: root / "dangling")
  },
  Edit("what a link leads to", counts: false) { root in try File.write([], to: root.parent / "nowhere") },
  Edit("a file turned into a link") { root in
    try File.remove(root / "a")
    try File.symlink("one", at: root / "a")
  },
  Edit("a file turned into a folder") { root in
    try File.remove(root / "a")
    try Directory.create(root / "a")
  },
  Edit("a folder turned into a file") { root in
    _ = rmdir("\(root)/empty")
    try File.write([], to: root / "empty")
  },
  Edit("a name that is not UTF-8") { try File.write([], to: $0 / Path(bytes: [0xFF, 0xFE])) },
  Edit("a name with a line feed, tab and backslash") { try File.write([], to: $0 / "n\nm\t\\x41") },
  Edit("a file renamed by one byte that is no letter") {
    try File.rename($0 / "a", to: $0 / Path(bytes: [0x80]))
  },
]

@Test(arguments: edits) private func everyEdit(_ edit: Edit) throws {
  for isSettled in [true, false] {
    let fixture = try TreeFixture()
    if isSettled { fixture.settle() }
    let before = try fixture.look()
    #expect(before != nil)
    #expect(try fixture.look() == before)
    let old = fixture.index.listing(fixture.tree)
    try edit.apply(fixture.root)
    let after = try fixture.look()
    #expect((after != before) == edit.counts, "\(edit)")
    let afresh = try fixture.lookAfresh()
    #expect(after == afresh.observation, "\(edit)")
    #expect(fixture.index.listing(fixture.tree) == afresh.listing)
    #expect(fixture.index.listing(fixture.tree)?.digest == after?.digest)
    if let old { #expect(afresh.listing?.changes(since: old).isEmpty == !edit.counts) }
    #expect(try fixture.look() == after)
  }
}

@Test func filesByThemselves() throws {
  let fixture = try TreeFixture()
  func look(_ name: Path) throws -> Observation? {
    let subject = FileIndex.Subject(fixture.root / name, .file)
    try fixture.index.refresh([subject])
    return fixture.index.observation(subject)
  }
  #expect(try look("a") == Observation(SHA256.digest(of: "one")))
  #expect(try look("missing") == nil)
  #expect(try look("a/b") == nil)
  #expect(try look("dangling") == nil)
  try File.symlink("../a", at: fixture.root / "sub/to")
  #expect(try look("sub/to") == Observation(SHA256.digest(of: "one")), "links are followed")
  try fixture.write("a", "two")
  #expect(try look("sub/to") == Observation(SHA256.digest(of: "two")))
  #expect(chmod("\(fixture.root)/a", 0o755) == 0)
  #expect(try look("a") == Observation(SHA256.digest(of: "two"), isExecutable: true))
  try File.remove(fixture.root / "a")
  #expect(try look("a") == nil)
  #expect(try look("sub/to") == nil)
  #expect(throws: ScanError.notAFile(fixture.root / "sub")) { try look("sub") }
  #expect(throws: ScanError.system(SystemError("cannot stat", fixture.root / "loop", code: ELOOP))) {
    try look("loop")
  }
  #expect(mkfifo("\(fixture.root)/fifo", 0o600) == 0)
  #expect(throws: ScanError.notDigestible(fixture.root / "fifo", .fifo)) { try look("fifo") }
}

@Test func treesThatAreNone() throws {
  let fixture = try TreeFixture()
  func look(_ name: Path) throws -> Observation? {
    let subject = FileIndex.Subject(fixture.root / name, .tree(excluding: []))
    try fixture.index.refresh([subject])
    return fixture.index.observation(subject)
  }
  #expect(try look("missing") == nil)
  #expect(try look("dangling") == nil)
  #expect(try look("empty") == Observation(Listing().digest))
  _ = rmdir("\(fixture.root)/empty")
  #expect(try look("empty") == nil, "it is gone")
  #expect(throws: ScanError.notADirectory(fixture.root / "a")) { try look("a") }
  try File.symlink("sub", at: fixture.root / "link")
  #expect(try look("link") == look("sub"), "a root that is a link is followed")
  try File.remove(fixture.root / "link")
  try File.symlink("empty", at: fixture.root / "link")
  try Directory.create(fixture.root / "empty")
  #expect(try look("link") == Observation(Listing().digest), "and leads elsewhere now")
}

@Test func whatHasNoContent() throws {
  for kind in [mode_t(S_IFIFO), mode_t(S_IFSOCK)] {
    let fixture = try TreeFixture()
    #expect(mknod("\(fixture.root)/sub/it", kind | 0o600, 0) == 0)
    let expected = ScanError.notDigestible(fixture.root / "sub/it", kind == mode_t(S_IFIFO) ? .fifo : .socket)
    #expect(throws: expected) { try fixture.look() }
    #expect("\(expected)".hasPrefix("'\(fixture.root)/sub/it' is a "))
    let without = FileIndex.Subject(fixture.root, .tree(excluding: ["it"]))
    try fixture.index.refresh([without])
    #expect(fixture.index.observation(without) != nil)
  }
}

/// A tree in which files and folders come and go while it is looked at is no error.
@Test func whatVanishesMeanwhile() throws {
  let fixture = try TreeFixture()
  let root = fixture.root
  concurrently(2, threads: 2, minimum: 1) { range in
    for index in range {
      do {
        for round in 1...200 {
          if index == 0 {
            try FileIndex("none").refresh([FileIndex.Subject(root, .tree(excluding: []))])
          } else {
            for name in ["x", "y", "z"] {
              try Directory.create(root / "fleeting/\(name)", intermediates: true)
              try File.write(text("\(round)"), to: root / "fleeting/\(name)/file")
              try File.symlink("file", at: root / "fleeting/\(name)/link")
            }
            try Directory.removeTree(root / "fleeting")
          }
        }
      } catch {
        Issue.record(error)
      }
    }
  }
  #expect(try fixture.look() == fixture.lookAfresh().observation)
}

@Test func whatIsLeftOut() throws {
  let fixture = try TreeFixture(excluding: ["b", "sub/deeper", "a/"])
  let before = try fixture.look()
  let names = fixture.index.listing(fixture.tree)?.entries.map { String(decoding: $0.key, as: UTF8.self) }
  #expect(names == ["dangling", "empty", "loop", "sub", "sub/up"])
  try fixture.write("sub/b", "else")
  try fixture.write("sub/deeper/new", "")
  try File.remove(fixture.root / "a")
  #expect(try fixture.look() == before)
  try Directory.create(fixture.root / "deeper")
  #expect(try fixture.look() != before, "a path from the root is left out there only")
  let all = FileIndex.Subject(fixture.root, .tree(excluding: []))
  try fixture.index.refresh([all, fixture.tree])
  #expect(fixture.index.observation(all) != fixture.index.observation(fixture.tree), "two subjects of one root")
}

/// More than a thread's portion of paths, so that several compare and digest.
@Test func largeTrees() throws {
  let folder = try TemporaryFolder()
  for index in 0..<1500 { try folder.write("\(index)", to: Path("tree/\(index % 7)/\(index)")) }
  let subject = FileIndex.Subject(folder.path / "tree", .tree(excluding: []))
  func look() throws -> Observation? {
    let index = FileIndex(folder.path / "index")
    try index.refresh([subject])
    try index.save()
    return index.observation(subject)
  }
  let before = try look()
  #expect(try look() == before)
  for number in [0, 511, 512, 1499] {
    try folder.write("x", to: Path("tree/\(number % 7)/\(number)"))
    let changed = try look()
    #expect(changed != before)
    try folder.write("\(number)", to: Path("tree/\(number % 7)/\(number)"))
    #expect(try look() == before)
  }
}

/// Many subjects below one folder, which are looked up from there, and some that only seem to lie in it.
@Test func manySubjects() throws {
  let folder = try TemporaryFolder()
  var subjects: [FileIndex.Subject] = []
  for index in 10..<40 {
    for count in 0..<(index % 4) { try folder.write("1", to: Path("many/in/\(index)/deeper/\(count)")) }
    try Directory.create(folder.path / "many/in/\(index)", intermediates: true)
    try folder.write("1", to: Path("many/out/\(index)"))
    subjects.append(FileIndex.Subject(folder.path / "many/in/\(index)", .tree(excluding: [])))
    subjects.append(FileIndex.Subject(folder.path / "many/out/\(index)", .file))
  }
  try folder.write("1", to: "manymore")
  try folder.write("1", to: "many/linked/file")
  try File.symlink("linked", at: folder.path / "many/link")
  for name: Path in ["many/link", "many"] {
    subjects.append(FileIndex.Subject(folder.path / name, .tree(excluding: [])))
  }
  for name: Path in ["manymore", "many/missing"] {
    subjects.append(FileIndex.Subject(folder.path / name, .file))
  }

  func look() throws -> [Observation?] {
    let index = FileIndex(folder.path / "index")
    try index.refresh(subjects)
    try index.save()
    return subjects.map { index.observation($0) }
  }
  func changed(_ edit: () throws -> Void) throws -> [String] {
    let before = try look()
    #expect(try look() == before)
    try edit()
    let after = try look()
    let afresh = FileIndex("none")
    try afresh.refresh(subjects)
    #expect(after == subjects.map { afresh.observation($0) })
    return zip(subjects, zip(before, after)).filter { $0.1.0 != $0.1.1 }
      .map { "\($0.0.path)".dropFirst("\(folder.path)/".count) }.map { String($0) }
  }
  let now = Clock.wall
  while Clock.coarseWall <= now { usleep(1000) }
  #expect(try changed {} == [])
  #expect(try changed { try folder.write("2", to: "many/out/23") } == ["many/out/23", "many"])
  #expect(try changed { try folder.write("2", to: "many/in/23/deeper/1") } == ["many/in/23", "many"])
  #expect(try changed { try folder.write("2", to: "many/in/20/new") } == ["many/in/20", "many"])
  #expect(try changed { try folder.write("2", to: "many/linked/file") } == ["many/link", "many"])
  #expect(try changed { try folder.write("2", to: "manymore") } == ["manymore"])
  #expect(try changed { try folder.write("2", to: "many/missing") } == ["many", "many/missing"])
  #expect(
    try changed { try File.rename(folder.path / "many", to: folder.path / "gone") }.count == subjects.count - 1)
}
