import Platform
import TestSupport
import Testing

@testable import PortageFiles
@testable import TextKit

private let name = "profiles/repo_name"
private let layout = "metadata/layout.conf"

/// Repositories as Portage's own code reads them: their names, their order, where eclasses are looked for.
extension AgreementTests {
  @Test(
    "Portage reads the same of repositories",
    arguments: [
      ["a/\(name)": "a\n", "a/\(layout)": "masters =\n"],
      // The name in layout.conf comes first, and counts without the other.
      ["a/\(name)": "a\n", "b/\(name)": "c\n", "b/\(layout)": "repo-name = private\nmasters = a\n"],
      ["a/\(name)": "a\n", "b/\(layout)": "# repo-name = x\n repo-name=b b\nmasters = a\n"],
      ["a/\(name)": " -odd: näme! \nmore\n", "b/\(name)": "b", "b/\(layout)": "repo-name =\n"],
      // Without masters the main one is meant; none is another matter.
      ["a/\(name)": "z\n", "b/\(name)": "b\n", "c/\(name)": "a\n", "c/\(layout)": "masters =\n"],
      [
        "a/\(name)": "a\n", "b/\(name)": "b\n", "b/\(layout)": "masters = a\n", "c/\(name)": "c\n",
        "c/\(layout)": "masters = b a\nprofile-formats = portage-1 portage-2\n",
      ],
      [
        "a/\(name)": "a\n", "b/\(name)": "b\n", "b/\(layout)": "masters = a\naliases = bee  two\n",
        "c/\(name)": "c\n",
        "c/\(layout)": "masters = c  bee\n\taliases = two\nprofile-formats: portage-2\n",
      ],
      ["a/\(name)": "a\n", "b/\(name)": "b\n", "b/\(layout)": "masters = a\nmasters = b a\n"],
      [
        "a/\(name)": "a\r\n", "b/\(name)": "b\n",
        "b/\(layout)": "masters\t=\ta\r\nprofile-formats = portage-2\r\n",
      ],
    ])
  func repositories(_ files: [String: String]) throws {
    let tree = try Self.tree(of: files)
    let reader = try SourceReader(sourceTree: tree.path)
    let ours = try Repositories(in: Self.folders(files, in: tree), reader: reader)
    try expect(Self.oracle.get().answer(repositories: ours.reposConf), says: ours, reader)
  }

  /// Repositories of which the third may be called tertius, too.
  private static let three = [
    "a/\(name)": "a\n", "a/\(layout)": "masters =\n", "b/\(name)": "b\n", "b/\(layout)": "masters = a\n",
    "c/\(name)": "c\n", "c/\(layout)": "masters = a b\naliases = tertius\n",
  ]

