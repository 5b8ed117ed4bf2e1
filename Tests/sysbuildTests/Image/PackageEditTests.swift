import Platform
import Testing

@testable import PortageFiles
@testable import TextKit

/// What an edit makes emerge build, install and remove, package by package, as the databases of the sysroot and the
/// destination root tell before and after. Portage by itself sees the first half of these edits.
struct PackageEdit: CustomTestStringConvertible, Sendable {
  let testDescription: String
  /// `+` there now, `-` gone, `~` built anew; nil for all that was there, built anew.
  let sysroot: [String]?
  let rootfs: [String]?
  let change: @Sendable (ImageTree) throws -> Void
  let check: @Sendable (ImageTree) throws -> Void

  /// - Parameter both: for the sysroot and the destination root.
  init(
    _ description: String, both: [String]?, _ change: @escaping @Sendable (ImageTree) throws -> Void,
    check: @escaping @Sendable (ImageTree) throws -> Void = { _ in }
  ) {
    self.init(description, sysroot: both, rootfs: both, change, check: check)
  }

  init(
    _ description: String, sysroot: [String]?, rootfs: [String]?,
    _ change: @escaping @Sendable (ImageTree) throws -> Void,
    check: @escaping @Sendable (ImageTree) throws -> Void = { _ in }
  ) {
    testDescription = description
    self.sysroot = sysroot
    self.rootfs = rootfs
    self.change = change
    self.check = check
  }
}

private let repository = "profiles/tiny/repository"
private let configuration = "profiles/tiny/target/etc/portage"
private let leaf = "\(repository)/app-misc/leaf/leaf-1.ebuild"

private let packageEdits = [
  PackageEdit("a version and a slot given to an atom", both: []) { tree in
    try tree.write("sets/tiny/build.packages", "=app-misc/leaf-1\ndev-util/buildtool:0\n")
  },
  PackageEdit("an atom added", sysroot: ["+app-misc/extra-1"], rootfs: []) { tree in
    try tree.append("app-misc/extra", to: "sets/tiny/build.packages")
  },
  PackageEdit("an atom removed", sysroot: ["-dev-util/buildtool-1"], rootfs: []) { tree in
    try tree.removeLine("dev-util/buildtool", from: "sets/tiny/build.packages")
  },
  PackageEdit("a USE flag", both: ["~app-misc/leaf-1"]) { tree in
    try tree.append("app-misc/leaf colour", to: "\(configuration)/package.use/leaf")
  },
  PackageEdit("a revision bump", both: ["-app-misc/leaf-1", "+app-misc/leaf-1-r1"]) { tree in
    try File.rename(tree.source / leaf, to: tree.source / "\(repository)/app-misc/leaf/leaf-1-r1.ebuild")
  },
  PackageEdit("an ebuild edited in place", both: ["~app-misc/leaf-1"]) { tree in
    try tree.write(leaf, tree.read(leaf).replacing("${P} USE=", with: "${P} edited, USE="))
  } check: { tree in
    let file = try File.read(tree.build / "rootfs/usr/share/versions/leaf")
    #expect(String(decoding: file, as: UTF8.self).contains("edited"))
  },
  PackageEdit("an ebuild's slot, without a revision", both: ["~app-misc/leaf-1"]) { tree in
    try tree.write(leaf, tree.read(leaf).replacing("SLOT=\"0\"", with: "SLOT=\"2/2.1\""))
  },
  PackageEdit("a file beside an ebuild", both: ["~app-misc/leaf-1"]) { tree in
    try tree.write("\(repository)/app-misc/leaf/files/x/y", "z")
  },
  PackageEdit("another version's ebuild, which is masked", both: []) { tree in
    try tree.write(
      "\(repository)/app-misc/leaf/leaf-2.ebuild", tree.read(leaf).replacing("\"amd64\"", with: "\"~amd64\""))
  },
  PackageEdit("an eclass", sysroot: [], rootfs: ["~app-misc/greeting-1"]) { tree in
    try tree.append("# changed", to: "\(repository)/eclass/versions.eclass")
  },
  PackageEdit("CFLAGS in make.conf", both: nil) { tree in
    try tree.append("CFLAGS=\"-O3\"", to: "\(configuration)/make.conf")
  },
  PackageEdit("MAKEOPTS in make.conf", both: []) { tree in
    try tree.append("MAKEOPTS=\"-j3\"", to: "\(configuration)/make.conf")
  },
  PackageEdit("package.env and its file", both: ["~app-misc/leaf-1"]) { tree in
    try tree.write("\(configuration)/env/debug", "CFLAGS=\"-g\"\n")
    try tree.write("\(configuration)/package.env", "app-misc/leaf debug\n")
  },
  PackageEdit("what a file of package.env sources", both: ["~app-misc/leaf-1"]) { tree in
    try tree.write("\(configuration)/flags/lto", "LDFLAGS=\"-Wl,-O2\"\n")
  },
  PackageEdit("what a hook sources", both: nil) { tree in
    try tree.append("export CHANGED=1", to: "\(configuration)/bashrc.d/10-hook.sh")
  },
  PackageEdit(
    "an ebuild behind a link that leads out of the repository", sysroot: [], rootfs: ["~app-misc/greeting-1"]
  ) { tree in
    try tree.append("# changed", to: "profiles/tiny/linked/greeting-1.ebuild")
  },
  PackageEdit("a patch", both: ["~app-misc/leaf-1"]) { tree in
    try tree.write(
      "\(configuration)/patches/app-misc/leaf-1/x.patch", "--- /dev/null\n+++ b/new\n@@ -0,0 +1 @@\n+x\n")
  },
  PackageEdit("another toolchain", both: nil) { tree in
    let script = "hosts/debian/toolchain"
    try tree.write(script, tree.read(script).replacing("printf '#!/bin/sh\\n", with: "printf '#!/bin/sh -e\\n"))
  },
]

