import Glibc
import Platform
import TestSupport
import Testing

/// Owners, modes, capabilities and device nodes of an image: those that packages set, and those of `pseudo-files`.
@Suite(.enabled(if: getuid() == 0)) struct AttributeTests {
  private static let leaf = """

    src_install() {
    	insinto /usr/share/versions
    	newins - ${PN} <<<"${P} USE=${USE}"
    	keepdir /var/lib/leaf
    	exeinto /usr/bin
    	newexe - leaf-run <<<"#!/bin/sh"
    	newexe - leaf-suid <<<"#!/bin/sh"
    	fowners 33:44 /var/lib/leaf /usr/bin/leaf-run
    	fperms 0750 /var/lib/leaf
    	fperms 4711 /usr/bin/leaf-suid
    }
    pkg_postinst() { setcap cap_net_raw=ep "${EROOT}"/usr/bin/leaf-run || die; }
    """

  private func change(_ tree: ImageTree) throws {
    try tree.append(Self.leaf, to: "profiles/tiny/repository/app-misc/leaf/leaf-1.ebuild")
    try tree.write("profiles/tiny/overlay/etc/passwd", "web:x:70:71::/:/bin/false\n")
    try tree.write("profiles/tiny/overlay/etc/group", "www:x:71:\n")
    try tree.write(
      "profiles/tiny/pseudo-files",
      """
      /etc/hostname m 640 web www
      /dev d 755 0 0
      /dev/console c 600 0 0 5 1
      /usr/share/versions/leaf x security.capability=cap_chown=ep

      """)
  }

  @Test("the image has what packages and the variant say, and only what is different makes it anew")
  func image() async throws {
    let tree = try await ImageTree()
    try change(tree)
    #expect(try tree.sysbuild(["image"]).status == 0)
    let listing = try tree.run(["unsquashfs", "-lln", "\(tree.images)/rootfs.squashfs"])
    func line(_ name: String) -> String {
      let line = listing.split(separator: "\n").first { $0.hasSuffix(" squashfs-root/\(name)") }
      return line?.split(separator: " ").prefix(2).joined(separator: " ") ?? "none"
    }
    #expect(line("usr/bin/leaf-run") == "-rwxr-xr-x 33/44")
    #expect(line("usr/bin/leaf-suid") == "-rws--x--x 0/0")
    #expect(line("var/lib/leaf") == "drwxr-x--- 33/44")
    #expect(line("etc/hostname") == "-rw-r----- 70/71")
    #expect(line("etc/passwd") == "-rw-r--r-- 0/0")
    #expect(line("dev/console") == "crw------- 0/0")
    let root = tree.folder / "root"
    try tree.run(["unsquashfs", "-no-progress", "-quiet", "-dest", "\(root)", "\(tree.images)/rootfs.squashfs"])
    let capable = try tree.run(["/sbin/getcap", "-r", "\(root)"]).split(separator: "\n")
    #expect(
      Set(capable) == [
        "\(root)/usr/bin/leaf-run cap_net_raw=ep", "\(root)/usr/share/versions/leaf cap_chown=ep",
      ])
    try Directory.removeTree(root)
    #expect(try tree.sysbuild(["image"]).output == "image: up to date\n")

    // No content is different.
    try tree.edit("profiles/tiny/pseudo-files", "640", "600")
    #expect(ImageTree.ran(try tree.sysbuild(["image"]).output) == ["rootfs", "squashfs", "image"])
    // The provenance of the image names the file.
    try tree.edit("profiles/tiny/pseudo-files", "/etc/hostname", "# The same:\netc/hostname")
    #expect(ImageTree.ran(try tree.sysbuild(["image"]).output) == ["rootfs", "image"])
    // What another file had is gone.
    try File.remove(tree.source / "profiles/tiny/pseudo-files")
    #expect(try tree.sysbuild(["image"]).status == 0)
    #expect(
      try tree.run(["cat", "\(tree.build)/rootfs/var/db/sysbuild/attributes"])
        == """
        tmp\t1777 0 0
        usr/bin/leaf-run\t755 33 44 security.capability=0x0100000200200000000000000000000000000000
        usr/bin/leaf-suid\t4711 0 0
        var/lib/leaf\t750 33 44
        var/tmp\t1777 0 0

        """)
  }

  @Test("a user who is not root builds the same bytes, and can do with them what root can")
  func withoutRoot() async throws {
    let tree = try await ImageTree()
    try change(tree)
    #expect(try tree.sysbuild(["image"]).status == 0)

    // The tree's own folder may be closed to others.
    let folder = try TemporaryFolder()
    let program = try Environment.executable().parent / "sysbuild"
    try tree.run(["cp", "--reflink=auto", "\(program)", "\(folder.path)"])
    try tree.run(["cp", "-a", "\(tree.source)", "\(folder.path)"])
    try folder.write("65534:100000:65536\n", to: "ids")
    try tree.run(["chown", "-R", "65534:65534", "\(folder.path)"])
    let launcher = [
      "unshare", "--mount", "sh", "-c",
      "for file in subuid subgid; do touch /etc/$file; mount --bind \(folder.path)/ids /etc/$file; done; "
        + "exec setpriv --reuid=65534 --regid=65534 --clear-groups \"$@\"", "sh",
    ]
    func sysbuild(_ words: String...) throws -> (status: Int32, output: String) {
      try tree.output(
        launcher + [
          "\(folder.path)/sysbuild", "-C", "\(folder.path)/source", "O=\(folder.path)/O", "VARIANT=tiny",
        ]
          + words)
    }
    let built = try sysbuild("image")
    #expect(built.status == 0, "\(built.output)")
    #expect(
      try File.read(folder.path / "O/images/rootfs.squashfs") == File.read(tree.images / "rootfs.squashfs"))
    // Its user cannot read all of O outside.
    #expect(try sysbuild("image").output == "image: up to date\n")
    #expect(try sysbuild("-q", "image").status == 0)
    let owner = try sysbuild("owns", "usr/bin/leaf-run")
    #expect(owner.status == 0, "\(owner.output)")
    #expect(try sysbuild("clean").status == 0)
    #expect(!File.exists(folder.path / "O/rootfs"))

    // Without ids of its own.
    try folder.write("", to: "ids")
    let refused = try sysbuild("image")
    #expect(
      refused.status == 2 && refused.output.contains("sysbuild: for files of other users"), "\(refused.output)")
    let doctor = try sysbuild("doctor")
    #expect(
      doctor.output.contains("warning  this user can give files of an image to nobody but root\n"),
      "\(doctor.output)")
  }
}