  @Test(
    "Portage reads the same of a repos.conf",
    arguments: [
      "", "[DEFAULT]\nmain-repo = a\n", "[b]\neclass-overrides = c\n",
      "[b]\neclass-overrides = c b a\n[c]\neclass-overrides =\n",
      "[DEFAULT]\neclass-overrides = c\n[b]\neclass-overrides = a\n",
      // In place of layout.conf's; none is another matter.
      "[c]\nmasters = b a\n", "[c]\nmasters =\n[b]\nmasters = tertius\n", "[DEFAULT]\nmasters = b\n",
      // Those of one priority are in the order of their names.
      "[a]\npriority = 50\n", "[c]\npriority = -1\n[a]\npriority = +7\n",
      "[DEFAULT]\npriority = 10\n[b]\npriority = 9\n", "[c]\npriority = 1\n", "[c]\npriority = 0\n",
      "[a]\npriority = 2\n",
      // Those of layout.conf and repos.conf are stacked.
      "[a]\naliases = one first\n[b]\naliases = two\n", "[c]\naliases = -tertius third\n",
      "[c]\naliases = third -*\n[b]\naliases = tertius\n", "[DEFAULT]\naliases = x\n",
      // What changes which binary packages are taken, and which files must be in a Manifest.
      "[b]\nusepkg-exclude = app-misc/leaf sys-libs/*\nusepkg-include = */pam\n",
      "[a]\nstrict-misc-digests = no\n",
      // The syntax.
      "[b]\n EClass-Overrides : c\n\t\ta\n; why\n # why\n[a]\nsync-type = rsync\nvolatile = yes\n",
      "[b] what follows\neclass-overrides =\n\n  c\n\n  a\npriority=4\n[DEFAULT]\n[DEFAULT]\n",
      "[b]\r\nmasters = c\r[c]\rmasters = a\r\n",
      "[c]\n  masters = a\n  priority = 0\n[a]\nforce = masters\nmasters = c\n",
    ])
  func reposConf(_ text: String) throws {
    let tree = try Self.tree(of: Self.three)
    let reader = try SourceReader(sourceTree: tree.path)
    let folders = Self.folders(Self.three, in: tree)
    try tree.write("target/etc/portage/repos.conf", text)
    let ours = try Repositories(
      in: folders, configuration: ReposConf(ofRoots: [tree.path / "target"], reader: reader), reader: reader)
    let plain = try Repositories(in: folders, reader: reader)
    let expected = try Self.oracle.get().answer(repositories: plain.reposConf, text)
    try expect(expected, says: ours, reader)
    #expect(try Self.oracle.get().answer(repositories: ours.reposConf) == expected)
    let again = try Repositories(inReposConf: ours.reposConf, reader: reader)
    #expect(again.reposConf == ours.reposConf && again.settings == ours.settings)
    try expect(expected, says: again, reader)
    // Whatever makes a difference to Portage, even to the main repository, is an input.
    let unedited = try Self.oracle.get().answer(repositories: plain.reposConf)
    let isNoted = ours.settings != plain.settings || ours.all.map(\.name) != plain.all.map(\.name)
    #expect(expected == unedited || isNoted)
  }

  @Test(
    "what makes Portage ignore a repos.conf is an error",
    arguments: [
      "masters = a\n", "[b]\nmasters\n", "[b]\nmasters = a\n[b]\npriority = 5\n",
      "[b]\nmasters = a\nMasters = c\n",
      "[b]\n= a\n", "[]\nmasters = a\n", "[DEFAULT]\nmasters = a\n[DEFAULT]\nmasters = a\n",
      "[b]\nmasters = %a\n",
    ])
  func ignoredReposConf(_ text: String) throws {
    let tree = try Self.tree(of: Self.three)
    let reader = try SourceReader(sourceTree: tree.path)
    let plain = try Repositories(in: Self.folders(Self.three, in: tree), reader: reader)
    let answer = try Self.oracle.get().answer(repositories: plain.reposConf, text)
    #expect(answer["repositories"]?.elements.isEmpty == true)
    #expect(throws: SourceError.self) { try ReposConf(text, file: "repos.conf") }
  }

  private static func tree(of files: [String: String]) throws -> TestTree {
    let tree = try TestTree()
    for (name, content) in files { try tree.write(name, content) }
    return tree
  }

  private static func folders(_ files: [String: String], in tree: TestTree) -> [Path] {
    Set(files.keys.map { $0.prefix(1) }).sorted().map { tree.path / String($0) }
  }

  private func expect(_ answer: JSON, says ours: Repositories, _ reader: SourceReader) throws {
    #expect(answer["main"]?.text == ours.main?.name)
    let theirs = answer["repositories"]?.elements ?? []
    #expect(theirs.map { $0["name"]?.text ?? "" } == ours.all.map(\.name))
    for (their, our) in zip(theirs, ours.all) {
      #expect(their["location"]?.text == "\(try reader.realPath(our.path))")
      let eclasses = their["eclasses"]?.elements.compactMap(\.text) ?? []
      // Of a folder that is there twice the later place counts.
      var known: Set<String> = []
      let stack = eclasses.reversed().filter { known.insert($0).inserted }
      let places = try ours.eclassFolders(of: our).map { try "\(reader.realPath($0.parent))" }
      #expect(stack == places, "\(our.name)")
      let layout = try RepositoryLayout(of: our.path, reader: reader)
      #expect(their["colon"] == .bool(layout.takesColonParents), "\(our.name)")
    }
    guard case .object(let known)? = answer["known"] else {
      Issue.record("no names")
      return
    }
    for member in known { #expect(ours[member.name]?.name == member.value.text, "\(member.name)") }
  }
}