extension EditTests {
  @Test("an edit makes emerge build the packages concerned, and no other", arguments: packageEdits)
  func packages(_ edit: PackageEdit) async throws {
    let tree = try await ImageTree()
    let before = try ["sysroot", "rootfs"].map { try tree.builds(in: $0) }
    try edit.change(tree)
    let preview = try tree.foreseen()
    #expect(preview.problems == [:])
    let log = try mergesInSysroot(tree)
    let build = try tree.sysbuild(["image"])
    try #require(build.status == 0, "\(build.output)")
    // Nothing is merged only to be what it was.
    let merged = try mergesInSysroot(tree).dropFirst(log.count).sorted()
    #expect(merged == preview.sysroot.filter { !$0.hasPrefix("-") }.map { String($0.dropFirst()) })
    let after = try ["sysroot", "rootfs"].map { try tree.builds(in: $0) }
    #expect(preview.sysroot == PackageChanges.between(before[0], after[0]), "\(build.output)")
    #expect(preview.rootfs == PackageChanges.between(before[1], after[1]), "\(build.output)")
    for (place, expected) in [edit.sysroot, edit.rootfs].enumerated() {
      let all = before[place].keys.sorted().map { "~" + $0 }
      #expect(PackageChanges.between(before[place], after[place]) == expected ?? all, "\(build.output)")
    }
    try edit.check(tree)
    #expect(try tree.sysbuild(["image"]).output == "image: up to date\n")
  }

  /// The packages that emerge says it has merged there, by its own log.
  private func mergesInSysroot(_ tree: ImageTree) throws -> [String] {
    let log = String(decoding: try File.read(tree.build / "portage-logs/emerge.log"), as: UTF8.self)
    return log.split(separator: "\n").compactMap { line in
      guard line.contains("::: completed emerge"), line.hasSuffix(" to \(tree.build)/sysroot/") else {
        return nil
      }
      return line.split(separator: ")").last?.split(separator: " ").first.map(String.init)
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
