import Glibc
import Platform
import TestSupport
import Testing

/// The forms in which the root file system is published, read by programs that others have written.
@Suite(.enabled(if: getuid() == 0)) struct FormatTests {
  @Test(
    "each format has the files with owners, modes and capabilities, and the same bytes from another copy of the root"
  )
  func formats() async throws {
    let tree = try await ImageTree()
    try tree.write("profiles/tiny/overlay/etc/two words", "x\n")
    try tree.run(["sh", "-c", "cd \(tree.source)/profiles/tiny/overlay/etc && ln 'two words' words"])
    try tree.write(
      "profiles/tiny/pseudo-files",
      """
      /etc/hostname m 4640 70 71
      /etc/hostname x security.capability=cap_chown=ep
      /etc/link s 777 70 71 hostname

      """)
    let all = ["squashfs", "erofs", "ext4", "tar", "cpio", "oci"]
    let setting = "IMAGES=\(all.joined(separator: " "))"
    let built = try tree.sysbuild([setting, "image"])
    #expect(built.status == 0, "\(built.output)")
    #expect(Set(ImageTree.ran(built.output)) == Set(["rootfs", "image"] + all), "\(built.output)")
    #expect(try tree.sysbuild([setting, "image"]).output == "image: up to date\n")
    let (images, root) = ("\(tree.images)", "\(tree.folder)/unpacked")
    try tree.run(["sh", "-c", "cd \(images) && sha256sum --check --quiet SHA256SUMS"])

    // The archives.
    for (file, list) in [
      ("rootfs.tar.zst", "tar --zstd -tvf"),
      ("rootfs.cpio.zst", "zstd -dc rootfs.cpio.zst | cpio -tvn --quiet;:"),
    ] {
      let lines = try tree.run(["sh", "-c", "cd \(images) && \(list) \(file)"]).split(separator: "\n")
      func line(_ name: String) -> String {
        lines.first { $0.hasSuffix(" ./\(name)") || $0.hasSuffix(" \(name)") }.map(String.init) ?? "none"
      }
      #expect(line("etc/hostname").hasPrefix("-rwSr-----") || line("etc/hostname").hasPrefix("-rwsr-----"))
      #expect(line("etc/hostname").contains(/70\D+71/), "\(lines)")
      #expect(line("etc/two words") != "none" && line("usr/share/versions/leaf") != "none", "\(lines)")
      #expect(!lines.contains { $0.contains("var/db") || $0.contains("var/cache") }, "\(lines)")
    }
    // Both of a file with two names.
    for name in ["two words", "words"] {
      let unpack = "zstd -dc rootfs.cpio.zst | cpio -i --quiet --to-stdout './etc/\(name)'"
      #expect(try tree.run(["sh", "-c", "cd \(images) && \(unpack)"]) == "x\n", "\(name)")
    }
    let layer = try tree.run([
      "sh", "-c",
      "mkdir \(root) && tar -xf \(images)/rootfs.oci.tar -C \(root) && skopeo inspect oci:\(root):latest && rm -r \(root)",
    ])
    #expect(layer.contains("\"Created\": \"1970-01-01T00:00:00Z\""), "\(layer)")

    // Those that are mounted. fsck.erofs unpacks without the special bits of modes.
    for (name, mode, unpack) in [
      ("squashfs", "4640", "unsquashfs -quiet -no-progress -dest \(root) \(images)/rootfs.squashfs"),
      ("erofs", "640", "mkdir \(root) && fsck.erofs --extract=\(root) \(images)/rootfs.erofs"),
    ] {
      try tree.run(["sh", "-c", unpack])
      let facts = try tree.run([
        "stat", "-c", "%a %u %g", "\(root)/etc/hostname", "\(root)/etc/link", "\(root)/usr",
      ])
      #expect(facts == "\(mode) 70 71\n777 70 71\n755 0 0\n", "\(name)")
      #expect(!File.exists(Path("\(root)/var/db")) && !File.exists(Path("\(root)/var/cache")), "\(name)")
      #expect(try File.read(Path("\(root)/etc/two words")) == Array("x\n".utf8), "\(name)")
      if name == "squashfs" {
        #expect(
          try File.extendedAttributes(Path("\(root)/etc/hostname")).map(\.name) == ["security.capability"])
      }
      try Directory.removeTree(Path(root))
    }
    // It prints no special bits of modes.
    let facts = try tree.run(["dump.erofs", "--path=/etc/hostname", "\(images)/rootfs.erofs"])
    #expect(facts.contains("Access: 0640/") && facts.contains(/Xattr size: [1-9]/), "\(facts)")
    func debugfs(_ command: String) throws -> String {
      try tree.run(["/sbin/debugfs", "-R", command, "\(images)/rootfs.ext4"])
    }
    let stat = try debugfs("stat /etc/hostname")
    #expect(stat.contains("Mode:  04640") && stat.contains(/User: +70 +Group: +71/), "\(stat)")
    #expect(stat.contains("security.capability (20)"), "\(stat)")
    #expect(!(try debugfs("ls /var")).contains("db"))
    try tree.run(["/sbin/e2fsck", "-fn", "\(images)/rootfs.ext4"])

    // The same from a copy, with other inodes and times.
    try tree.run([
      "sh", "-c",
      "cp -a \(tree.build)/rootfs \(root) && find \(root) -exec touch -h -d '2001-01-01' {} + && touch \(root)/etc",
    ])
    for name in all.dropFirst() {
      let file =
        ["tar", "cpio"].contains(name)
        ? "rootfs.\(name).zst" : name == "oci" ? "rootfs.oci.tar" : "rootfs.\(name)"
      try tree.run([
        "env", "PATH=/usr/sbin:/usr/bin:/sbin:/bin", "\(tree.source)/hosts/format", name, root,
        "\(tree.folder)/again",
      ])
      #expect(try File.read(tree.folder / "again") == File.read(tree.images / Path(file)), "\(name)")
    }
    try Directory.removeTree(Path(root))
    try File.remove(tree.folder / "again")
  }

  @Test("archives have device nodes, and what cannot have them says so")
  func deviceNodes() async throws {
    let tree = try await ImageTree()
    try tree.write("profiles/tiny/pseudo-files", "/dev d 755 0 0\n/dev/vda b 660 0 6 254 3\n")
    let built = try tree.sysbuild(["IMAGES=tar cpio", "image"])
    #expect(built.status == 0, "\(built.output)")
    for list in ["tar --zstd -tvf rootfs.tar.zst", "zstd -dc rootfs.cpio.zst | cpio -tvn --quiet"] {
      let lines = try tree.run(["sh", "-c", "cd \(tree.images) && \(list)"])
      #expect(lines.contains(/brw-rw---- .*0.*6 .*254, *3 .*dev\/vda/), "\(lines)")
    }
    let refused = try tree.sysbuild(["IMAGES=erofs", "image"])
    #expect(refused.status == 2, "\(refused.output)")
    #expect(
      refused.output.contains("format: erofs images get no device nodes: leave them out of pseudo-files"),
      "\(refused.output)")
    let unknown = try tree.sysbuild(["IMAGES=squash", "image"])
    #expect(
      unknown.status == 2
        && unknown.output.hasPrefix(
          "sysbuild: command line: IMAGES has 'squash', which is no format of an image; did you mean 'squashfs'?"
        ),
      "\(unknown.output)")
  }
}
