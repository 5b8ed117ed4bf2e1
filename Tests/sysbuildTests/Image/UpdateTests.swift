import Platform
import TestSupport
import Testing

@testable import TextKit

private let pam = "sys-libs/pam/pam-1.5.2.ebuild"
private let leaf = "app-misc/leaf/leaf-1.ebuild"

/// Repositories that are pulled: real git, real Portage.
@Suite struct UpdateTests {
  /// A release, and what comes after it: a version each that is new, dropped and masked, a dependency that is new and
  /// one that is gone, and two advisories.
  private static func release(_ followed: FollowedRepository) throws {
    let ebuild = try followed.read(leaf)
    try followed.write(
      "app-misc/leaf/leaf-2.ebuild",
      ebuild.replacing("RDEPEND=\"", with: "RDEPEND=\"app-misc/old "))
    try followed.write("app-misc/old/old-1.ebuild", ebuild.replacing(/R?DEPEND=.*/, with: ""))
    try followed.commit()
    try followed.clone("pull", "--quiet")
    try #require(try followed.tree.sysbuild(["image"]).status == 0)

    try followed.git("rm", "--quiet", "app-misc/leaf/leaf-2.ebuild")
    try followed.write("app-misc/fresh/fresh-1.ebuild", ebuild.replacing(/R?DEPEND=.*/, with: ""))
    try followed.write(
      "sys-libs/pam/pam-1.5.3.ebuild",
      try followed.read(pam).replacing("RDEPEND=\"", with: "RDEPEND=\"app-misc/fresh "))
    try followed.write("profiles/package.mask", "# Somebody (2026-11-01)\n# Eats data.\n=sys-libs/pam-1.5.2\n")
    let eclass = try followed.read("eclass/versions.eclass")
    try followed.write("eclass/versions.eclass", eclass + "# It differs.\n")
    for (number, package, version) in [
      ("01", "sys-libs/pam", "1.5.3"), ("02", "sys-apps/util-linux", "2.39"), ("03", "app-misc/extra", "2"),
    ] {
      let id = "202611-\(number)"
      try followed.write("metadata/glsa/glsa-\(id).xml", Advisory.text(id, package, fixedIn: version))
    }
    try followed.write("metadata/glsa/glsa-202611-04.xml", "\"sys-libs/pam\"\n")
    try followed.commit()
  }

  /// What the groups of the answer say of packages, in the words of `PackageChanges.between`.
  private static func announced(_ json: JSON, inImage: Bool) -> (sure: Set<String>, possible: Set<String>) {
    var sure: Set<String> = []
    var possible: Set<String> = []
    for group in ["new", "update", "downgrade", "rebuild", "mayRebuild", "gone"] {
      for change in json[group]?.elements ?? [] where !inImage || change["image"] == .bool(true) {
        let name = change["name"]?.text ?? ""
        let (old, new) = (change["from"]?.text, change["to"]?.text)
        if let new, old == new {
          if group == "rebuild" { sure.insert("~\(name)-\(new)") } else { possible.insert("~\(name)-\(new)") }
        } else {
          sure.formUnion(old.map { ["-\(name)-\($0)"] } ?? [])
          sure.formUnion(new.map { ["+\(name)-\($0)"] } ?? [])
        }
      }
    }
    return (sure, possible)
  }

