import Platform
import Testing

/// What an edit of the source tree or of O makes run, with real Portage: each edit starts from a build in
/// which everything is fresh.
struct Edit: CustomTestStringConvertible, Sendable {
  let testDescription: String
  /// The targets that run, in the order they end; nil where only `atLeast` and `not` are said.
  var runs: [String]?
  var atLeast: [String] = []
  var not: [String] = []
  /// Words that the dry run's explanation must have.
  var explains: [String] = []
  let change: @Sendable (ImageTree) throws -> Void
  var check: @Sendable (ImageTree) throws -> Void = { _ in }

  init(
    _ description: String, runs: [String]? = nil, atLeast: [String] = [], not: [String] = [],
    explains: [String] = [], _ change: @escaping @Sendable (ImageTree) throws -> Void,
    check: @escaping @Sendable (ImageTree) throws -> Void = { _ in }
  ) {
    testDescription = description
    self.runs = runs
    self.atLeast = atLeast
    self.not = not
    self.explains = explains
    self.change = change
    self.check = check
  }
}

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
    let configuration = "profiles/tiny/target/etc/portage"
    for name in [
      "README", "make.conf.old", "repo.postsync.d/x", "repos.conf", "package.use.mask", "env/unnamed",
    ] {
      try tree.write("\(configuration)/\(name)", "app-misc/leaf colour\n")
    }
    try tree.append("# why", to: "\(configuration)/env/lto.conf")
    try tree.append("# why", to: "\(configuration)/package.env")
    for name in ["news/2026-11-25-x/x.en.txt", "glsa/glsa-1.xml", "timestamp.chk"] {
      try tree.write("profiles/tiny/repository/metadata/\(name)", "x\n")
    }
  },
  Edit(
    "an atom added to install.packages, already in build.packages", runs: ["rootfs", "squashfs", "image"],
    explains: ["sets/install.packages changed: dev-util/buildtool added (sets/tiny/install.packages:2)"]
  ) { tree in
    try tree.append("dev-util/buildtool", to: "sets/tiny/install.packages")
  } check: { tree in
    try tree.expect("dev-util/buildtool", in: "rootfs")
  },
  Edit(
    "an atom added to installonly.packages", runs: ["rootfs", "squashfs", "image"],
    explains: ["app-misc/extra added"]
  ) { tree in
    try tree.append("app-misc/extra", to: "sets/tiny/installonly.packages")
  } check: { tree in
    try tree.expect("app-misc/extra", in: "rootfs")
    try tree.expect("app-misc/extra", in: "sysroot", isThere: false)
  },
  Edit(
    "an atom added to build.packages", runs: ["world", "rootfs"], explains: ["app-misc/extra added"]
  ) { tree in
    try tree.append("app-misc/extra", to: "sets/tiny/build.packages")
  } check: { tree in
    try tree.expect("app-misc/extra", in: "sysroot")
    try tree.expect("app-misc/extra", in: "rootfs", isThere: false)
  },
  Edit(
    "an atom removed from build.packages and install.packages",
    runs: ["world", "rootfs", "squashfs", "image"],
    explains: [
      "app-misc/leaf removed (sets/tiny/build.packages:1)",
      "app-misc/leaf removed (sets/tiny/install.packages:1)",
    ]
  ) { tree in
    try tree.removeLine("app-misc/leaf", from: "sets/tiny/build.packages")
    try tree.removeLine("app-misc/leaf", from: "sets/tiny/install.packages")
  } check: { tree in
    try tree.expect("app-misc/leaf", in: "sysroot", isThere: false)
    try tree.expect("app-misc/leaf", in: "rootfs", isThere: false)
  },
  Edit(
    "a USE flag set in the target's package.use",
    runs: ["base", "world", "rootfs", "squashfs", "image"],
    explains: ["app-misc/leaf colour", "package.use/leaf:"]
  ) { tree in
    try tree.append("app-misc/leaf colour", to: "profiles/tiny/target/etc/portage/package.use/leaf")
  } check: { tree in
    try tree.expect("app-misc/leaf-1", in: "sysroot", use: "colour")
    try tree.expect("app-misc/leaf-1", in: "rootfs", use: "colour")
  },
  Edit(
    "a file deleted from the bootstrap configuration", atLeast: ["libcap", "base"],
    not: ["host-tools", "toolchain", "kernel"], explains: ["package.use/libcap"]
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
  @Test("an edit makes run what it must, and nothing else", arguments: edits)
  func edit(_ edit: Edit) async throws {
    let tree = try await ImageTree()
    // Keeps the answer, which the edit must shake.
    #expect(try tree.sysbuild(["image"]).output == "image: up to date\n")
    try edit.change(tree)

    let before = try tree.listing()
    let preview = try tree.sysbuild(["--dry-run"])
    #expect(preview.status == 0)
    let after = try tree.listing()
    #expect(after == before, "the dry run wrote something")
    for words in edit.explains { #expect(preview.output.contains(words), "\(preview.output)") }

    let build = try tree.sysbuild(["-j1", "image"])
    #expect(build.status == 0, "\(build.output)")
    let ran = ImageTree.ran(build.output)
    if let runs = edit.runs { #expect(ran == runs, "\(build.output)") }
    #expect(Set(ran).isSuperset(of: edit.atLeast) && Set(ran).isDisjoint(with: edit.not), "\(build.output)")
    let stale = ImageTree.named("stale", in: preview.output)
    let pending = ImageTree.named("pending", in: preview.output)
    #expect(Set(ran).isSuperset(of: stale) && Set(ran).isSubset(of: stale + pending), "\(preview.output)")
    try edit.check(tree)

    let again = try tree.sysbuild(["image"])
    #expect(again.status == 0 && again.output == "image: up to date\n", "\(again.output)")
  }

  @Test("a recipe cannot write to the source tree, and neither can what it calls")
  func sourceTreeIsReadOnly() async throws {
    let tree = try await ImageTree()
    try tree.append("[extend kernel]\nrun = sh -c 'rm -rf ./*'", to: "profiles/tiny/targets.conf")
    let before = try tree.run(["ls", "-lR", "\(tree.source)"])
    let build = try tree.sysbuild(["kernel"])
    let after = try tree.run(["ls", "-lR", "\(tree.source)"])
    #expect(build.status == 2 && build.output.contains("Read-only file system"), "\(build.output)")
    #expect(before == after)
  }

  @Test("the tree is the same through a link")
  func aLinkToTheTree() async throws {
    let tree = try await ImageTree()
    let link = tree.folder / "link"
    try File.remove(link, missingIsFine: true)
    try File.symlink("source", at: link)
    #expect(try tree.sysbuild(["-C", "\(link)", "image"]).output == "image: up to date\n")
  }

  @Test(
    "an ebuild that no configuration allows",
    arguments: [
      ("EAPI=8", "EAPI=99", "is written for EAPI 99, which this Portage does not know: its newest is EAPI 9"),
      ("RDEPEND=\"", "RDEPEND=\">>x/y ", "has a mistake in RDEPEND: Invalid atom (>>x/y)"),
    ])
  func unbuildableEbuilds(_ old: String, _ new: String, _ message: String) async throws {
    let tree = try await ImageTree()
    let repository = "profiles/tiny/repository/app-misc"
    try tree.write(
      "\(repository)/odd/odd-1.ebuild", tree.read("\(repository)/leaf/leaf-1.ebuild").replacing(old, with: new))
    try tree.append("app-misc/odd", to: "sets/tiny/build.packages")
    let build = try tree.sysbuild(["image"])
    #expect(
      build.status == 2 && build.output.contains("the ebuild of app-misc/odd-1 \(message)"), "\(build.output)")
    #expect(!build.output.contains("package.unmask"))
  }

  @Test("without the bootstrap list emerge's circle is shown, with the log and the way to try again")
  func circularDependencies() async throws {
    let tree = try await ImageTree()
    try tree.write("profiles/tiny/bootstrap.packages", "")
    try Directory.removeTree(tree.build / "sysroot")
    try Directory.removeTree(tree.build / "packages")
    let build = try tree.sysbuild(["image"])
    #expect(build.status == 2)
    for words in [
      "circular dependencies", "sys-libs/libcap", "sys-libs/pam", "bootstrap.packages",
      "log: \(tree.build)/logs/base/", "again: sysbuild",
    ] {
      #expect(build.output.contains(words), "\(build.output)")
    }
  }
}
