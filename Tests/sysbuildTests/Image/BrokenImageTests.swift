import Platform
import Testing

private let repository = "profiles/tiny/repository"
private let leaf = "\(repository)/app-misc/leaf/leaf-1.ebuild"

/// What a build makes of packages where something is missing or fails.
extension EditTests {
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
    // What is installed would satisfy it, but an image must not depend on that.
    let build = try tree.sysbuild(["image"])
    #expect(build.status == 2)
    for words in [
      "circular dependencies", "sys-libs/libcap", "sys-libs/pam", "bootstrap.packages",
      "log: \(tree.build)/logs/resolution/", "again: sysbuild",
    ] {
      #expect(build.output.contains(words), "\(build.output)")
    }
  }

  @Test("what an image is made of is foretold when there is none yet")
  func fromNothing() async throws {
    let tree = try await ImageTree()
    for folder in ["sysroot", "rootfs", "packages", "ingredients", "portage-logs"] {
      try Directory.removeTree(tree.build / folder)
    }
    let preview = try tree.foreseen()
    #expect(preview.problems == [:])
    let build = try tree.sysbuild(["image"])
    #expect(build.status == 0, "\(build.output)")
    #expect(preview.sysroot == PackageChanges.between([:], try tree.builds(in: "sysroot")))
    #expect(preview.rootfs == PackageChanges.between([:], try tree.builds(in: "rootfs")))
  }

  @Test("a binary package that was deleted is made again when the image needs it, from what is installed")
  func aDeletedBinaryPackage() async throws {
    let tree = try await ImageTree()
    let before = try tree.builds(in: "sysroot")
    try Directory.removeTree(tree.build / "packages/app-misc/leaf")
    try Directory.removeTree(tree.build / "rootfs")
    let build = try tree.sysbuild(["image"])
    #expect(build.status == 0, "\(build.output)")
    #expect(ImageTree.ran(build.output) == ["rootfs"], "\(build.output)")
    #expect(try tree.builds(in: "sysroot") == before)
    try tree.expect("app-misc/leaf", in: "rootfs")
  }

  @Test("after a failure and its mending nothing is built again, and the published image stood meanwhile")
  func aFailureInTheMiddle() async throws {
    let tree = try await ImageTree()
    let published = try tree.run(["sha256sum", "\(tree.images)/rootfs.squashfs", "\(tree.images)/SHA256SUMS"])
    let broken = "\(repository)/app-misc/broken/broken-1.ebuild"
    try tree.write(
      broken,
      tree.read(leaf).replacing("sys-apps/util-linux", with: "app-misc/extra")
        + "src_compile() { die; }\n")
    try tree.append("app-misc/broken", to: "sets/tiny/build.packages")
    let failed = try tree.sysbuild(["image"])
    #expect(failed.status == 2 && failed.output.contains("app-misc/broken-1"), "\(failed.output)")
    let between = try tree.builds(in: "sysroot")
    #expect(between["app-misc/extra-1"] != nil && between["app-misc/broken-1"] == nil, "\(failed.output)")
    #expect(
      try tree.run(["sha256sum", "\(tree.images)/rootfs.squashfs", "\(tree.images)/SHA256SUMS"]) == published)
    try tree.write(broken, tree.read(broken).replacing("src_compile() { die; }\n", with: ""))
    let mended = try tree.sysbuild(["image"])
    #expect(mended.status == 0, "\(mended.output)")
    #expect(
      PackageChanges.between(between, try tree.builds(in: "sysroot")) == ["+app-misc/broken-1"],
      "\(mended.output)")
  }
}
