import Platform
import Stamps
import TestSupport
import Testing

@testable import PortageFiles

struct ProfileStackTests {
  private static let profile = "profiles/demo/target/etc/portage/make.profile"

  /// The profiles of a root whose make.profile leads to `to`, relative to the tree.
  private func stack(
    _ files: KeyValuePairs<String, String>, to: String = "repo/profiles/top",
    outside: KeyValuePairs<String, String> = [:]
  ) throws -> [String] {
    let other = try TestTree(outside)
    let tree = try TestTree()
    try tree.write(Self.profile, "-> ../../../../../\(to)")
    for (name, content) in files {
      try tree.write(name, content.replacing(prefix: "OUTSIDE", with: other.path.description))
    }
    let root = ConfigurationRoot(
      path: tree.path / "profiles/demo/target", sourceTree: tree.path,
      repositories: ["repo": tree.path / "repo", "gentoo": other.path])
    let reader = try SourceReader(sourceTree: tree.path, repositories: root.repositories.folders)
    return try root.read().profiles.map(reader.name)
  }

  @Test func depthFirstParentsBeforeChildren() throws {
    #expect(
      try stack([
        "repo/profiles/top/parent": "# two\n../b  # x\n\n../a\n", "repo/profiles/a/parent": "../base",
        "repo/profiles/b/parent": "../base\n../late", "repo/profiles/base/eapi": "8",
        "repo/profiles/late/use.mask": "x", "profiles/demo/target/etc/portage/profile/use.mask": "y",
      ]) == [
        "repo/profiles/base", "repo/profiles/late", "repo/profiles/b", "repo/profiles/a", "repo/profiles/top",
        "profiles/demo/target/etc/portage/profile",
      ])
  }

  @Test func allFormsOfParents() throws {
    let layout = ("repo/metadata/layout.conf", "masters =\nprofile-formats = portage-2 profile-set\n")
    #expect(
      try stack(
        [
          "profiles/mine/parent": "gentoo:default/amd64\n../more", "profiles/more/parent": "repo:base",
          "repo/profiles/base/parent": ":embedded", "repo/profiles/embedded/": "", layout.0: layout.1,
        ],
        to: "profiles/mine",
        outside: ["profiles/default/amd64/parent": "..", "profiles/default/use.mask": ""])
        == [
          "gentoo:profiles/default", "gentoo:profiles/default/amd64", "repo/profiles/embedded",
          "repo/profiles/base",
          "profiles/more", "profiles/mine",
        ])
    #expect(
      try stack(
        ["profiles/mine/parent": "OUTSIDE/p", "profiles/x": ""], to: "profiles/mine", outside: ["p/eapi": "8"]
      ).count == 2)
  }

  @Test func aProfileBehindLinks() throws {
    #expect(
      try stack(
        ["profiles/link": "-> real/deep", "profiles/real/deep/parent": "..", "profiles/real/use.mask": ""],
        to: "profiles/link")
        == ["profiles/real", "profiles/real/deep"])
  }

  private func refuses(
    _ text: String, _ files: KeyValuePairs<String, String>, to: String = "repo/profiles/top",
    _ location: SourceLocation = #_sourceLocation
  ) {
    #expect(message { _ = try stack(files, to: to) } == text, sourceLocation: location)
  }

  @Test func badParents() {
    refuses(
      "repo/profiles/top/parent:2: parent '../gone' does not exist (looked for repo/profiles/gone)",
      ["repo/profiles/top/parent": "#\n../gone"])
    refuses(
      "repo/profiles/top/parent:1: parent '../file' does not exist (looked for repo/profiles/file)",
      ["repo/profiles/top/parent": "../file", "repo/profiles/file": ""])
    refuses(
      "repo/profiles/top/parent: names no parent: name one per line, or delete the file",
      ["repo/profiles/top/parent": "# none\n"])
    refuses(
      "repo/profiles/a/parent:1: the profile is its own parent: repo/profiles/top → repo/profiles/a → repo/profiles/top: remove one of the parents",
      ["repo/profiles/top/parent": "../a", "repo/profiles/a/parent": "../top"])
    refuses(
      "repo/profiles/top/parent:1: parent 'repo:base' does not exist (looked for repo/profiles/top/repo:base): for 'REPOSITORY:PROFILE' say 'profile-formats = portage-2' in repo/metadata/layout.conf",
      ["repo/profiles/top/parent": "repo:base", "repo/profiles/base/": ""])
    refuses(
      "profiles/mine/parent:1: parent 'getoo:x' is in repository 'getoo', which is none of REPOSITORIES: did you mean 'gentoo'?; add its folder there",
      ["profiles/mine/parent": "getoo:x"], to: "profiles/mine")
    refuses(
      "profiles/mine/parent:1: parent ':x' is relative to a repository, but this profile is not in one: write 'NAME:x'",
      ["profiles/mine/parent": ":x"], to: "profiles/mine")
    refuses(
      "\(Self.profile): leads to 'profiles/none', which does not exist: link it to a profile", [:],
      to: "profiles/none")
    refuses(
      "\(Self.profile): is not a folder or a link to one: link it to a profile", ["profiles/file": ""],
      to: "profiles/file")
  }

  /// A repository outside the source tree, and the same elsewhere, also through a link.
  @Test func aRepositoryIsNamedWhereverItIs() throws {
    let tree = try TestTree([
      Self.profile: "-> ../../../../mine", "profiles/mine/parent": "gentoo:base\n",
      "profiles/demo/target/etc/portage/make.conf":
        "source \"${PORTAGE_CONFIGROOT}/../../../link/more.conf\"\n",
    ])
    func listing(_ folder: Path) throws -> Listing {
      if File.exists(tree.path / "link") { try tree.remove("link") }
      try tree.write("link", "-> \(folder)")
      return try ConfigurationRoot(
        path: tree.path / "profiles/demo/target", sourceTree: tree.path,
        repositories: ["gentoo": folder]
      )
      .listing()
    }
    let files: KeyValuePairs<String, String> = [
      "profiles/base/make.defaults": "# why\nCFLAGS=-O2\n", "profiles/base/package.mask": "a/b\n",
      "more.conf": "X=1\n",
    ]
    let (one, other) = (try TestTree(files), try TestTree(files))
    let found = try listing(one.path)
    #expect(
      lines(found, places: true).prefix(2) == [
        "gentoo:profiles/base/make.defaults: CFLAGS = -O2 @ gentoo:profiles/base/make.defaults:2",
        "gentoo:profiles/base/package.mask: a/b = on @ gentoo:profiles/base/package.mask:1",
      ])
    #expect(try listing(other.path).storedText == found.storedText)
    for entry in found.entries {
      let file = SourcePlace(parsing: entry.place ?? "").file
      let path = SourceReader.path(named: file, sourceTree: tree.path, repositories: [("gentoo", one.path)])
      #expect(File.exists(path), "\(file)")
    }
    // A colon alone makes no repository.
    #expect(
      SourceReader.path(named: "env/a:0", sourceTree: "/s", repositories: [("env", "/e")]) == "/s/env/a:0")
    // What the user reads of a mistake there.
    try one.write("profiles/base/parent", "none\n")
    let error = try #require(throws: SourceError.self) { try listing(one.path) }
    #expect(
      error.description.hasPrefix(
        "gentoo:profiles/base/parent:1: parent 'none' does not exist (looked for gentoo:profiles/base/none)"))
  }

  @Test func everyLinkOnTheWayIsVisited() throws {
    let tree = try TestTree([
      Self.profile: "-> ../../../../link", "profiles/link": "-> real", "profiles/real/use.mask": "x",
    ])
    let recorder = ReadRecorder()
    let reading = try ConfigurationRoot(
      path: tree.path / "profiles/demo/target", sourceTree: tree.path, repositories: [:], recorder: recorder
    ).read()
    for name in [
      Self.profile, "profiles/link", "profiles/real/parent", "profiles/real/use.mask",
      "profiles/real/make.defaults",
    ] {
      #expect(recorder.paths.contains(tree.path / name), "\(name)")
    }
    #expect(
      lines(reading.listing) == [
        "profiles/real/use.mask: x = on", "target/etc/portage/make.profile = profiles/real",
      ])
  }
}

extension String {
  /// `new` in place of `old` at the beginning.
  fileprivate func replacing(prefix old: String, with new: String) -> String {
    hasPrefix(old) ? new + dropFirst(old.count) : self
  }
}
