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

  @Test func foldersOfAReposConf() {
    let repositories: Repositories = ["a": "/x y", "b": "/50%/z"]
    let folders = Repositories.folders(inReposConf: repositories.reposConf)
    #expect(folders.map(\.name) == ["a", "b"] && folders.map(\.path) == ["/x y", "/50%/z"])
    #expect(repositories.reposConf.contains("location = /50%%/z\n"))
  }
}
