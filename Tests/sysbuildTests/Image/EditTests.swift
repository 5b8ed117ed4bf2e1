import Platform
import TestSupport
import Testing

@testable import PortageFiles
@testable import TextKit

/// What an edit of the source tree or of O makes run, with real Portage, and what emerge then builds, installs and
/// removes: each edit starts from a build in which everything is fresh.
///
/// Edits that concern different packages share a build, which takes Portage a quarter of a minute.
struct Edit: CustomTestStringConvertible, Sendable {
  let testDescription: String
  /// The targets that run, in the order they end; nil where only `atLeast` and `not` are said.
  var runs: [String]?
  var atLeast: [String] = []
  var not: [String] = []
  /// Words that the dry run's explanation must have.
  var explains: [String] = []
  /// What becomes of packages, as the databases of both roots tell before and after; nil where nothing is said.
  var packages: Packages?
  let change: @Sendable (ImageTree) throws -> Void
  var check: @Sendable (ImageTree) throws -> Void = { _ in }

  /// `+` there now, `-` gone, `~` built anew; nil for all that was there, built anew.
  struct Packages: Sendable {
    let sysroot: [String]?
    let rootfs: [String]?

    static let unchanged = Packages(sysroot: [], rootfs: [])
    static let all = Packages(sysroot: nil, rootfs: nil)
    static func both(_ changes: String...) -> Packages { Packages(sysroot: changes, rootfs: changes) }
  }

  init(
    _ description: String, runs: [String]? = nil, atLeast: [String] = [], not: [String] = [],
    explains: [String] = [], packages: Packages? = nil,
    _ change: @escaping @Sendable (ImageTree) throws -> Void,
    check: @escaping @Sendable (ImageTree) throws -> Void = { _ in }
  ) {
    testDescription = description
    self.runs = runs
    self.atLeast = atLeast
    self.not = not
    self.explains = explains
    self.packages = packages
    self.change = change
    self.check = check
  }
}

private let repository = "profiles/tiny/repository"
private let configuration = "profiles/tiny/target/etc/portage"
private let leaf = "\(repository)/app-misc/leaf/leaf-1.ebuild"
private let buildtool = "\(repository)/dev-util/buildtool/buildtool-1.ebuild"

