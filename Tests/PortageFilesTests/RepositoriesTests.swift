import Platform
import TestSupport
import Testing

@testable import PortageFiles

/// Mistakes in repositories, and what is read of a repos.conf. `AgreementTests.repositories` asks Portage.
@Suite struct RepositoriesTests {
  @Test(arguments: [
    (["b/metadata/layout.conf": "masters = a\n"], "b: is no ebuild repository: neither profiles/repo_name nor"),
    (
      ["b/profiles/repo_name": "a\n"],
      "b/profiles/repo_name:1: 'a' is also the name of the repository of a/profiles/repo_name: give one of them"
    ),
    (
      ["b/profiles/repo_name": "b\n", "b/metadata/layout.conf": "# why\n\nrepo-name = a\n"],
      "b/metadata/layout.conf:3: 'a' is also the name of the repository of a/profiles/repo_name"
    ),
    (
      ["b/profiles/repo_name": "b\n", "b/metadata/layout.conf": "repo-name = b\nmasters = a bb\n"],
      "b/metadata/layout.conf:2: the master 'bb' of 'b' is not there: did you mean 'b'?; add its folder to REPOSITORIES"
    ),
    (
      ["b/profiles/repo_name": "b\n", "b/profiles/eapi": "99\n"],
      "b/profiles/eapi:1: EAPI '99' is none that Portage knows: write one from 0 to 9"
    ),
  ])
  func mistakes(_ files: [String: String], _ message: String) throws {
    let tree = try TestTree(["a/profiles/repo_name": "a\n", "a/metadata/layout.conf": "masters =\n"])
    for (name, content) in files { try tree.write(name, content) }
    let reader = try SourceReader(sourceTree: tree.path)
    let error = try #require(throws: SourceError.self) {
      try Repositories(in: [tree.path / "a", tree.path / "b"], reader: reader)
    }
    #expect(error.description.hasPrefix(message), "\(error)")
  }

  /// A repos.conf of `target`, and what is wrong with it.
  @Test(arguments: [
    (
      "[a]\n[c]\nmasters = a\n",
      ":2: '[c]' is none of REPOSITORIES: did you mean 'a'?; add its folder there, or take"
    ),
    ("[bee]\npriority = 5\n", ":1: '[bee]' is none of REPOSITORIES: did you mean 'b'?; add its folder"),
    (
      "[b]\n\nlocation = /var/db/repos/b\n",
      ":3: the location '/var/db/repos/b' of 'b' is not its folder of REPOSITORIES, 'b': take the line out, or"
    ),
    (
      "[DEFAULT]\nmain-repo = b\n",
      ":2: the main-repo 'b' is not the first of REPOSITORIES, 'a': take the line out, or put its folder first"
    ),
    ("[DEFAULT]\nmain-repo = gentoo\n", ":2: the main-repo 'gentoo' is not the first of REPOSITORIES, 'a'"),
    ("[b]\nmasters = a bb\n", ":2: the master 'bb' of 'b' is not there: did you mean 'b'?; add its folder to"),
    (
      "[b]\neclass-overrides = gentoo\n",
      ":2: the repository 'gentoo' of eclass-overrides is not there; add its folder to REPOSITORIES"
    ),
    ("[b]\npriority = high\n", ":2: the priority 'high' is no number: write one such as 50"),
    (
      "[b]\npriorty = 5\n",
      ":2: Portage knows no attribute 'priorty' of a repository: did you mean 'priority'?; take"
    ),
    (
      "[b]\n# why\nmasters\n",
      ":3: 'masters' is neither '[REPOSITORY]' nor an attribute below one, so Portage would"
    ),
    ("[b]\nmasters = a\nmasters = a\n", ":3: 'masters' of '[b]' is in the file twice, so Portage would ignore"),
    (
      "[b]\nlocation = %(ROOT)s/b\n",
      ":2: '%(ROOT)s/b' has a '%', which begins a reference: write the value out"
    ),
  ])
  func mistakesInReposConf(_ text: String, _ message: String) throws {
    let (tree, reader) = try Self.two()
    let file = "target/etc/portage/repos.conf"
    try tree.write(file, text)
    let error = try #require(throws: SourceError.self) { try Self.repositories(tree, reader) }
    #expect(error.description.hasPrefix(file + message), "\(error)")
  }

  @Test func reposConfOfTwoConfigurations() throws {
    let (tree, reader) = try Self.two()
    #expect(try Self.repositories(tree, reader).settings == "")
    // A folder of files, of which the later one counts, and which Portage does not read all.
    let folder = "target/etc/portage/repos.conf"
    try tree.write("\(folder)/10", "[b]\nlocation = \(tree.path / "b")\nmasters = a\nsync-uri = none\n")
    try tree.write("\(folder)/20", "[b]\nmasters = b\n")
    for name in [".hidden", "20~", "CVS/x"] { try tree.write("\(folder)/\(name)", "[none]\n") }
    #expect(try Self.repositories(tree, reader).settings == "b: masters = b")
    // What either says counts for both.
    try tree.write("bootstrap/etc/portage/repos.conf", "[b]\nmasters =  b\neclass-overrides = a\n")
    #expect(try Self.repositories(tree, reader).settings == "b: eclass-overrides = a; b: masters = b")
    try tree.write("bootstrap/etc/portage/repos.conf", "[b]\nmasters = a b\n")
    let error = try #require(throws: SourceError.self) { try Self.repositories(tree, reader) }
    #expect(
      error.description
        == "\(folder)/20:2: 'masters = b' of [b] contradicts 'a b' of bootstrap/etc/portage/repos.conf:2: all stages have one repos.conf, so write the same in both"
    )
  }

  /// A tree with two repositories, `a` and `b`, which is also called `bee`.
  private static func two() throws -> (TestTree, SourceReader) {
    let tree = try TestTree([
      "a/profiles/repo_name": "a\n", "b/profiles/repo_name": "b\n",
      "b/metadata/layout.conf": "masters = a\naliases = bee\n",
    ])
    return (tree, try SourceReader(sourceTree: tree.path))
  }

  private static func repositories(_ tree: TestTree, _ reader: SourceReader) throws -> Repositories {
    let roots = ["bootstrap", "target"].map { tree.path / Path($0) }
    return try Repositories(
      in: [tree.path / "a", tree.path / "b"], configuration: ReposConf(ofRoots: roots, reader: reader),
      reader: reader)
  }

  @Test func foldersOfAReposConf() {
    let repositories: Repositories = ["a": "/x y", "b": "/50%/z"]
    let folders = Repositories.folders(inReposConf: repositories.reposConf)
    #expect(folders.map(\.name) == ["a", "b"] && folders.map(\.path) == ["/x y", "/50%/z"])
    #expect(repositories.reposConf.contains("location = /50%%/z\n"))
  }
}
