import Platform
import PortageFiles
import Stamps
import TestSupport
import Testing

@testable import ArtifactKinds

/// Which parts of a repository count, and what of a change while the resolver ran is noticed.
@Suite struct RepositoryPartsTests {
  private let tree: TestTree

  init() throws {
    tree = try TestTree([
      "r/profiles/repo_name": "r\n", "r/profiles/package.mask/x": "a/x\n",
      "r/profiles/arm/make.defaults": "A=b\n",
      "r/eclass/e.eclass": "", "r/metadata/layout.conf": "masters =\n", "r/metadata/news/n/n.txt": "n\n",
      "r/a/news/news-1.ebuild": "1", "r/a/x/x-1.ebuild": "1", "r/a/x/files/news": "1",
      "r/a/x/metadata.xml": "1",
      "r/a/y/y-1.ebuild": "1",
    ])
  }

  private func count(_ packages: String...) throws {
    try Directory.create(tree.path / "O/resolution", intermediates: true)
    try RepositoryParts.keep(packages, in: tree.path / "O")
  }

  private func look() throws -> (parts: RepositoryParts, listing: Listing) {
    let recorder = ReadRecorder()
    let parts = RepositoryParts(
      tree.path / "r", asked: RepositoryParts.asked(in: tree.path / "O"), recorder)
    let index = FileIndex(tree.path / "O/index")
    try index.refresh(parts.all.map(\.subject))
    let reader = try SourceReader(sourceTree: tree.path, recorder: recorder)
    return (parts, try parts.listing(index, reader))
  }

  private func names() throws -> Set<String> {
    Set(try look().listing.entries.map { String(decoding: $0.key, as: UTF8.self) })
  }

  private static let general: Set = [
    "profiles/repo_name", "profiles/package.mask/x", "eclass/e.eclass", "metadata/layout.conf",
  ]
  private static let x: Set = ["a/x", "a/x/x-1.ebuild", "a/x/files", "a/x/files/news"]

  @Test("first all packages count, then those that were asked for") func whatCounts() throws {
    let others: Set = ["a/news", "a/news/news-1.ebuild", "a/y", "a/y/y-1.ebuild"]
    #expect(try names() == Self.general.union(Self.x).union(others))
    try count("a/x", "a/absent")
    #expect(try names() == Self.general.union(Self.x))
  }

  @Test("other packages that count are no difference") func narrowing() throws {
    let all = try look().listing
    try count("a/x", "a/news")
    let some = try look()
    #expect(some.parts.isEqual(all, some.listing))
    try count("a/x", "a/y")
    let other = try look()
    #expect(other.parts.isEqual(some.listing, other.listing))
  }

  @Test(
    "a change of what counts before and after is one",
    arguments: [
      "r/a/x/x-1.ebuild", "r/a/x/x-2.ebuild", "r/a/x/files/news", "r/eclass/f.eclass", "r/profiles/eapi",
    ])
  func changes(_ file: String) throws {
    let all = try look().listing
    try count("a/x")
    try tree.write(file, "2")
    let written = try look()
    #expect(!written.parts.isEqual(all, written.listing))
    try tree.remove(file)
    let removed = try look()
    #expect(!removed.parts.isEqual(written.listing, removed.listing))
  }

  @Test("where it is not known what the resolver has seen, it is asked again") func forgetting() throws {
    try count("a/x")
    let some = try look().listing
    try RepositoryParts.forgetPackages(in: tree.path / "O")
    let all = try look()
    #expect(!all.parts.isEqual(some, all.listing))
  }

  @Test("a package's folder, or eclass, may be a link") func linkedFolders() throws {
    try count("a/linked")
    try tree.write("elsewhere/linked-1.ebuild", "1")
    try tree.write("eclasses/e.eclass", "1")
    try Directory.removeTree(tree.path / "r/eclass")
    try File.symlink("../../elsewhere", at: tree.path / "r/a/linked")
    try File.symlink("../eclasses", at: tree.path / "r/eclass")
    var last = try look().listing
    for file in ["elsewhere/linked-1.ebuild", "eclasses/e.eclass"] {
      try tree.write(file, "2")
      let next = try look().listing
      #expect(next.digest != last.digest, "\(file)")
      last = next
    }
  }
}