private let edits = [
  Edit("nothing", runs: []) { _ in },
  Edit("every file touched", runs: []) { tree in
    try tree.run(["find", "\(tree.source)", "-exec", "touch", "{}", "+"])
  },
  Edit("comments, blank lines and order in build.packages", runs: []) { tree in
    let lines = try tree.read("sets/tiny/build.packages").split(separator: "\n").reversed()
    try tree.write("sets/tiny/build.packages", "# another\n\n" + lines.joined(separator: "  # why\n\n") + "\n")
  },
  Edit("what Portage does not read", runs: []) { tree in
    for name in [
      "README", "make.conf.old", "repo.postsync.d/x", "package.use.mask", "env/unnamed",
    ] {
      try tree.write("\(configuration)/\(name)", "app-misc/leaf colour\n")
    }
    try tree.write("\(configuration)/repos.conf", "[tiny]\nsync-type = rsync\nauto-sync = no\n")
    try tree.append("# why", to: "\(configuration)/env/lto.conf")
    try tree.append("# why", to: "\(configuration)/package.env")
    for name in ["news/2026-11-25-x/x.en.txt", "glsa/glsa-1.xml", "timestamp.chk"] {
      try tree.write("\(repository)/metadata/\(name)", "x\n")
    }
  },
  Edit(
    "what changes no package: another way to name a version, a version that is masked, MAKEOPTS",
    runs: ["resolution"], packages: .unchanged
  ) { tree in
    try tree.write("sets/tiny/build.packages", "=app-misc/leaf-1\ndev-util/buildtool:0\n")
    try tree.write(
      "\(repository)/app-misc/leaf/leaf-2.ebuild", tree.read(leaf).replacing("\"amd64\"", with: "\"~amd64\""))
    try tree.append("MAKEOPTS=\"-j3\"", to: "\(configuration)/make.conf")
  },
  Edit(
    "what the resolution has not looked at: ebuilds, a changelog, metadata, news, another profile, .git",
    runs: []
  ) { tree in
    for number in 1...50 {
      let name = "unasked\(number)"
      try tree.write("\(repository)/app-misc/\(name)/\(name)-1.ebuild", tree.read(leaf))
    }
    for name in [
      "app-misc/leaf/ChangeLog", "app-misc/leaf/metadata.xml", "metadata/news/x/x.en.txt",
      "metadata/md5-cache/a/b-1",
      "profiles/arm64/package.use", ".git/HEAD", "README",
    ] {
      try tree.write("\(repository)/\(name)", "app-misc/leaf colour\n")
    }
  },
  Edit(
    "what nobody asks for: fifty ebuilds, an eclass that only they inherit, flags and a mask for them",
    runs: ["resolution"], packages: .unchanged
  ) { tree in
    for number in 1...50 {
      let name = "unasked\(number)"
      try tree.write("\(repository)/app-misc/\(name)/\(name)-1.ebuild", tree.read(leaf) + "inherit unasked\n")
    }
    try tree.write("\(repository)/eclass/unasked.eclass", "# Nothing.\n")
    try tree.append("app-misc/unasked1 colour", to: "\(configuration)/package.use/leaf")
    try tree.append("app-misc/unasked2", to: "\(configuration)/package.mask")
  },
  Edit(
    "atoms added to install.packages, which is in build.packages, and to installonly.packages, which is not",
    runs: ["resolution", "rootfs", "squashfs", "image"],
    explains: [
      "sets/install.packages changed: dev-util/buildtool added (sets/tiny/install.packages:2)",
      "app-misc/extra added",
    ]
  ) { tree in
    try tree.append("dev-util/buildtool", to: "sets/tiny/install.packages")
    try tree.append("app-misc/extra", to: "sets/tiny/installonly.packages")
  } check: { tree in
    try tree.expect("dev-util/buildtool", in: "rootfs")
    try tree.expect("app-misc/extra", in: "rootfs")
    try tree.expect("app-misc/extra", in: "sysroot", isThere: false)
  },
  Edit(
    "an atom added to build.packages", runs: ["resolution", "world", "rootfs", "image"],
    explains: ["app-misc/extra added"],
    packages: Edit.Packages(sysroot: ["+app-misc/extra-1"], rootfs: [])
  ) { tree in
    try tree.append("app-misc/extra", to: "sets/tiny/build.packages")
  },
  Edit(
    "atoms removed from build.packages, one of them from install.packages, too",
    runs: ["resolution", "world", "rootfs", "squashfs", "image"],
    explains: [
      "app-misc/leaf removed (sets/tiny/build.packages:1)",
      "app-misc/leaf removed (sets/tiny/install.packages:1)",
    ],
    packages: Edit.Packages(
      sysroot: ["-app-misc/leaf-1", "-dev-util/buildtool-1"], rootfs: ["-app-misc/leaf-1"])
  ) { tree in
    try tree.removeLine("app-misc/leaf", from: "sets/tiny/build.packages")
    try tree.removeLine("dev-util/buildtool", from: "sets/tiny/build.packages")
    try tree.removeLine("app-misc/leaf", from: "sets/tiny/install.packages")
  },
  Edit(
    "a USE flag set in the target's package.use",
    runs: ["resolution", "world", "rootfs", "squashfs", "image"],
    explains: ["app-misc/leaf colour", "package.use/leaf:"], packages: .both("~app-misc/leaf-1")
  ) { tree in
    try tree.append("app-misc/leaf colour", to: "\(configuration)/package.use/leaf")
  } check: { tree in
    try tree.expect("app-misc/leaf-1", in: "sysroot", use: "colour")
    try tree.expect("app-misc/leaf-1", in: "rootfs", use: "colour")
  },
  Edit(
    "a revision bump; a patch for one package, the eclass of another",
    packages: Edit.Packages(
      sysroot: ["-app-misc/leaf-1", "+app-misc/leaf-1-r1", "~dev-util/buildtool-1"],
      rootfs: ["~app-misc/greeting-1", "-app-misc/leaf-1", "+app-misc/leaf-1-r1"])
  ) { tree in
    try File.rename(tree.source / leaf, to: tree.source / "\(repository)/app-misc/leaf/leaf-1-r1.ebuild")
    try tree.write(
      "\(configuration)/patches/dev-util/buildtool-1/x.patch", "--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+x\n")
    try tree.append("# changed", to: "\(repository)/eclass/versions.eclass")
  },
  Edit(
    "an ebuild edited in place, one behind a link that leads out of the repository, package.env and its file",
    packages: Edit.Packages(
      sysroot: ["~app-misc/leaf-1", "~dev-util/buildtool-1"],
      rootfs: ["~app-misc/greeting-1", "~app-misc/leaf-1"])
  ) { tree in
    try tree.write(leaf, tree.read(leaf).replacing("${P} USE=", with: "${P} edited, USE="))
    try tree.append("# changed", to: "profiles/tiny/linked/greeting-1.ebuild")
    try tree.write("\(configuration)/env/debug", "CFLAGS=\"-g\"\n")
    try tree.append("dev-util/buildtool debug", to: "\(configuration)/package.env")
  } check: { tree in
    let file = try File.read(tree.build / "rootfs/usr/share/versions/leaf")
    #expect(String(decoding: file, as: UTF8.self).contains("edited"))
  },
  Edit(
    "an ebuild's slot without a revision, a file beside an ebuild, what a file of package.env sources",
    packages: Edit.Packages(
      sysroot: ["~app-misc/leaf-1", "~dev-util/buildtool-1"],
      rootfs: ["~app-misc/greeting-1", "~app-misc/leaf-1"])
  ) { tree in
    try tree.write(buildtool, tree.read(buildtool).replacing("SLOT=\"0\"", with: "SLOT=\"2/2.1\""))
    try tree.write("\(repository)/app-misc/greeting/files/x/y", "z")
    try tree.write("\(configuration)/flags/lto", "LDFLAGS=\"-Wl,-O2\"\n")
  },
  Edit("CFLAGS in make.conf", packages: .all) { tree in
    try tree.append("CFLAGS=\"-O3\"", to: "\(configuration)/make.conf")
  },
  Edit("what a hook sources", packages: .all) { tree in
    try tree.append("export CHANGED=1", to: "\(configuration)/bashrc.d/10-hook.sh")
  },
  Edit("another toolchain", packages: .all) { tree in
    let script = "hosts/debian/toolchain"
    try tree.write(script, tree.read(script).replacing("printf '#!/bin/sh\\n", with: "printf '#!/bin/sh -e\\n"))
  },
  Edit(
    "a file deleted from the bootstrap configuration, of a package whose flags bootstrap.packages gives, too",
    runs: ["resolution"], explains: ["package.use/libcap"], packages: .unchanged
  ) { tree in
    try File.remove(tree.source / "profiles/tiny/bootstrap/etc/portage/package.use/libcap")
  },
  Edit("the kernel configuration", runs: ["kernel", "image"], explains: ["kernel.config changed"]) { tree in
    try tree.append("CONFIG_MORE=y", to: "profiles/tiny/kernel.config")
  },
  Edit(
    "rootfs.squashfs in O altered by hand", runs: ["squashfs"],
    explains: ["output ${O}/rootfs.squashfs was altered"]
  ) { tree in
    try tree.run(["truncate", "--size=+1", "\(tree.build / "rootfs.squashfs")"])
  },
  Edit(
    "O/sysroot removed", atLeast: ["toolchain", "libcap", "profile", "base", "world"],
    not: ["host-tools", "kernel"], explains: ["is missing"]
  ) { tree in
    try Directory.removeTree(tree.build / "sysroot")
  } check: { tree in
    let log = String(decoding: try File.read(tree.build / "logs/world/latest"), as: UTF8.self)
    #expect(log.contains("Emerging binary") && !log.contains("Compiling"))
  },
]

