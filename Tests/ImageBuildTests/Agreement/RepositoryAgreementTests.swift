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
    let tree = try TestTree()
    for (name, content) in files { try tree.write(name, content) }
    let reader = try SourceReader(sourceTree: tree.path)
    let folders = Set(files.keys.map { $0.prefix(1) }).sorted().map { tree.path / String($0) }
    let ours = try Repositories(in: folders, reader: reader)
    let answer = try Self.oracle.get().answer(repositories: ours.reposConf)
    #expect(answer["main"]?.text == ours.all.first?.name)
    let theirs = answer["repositories"]?.elements ?? []
    #expect(theirs.map { $0["name"]?.text ?? "" } == ours.all.map(\.name))
    for (their, our) in zip(theirs, ours.all) {
      #expect(their["location"]?.text == "\(try reader.realPath(our.path))")
      let eclasses = their["eclasses"]?.elements.compactMap(\.text) ?? []
      let places = try ours.eclassFolders(of: our).map { try "\(reader.realPath($0.parent))" }
      #expect(Array(eclasses.reversed()) == places, "\(our.name)")
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