  @Test("an update is shown in groups, leaves all as it was unless it is kept, and is what the next build does")
  func groups() async throws {
    let followed = try await FollowedRepository()
    let tree = followed.tree
    try Self.release(followed)
    let state = try followed.state()

    let dry = try followed.update("-n", "--json")
    #expect(dry.status == 1)
    let json = try #require(JSONReader.value(of: dry.output.utf8), "\(dry.output)")
    func names(_ group: String, _ member: String = "name") -> [String] {
      json[group]?.elements.compactMap { $0[member]?.text } ?? []
    }
    #expect(names("new") == ["app-misc/fresh"])
    #expect(names("update") == ["sys-libs/pam"])
    #expect(names("downgrade") == ["app-misc/leaf"])
    #expect(names("rebuild") == ["app-misc/greeting"])
    #expect(names("gone") == ["app-misc/old"])
    #expect(names("masked", "package") == ["sys-libs/pam-1.5.2"])
    #expect(names("masked", "reason") == ["Somebody (2026-11-01) Eats data."])
    #expect(names("removed", "package") == ["app-misc/leaf-2"])
    #expect(names("security", "id") == ["202611-01", "202611-02"])
    #expect(
      json["security"]?.elements.map { $0["after"]?.elements.compactMap(\.text) } == [
        [], ["sys-apps/util-linux-2.38.1"],
      ])
    #expect(json["kept"] == .bool(false))
    #expect(
      json["repositories"]?.elements.first?["to"]?.text.map { $0 + "\n" }
        == (try followed.git("rev-parse", "HEAD")))

    let no = try followed.update(input: "n")
    #expect(no.status == 1)
    for line in [
      "new          app-misc/fresh 1\n", "update       sys-libs/pam 1.5.2 → 1.5.3\n",
      "downgrade    app-misc/leaf 2 → 1\n",
      "rebuild      app-misc/greeting 1         eclass/versions.eclass changed\n",
      "gone         app-misc/old 1\n",
      "masked       sys-libs/pam-1.5.2          Somebody (2026-11-01) Eats data.\n",
      "removed      app-misc/leaf-2             tiny does not have it any more\n",
      "fixed        GLSA 202611-01              sys-libs/pam-1.5.2: sys-libs/pam: Arbitrary code execution (high)\n",
      "open         GLSA 202611-02              sys-apps/util-linux-2.38.1: ",
      "the advisory tiny:metadata/glsa/glsa-202611-04.xml cannot be read\n",
      "keep this update? [y/N] nothing was changed\n",
    ] { #expect(no.output.contains(line), "\(no.output)") }
    // Nobody answers.
    #expect(try followed.update().status == 1)
    #expect(try followed.state() == state)
    #expect(try tree.sysbuild(["image"]).output == "image: up to date\n")

    let yes = try followed.update(input: "y")
    #expect(yes.status == 0, "\(yes.output)")
    #expect(try followed.clone("rev-parse", "HEAD") == followed.git("rev-parse", "HEAD"))
    #expect(try followed.clone("status", "--porcelain").isEmpty)
    let before = try (sysroot: tree.builds(in: "sysroot"), rootfs: tree.builds(in: "rootfs"))
    let build = try tree.sysbuild(["image"])
    try #require(build.status == 0, "\(build.output)")
    for (root, old) in [("sysroot", before.sysroot), ("rootfs", before.rootfs)] {
      let changes = Set(PackageChanges.between(old, try tree.builds(in: root)))
      let (sure, possible) = Self.announced(json, inImage: root == "rootfs")
      // Only the root file system has it.
      let expected = root == "rootfs" ? sure : sure.subtracting(["~app-misc/greeting-1"])
      #expect(changes.isSuperset(of: expected), "\(root): \(changes), announced \(expected)")
      #expect(
        changes.isSubset(of: expected.union(possible)), "\(root): \(changes), announced \(expected) \(possible)"
      )
    }
    #expect(try followed.update() == (0, "nothing new\n"))
  }

  @Test(
    "what is no fast-forward of a clean branch is refused, and nothing is changed",
    .enabled(if: isTurn(0, of: 3)))
  func refused() async throws {
    let followed = try await FollowedRepository()
    let ebuild = try followed.read(leaf)
    try followed.write(leaf, ebuild + "# edited\n")
    try followed.commit()
    func expect(_ words: String, _ arguments: String..., at location: SourceLocation = #_sourceLocation) throws
    {
      let state = try followed.state()
      let result = try followed.tree.sysbuild(["update", "--yes"] + arguments)
      #expect(result.status == 2 && result.output.contains(words), "\(result.output)", sourceLocation: location)
      #expect(try followed.state() == state, sourceLocation: location)
    }
    try expect("no repository is called 'tinny'; did you mean 'tiny'?", "tinny")
    let own = "\(FollowedRepository.name)/app-misc/farewell/farewell-1.ebuild"
    try followed.tree.append("# mine", to: own)
    try expect("changes that are not committed, of 'app-misc/farewell/farewell-1.ebuild'")
    try followed.clone("commit", "--quiet", "--all", "--message=mine")
    try expect("has 1 commit that its upstream has not, and lacks 1 of it")
    try followed.clone("reset", "--quiet", "--hard", "HEAD^")
    // git would not overwrite a file that it does not know.
    try followed.write("README", "theirs\n")
    try followed.commit()
    try followed.tree.write("\(FollowedRepository.name)/README", "mine\n")
    try expect("README")
    try File.remove(followed.tree.source / FollowedRepository.name / "README")
    try followed.clone("switch", "--quiet", "--detach")
    try expect("is on no branch")
    try followed.clone("switch", "--quiet", "--create", "side")
    try expect("the branch 'side' of ")
    try followed.clone("switch", "--quiet", "main")
    try followed.tree.run(["mv", "\(followed.upstream)", "\(followed.upstream).away"])
    try expect("git cannot fetch from 'origin'")
    try followed.tree.run(["mv", "\(followed.upstream).away", "\(followed.upstream)"])
    #expect(try followed.update("--yes").status == 0)
    try followed.tree.run(["rm", "-rf", "\(followed.tree.source / FollowedRepository.name)/.git"])
    let plain = try followed.update("tiny")
    #expect(plain.status == 2 && plain.output.contains("the repository 'tiny' "), "\(plain.output)")
  }

  @Test(
    "an update that Portage refuses is explained, and kept only by somebody who says so",
    .enabled(if: isTurn(1, of: 3)))
  func unresolvable() async throws {
    let followed = try await FollowedRepository()
    try followed.write(
      leaf, try followed.read(leaf).replacing("RDEPEND=\"", with: "RDEPEND=\"app-misc/absent "))
    try followed.commit()
    let state = try followed.state()
    for words in [["--yes"], ["-n"], []] {
      let result = try followed.tree.sysbuild(["update"] + words)
      #expect(result.status == 2)
      #expect(
        result.output.contains(
          "with it the image cannot be resolved:\nthere is no ebuild for app-misc/absent\n"),
        "\(result.output)")
    }
    #expect(try followed.state() == state)
    // Nor may a profile be gone that a configuration links to.
    try followed.git("mv", "profiles/base", "profiles/other")
    try followed.commit()
    let gone = try followed.update("-n")
    #expect(
      gone.status == 2 && gone.output.contains("resolved:\nprofiles/tiny/")
        && gone.output.contains("make.profile"),
      "\(gone.output)")
    #expect(try followed.state() == state)
    try followed.git("mv", "profiles/other", "profiles/base")
    try followed.commit()

    #expect(try followed.update(input: "y").status == 0)
    #expect(try followed.clone("rev-parse", "HEAD") == followed.git("rev-parse", "HEAD"))
    // What is compared with it is what was resolved last.
    try followed.write(leaf, try followed.read(leaf).replacing("app-misc/absent ", with: ""))
    try followed.commit()
    let mended = try followed.update("--yes")
    #expect(mended.status == 0 && mended.output.contains("\nnone of 8 packages changes\n"), "\(mended.output)")
  }

  @Test("of several repositories all are updated, or none", .enabled(if: isTurn(2, of: 3)))
  func several() async throws {
    let followed = try await FollowedRepository()
    let tree = followed.tree
    let ebuild = try followed.read(leaf)
    let other = tree.folder / "other"
    // No overlayfs has such a path, so this one is copied.
    let clone = tree.folder / "the other, cloned"
    for path in [other, clone] { try Directory.removeTree(path) }
    defer { for path in [other, clone] { try? Directory.removeTree(path) } }
    func git(_ folder: Path, _ words: String...) throws -> String {
      try tree.run(["git", "-C", "\(folder)", "-c", "user.name=x", "-c", "user.email=x@example.org"] + words)
    }
    try Directory.create(other / "metadata", intermediates: true)
    let layout = "repo-name = private\nmasters = tiny\nthin-manifests = true\nsign-manifests = false\n"
    try File.write(Array(layout.utf8), to: other / "metadata/layout.conf")
    _ = try git(other, "init", "--quiet", "--initial-branch=main")
    _ = try git(other, "add", "--all")
    _ = try git(other, "commit", "--quiet", "--message=first")
    try tree.run(["git", "clone", "--quiet", "\(other)", "\(clone)"])
    try File.symlink("../../../the other, cloned", at: tree.source / "profiles/tiny/private")
    try tree.append(
      "REPOSITORIES=\"\(FollowedRepository.name) profiles/tiny/private\"", to: "profiles/tiny/variant.conf")
    try Directory.create(other / "app-misc/leaf", intermediates: true)
    try File.write(Array(ebuild.utf8), to: other / "app-misc/leaf/leaf-3.ebuild")
    _ = try git(other, "add", "--all")
    _ = try git(other, "commit", "--quiet", "--message=second")
    try followed.write(pam, try followed.read(pam) + "# edited\n")
    try followed.commit()

    let one = try followed.update("-n", "private")
    #expect(one.output.hasPrefix("private: ") && one.output.contains("app-misc/leaf 1 → 3"), "\(one.output)")
    #expect(!one.output.contains("rebuild  sys-libs/pam"))
    // The second cannot be moved.
    try File.write([], to: clone / ".git/index.lock")
    let state = try followed.state()
    let failed = try followed.update("--yes")
    #expect(failed.status == 2 && failed.output.contains("git has not updated '\(clone)'"), "\(failed.output)")
    #expect(try followed.clone("rev-parse", "HEAD") == String(state.prefix(41)))
    #expect(try followed.clone("status", "--porcelain").isEmpty)
    try File.remove(clone / ".git/index.lock")
    let done = try followed.update("--yes")
    #expect(done.status == 0 && done.output.contains("rebuild "), "\(done.output)")
    #expect(try git(clone, "rev-parse", "HEAD") == git(other, "rev-parse", "HEAD"))
    #expect(try followed.clone("rev-parse", "HEAD") == followed.git("rev-parse", "HEAD"))
  }
}