@Suite struct EditTests {
  @Test(
    "an edit makes run what it must, and emerge build what it must, and nothing else",
    arguments: sample(of: edits, oneIn: 3))
  func edit(_ edit: Edit) async throws {
    let tree = try await ImageTree()
    let before = try ["sysroot", "rootfs"].map { try tree.builds(in: $0) }
    // Keeps the answer, which the edit must shake.
    #expect(try tree.sysbuild(["image"]).output == "image: up to date\n")
    try edit.change(tree)

    let files = try tree.listing()
    let preview = try tree.sysbuild(["--dry-run"])
    #expect(preview.status == 0)
    #expect(try tree.listing() == files, "the dry run wrote something")
    for words in edit.explains { #expect(preview.output.contains(words), "\(preview.output)") }
    let foreseen = edit.packages == nil ? nil : try tree.foreseen()
    let log = try mergesInSysroot(tree)

    let build = try tree.sysbuild(["-j1", "image"])
    try #require(build.status == 0, "\(build.output)")
    let ran = ImageTree.ran(build.output)
    if let runs = edit.runs { #expect(ran == runs, "\(build.output)") }
    #expect(Set(ran).isSuperset(of: edit.atLeast) && Set(ran).isDisjoint(with: edit.not), "\(build.output)")
    let stale = ImageTree.named("stale", in: preview.output)
    let pending = ImageTree.named("pending", in: preview.output)
    #expect(Set(ran).isSuperset(of: stale) && Set(ran).isSubset(of: stale + pending), "\(preview.output)")
    if let expected = edit.packages, let foreseen {
      #expect(foreseen.problems == [:])
      for (root, old, expected) in [
        ("sysroot", before[0], expected.sysroot), ("rootfs", before[1], expected.rootfs),
      ] {
        let changes = PackageChanges.between(old, try tree.builds(in: root))
        #expect(changes == expected ?? old.keys.sorted().map { "~" + $0 }, "\(build.output)")
        #expect(foreseen.allow(changes, in: root), "\(build.output)")
        if root == "rootfs" { continue }
        // Nothing is merged only to be what it was.
        let merged = try mergesInSysroot(tree).dropFirst(log.count).sorted()
        #expect(merged == changes.filter { !$0.hasPrefix("-") }.map { String($0.dropFirst()) })
      }
    }
    try edit.check(tree)

    let again = try tree.sysbuild(["image"])
    #expect(again.status == 0 && again.output == "image: up to date\n", "\(again.output)")
  }

  @Test("the tree is the same through a link")
  func aLinkToTheTree() async throws {
    let tree = try await ImageTree()
    let link = tree.folder / "link"
    try File.remove(link, missingIsFine: true)
    try File.symlink("source", at: link)
    #expect(try tree.sysbuild(["-C", "\(link)", "image"]).output == "image: up to date\n")
  }

  /// The packages that emerge says it has merged there, by its own log.
  private func mergesInSysroot(_ tree: ImageTree) throws -> [String] {
    let log = String(decoding: try File.read(tree.build / "portage-logs/emerge.log"), as: UTF8.self)
    return log.split(separator: "\n").compactMap { line in
      guard line.contains("::: completed emerge"), line.hasSuffix("/sysroot/") else {
        return nil
      }
      return line.split(separator: ")").last?.split(separator: " ").first.map(String.init)
    }
  }
}
