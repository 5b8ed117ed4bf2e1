import Glibc
import Platform
import TestSupport
import Testing

/// What firmware boots, taken apart by programs that others have written. Tests/disk boots it.
@Suite(.enabled(if: getuid() == 0)) struct DiskTests {
  @Test("a disk has the program of the firmware, a guarded root and an empty slot, the same bytes each time")
  func disk() async throws {
    let tree = try await ImageTree()
    try define(tree)
    let formats = ["squashfs", "verity", "initramfs", "uki", "esp", "disk"]
    let setting = "IMAGES=\(formats.joined(separator: " "))"
    let built = try tree.sysbuild([setting, "image"])
    #expect(built.status == 0, "\(built.output)")
    #expect(
      Set(ImageTree.ran(built.output)) == Set(["resolution", "rootfs", "image"] + formats),
      "\(built.output)")
    #expect(try tree.sysbuild([setting, "image"]).output == "image: up to date\n")
    func shell(_ text: String) throws -> String {
      try tree.run(["sh", "-c", "cd \(tree.images) && \(text)"])
    }
    _ = try shell("sha256sum --check --quiet SHA256SUMS")

    // The program.
    #expect(try shell("mcopy -n -i esp.vfat ::/EFI/BOOT/BOOTX64.EFI - | cmp - linux.efi") == "")
    func section(_ name: String) throws -> String {
      try shell("objcopy -O binary --only-section=.\(name) linux.efi section; cat section; rm section")
    }
    let hash = try shell("cat rootfs.roothash").dropLast()
    #expect(try section("cmdline") == "console=ttyS0 quiet roothash=\(hash)")
    #expect(try section("osrel") == "ID=tiny\n")
    #expect(try section("linux") == "CONFIG_TINY=y\n")
    #expect(
      try shell("objcopy -O binary --only-section=.initrd linux.efi i; cmp i initramfs.cpio.zst; rm i") == "")
    let early = try shell("zstd -dc initramfs.cpio.zst | cpio -tvn --quiet").split(separator: "\n")
    #expect(early.contains { $0.hasPrefix("-rwxr-xr-x") && $0.hasSuffix("/init") }, "\(early)")
    #expect(early.contains { $0.hasSuffix("usr/share/versions/buildtool") }, "\(early)")
    #expect(!early.contains { $0.hasSuffix("usr/share/versions/leaf") }, "\(early)")
    // It is part of what is shipped.
    for bill in ["sbom.spdx.json", "sbom.cdx.json"] {
      #expect(try shell("cat \(bill)").contains("pkg:ebuild/dev-util/buildtool@1"), "\(bill)")
      #expect(try shell("cat \(bill)").contains(/pkg:generic\/systemd@\d/), "\(bill)")
    }

    // The partitions.
    let table = try shell("partx --raw --noheadings --output NAME,TYPE,START disk.raw").lowercased()
    let types = [
      ("esp-a", "C12A7328-F81F-11D2-BA4B-00A0C93EC93B"), ("root-a", "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709"),
      ("verity-a", "2C7357ED-EBD2-46D9-AEC1-23D437EC2BF5"), ("root-b", "4F68BCE3-E8CD-4DB1-96E7-FBCAF984B709"),
    ]
    for (label, type) in types {
      #expect(table.contains("\(label) \(type.lowercased()) "), "\(table)")
    }
    func partition(_ label: String, _ file: String) throws -> String {
      try shell(
        """
        set -- $(partx --show --noheadings --output START,NAME disk.raw | sed -n 's/ \(label)$//p')
        tail -c +$(($1 * 512 + 1)) disk.raw | head -c $(stat -c %s \(file)) | cmp - \(file)
        """)
    }
    for (label, file) in [
      ("esp-a", "esp.vfat"), ("root-a", "rootfs.squashfs"), ("verity-a", "rootfs.verity"),
    ] {
      #expect(try partition(label, file) == "", "\(label)")
    }

    // The hashes find a changed bit anywhere.
    let verify = "/sbin/veritysetup verify changed rootfs.verity \(hash)"
    _ = try shell("cp rootfs.squashfs changed && \(verify)")
    var generator = SeededGenerator(seed: runSeed)
    for _ in 0..<5 {
      var content = try File.read(tree.images / "rootfs.squashfs")
      let place = Int.random(in: content.indices, using: &generator)
      content[place] ^= 1 << UInt8.random(in: 0..<8, using: &generator)
      try File.write(content, to: tree.images / "changed")
      #expect(try shell("! \(verify) 2>&1").contains("Verification"), "seed \(runSeed): byte \(place)")
    }
    try File.remove(tree.images / "changed")

    // The same from nothing.
    let names =
      formats.flatMap { $0 == "verity" ? ["rootfs.verity", "rootfs.roothash"] : [] }
      + ["initramfs.cpio.zst", "linux.efi", "esp.vfat", "disk.raw"]
    let sums = try shell("cat SHA256SUMS")
    _ = try shell("cd ../O && rm \(names.joined(separator: " ")) ../images/disk.raw")
    let again = try tree.sysbuild([setting, "image"])
    #expect(again.status == 0 && ImageTree.ran(again.output).contains("disk"), "\(again.output)")
    #expect(try shell("cat SHA256SUMS") == sums)

    // A change of the root goes as far as it matters: the initramfs stays.
    try tree.write("profiles/tiny/overlay/etc/motd", "hello\n")
    let changed = try tree.sysbuild([setting, "image"])
    #expect(
      ImageTree.ran(changed.output)
        == ["rootfs", "squashfs", "verity", "uki", "esp", "disk", "image"], "\(changed.output)")
  }

  @Test("what is signed has the signature of the certificate, and keys stay out of the source tree")
  func signatures() async throws {
    let tree = try await ImageTree()
    try define(tree)
    func key(_ name: String) throws -> [String] {
      let path = "\(tree.folder)/\(name)"
      try tree.run([
        "openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "\(path).key", "-out",
        "\(path).pem",
        "-days", "2", "-subj", "/CN=\(name)",
      ])
      return ["\(path).key", "\(path).pem"]
    }
    let (boot, update) = (try key("boot"), try key("update"))
    defer { for path in boot + update { try? File.remove(Path(path)) } }
    let settings = [
      "IMAGES=uki bundle", "SECURE_BOOT_KEY=\(boot[0])", "SECURE_BOOT_CERTIFICATE=\(boot[1])",
      "BUNDLE_KEY=\(update[0])", "BUNDLE_CERTIFICATE=\(update[1])",
    ]
    let built = try tree.sysbuild(settings + ["image"])
    #expect(built.status == 0, "\(built.output)")
    let (program, bundle) = ("\(tree.images)/linux.efi", "\(tree.images)/bundle.raucb")
    #expect(try tree.run(["sbverify", "--cert", boot[1], program]).contains("Signature verification OK"))
    #expect(try tree.output(["sbverify", "--cert", update[1], program]).status != 0)
    let facts = try tree.run(["rauc", "info", "--keyring=\(update[1])", "--output-format=shell", bundle])
    #expect(
      facts.contains("RAUC_MF_COMPATIBLE='tiny'") && facts.contains("RAUC_IMAGE_NAME_0='rootfs.squashfs.img'"),
      "\(facts)")
    let digest = try tree.run(["sh", "-c", "sha256sum <\(tree.build)/rootfs.squashfs"]).prefix(64)
    #expect(facts.contains("RAUC_IMAGE_DIGEST_0='\(digest)'"), "\(facts)")
    #expect(try tree.output(["rauc", "info", "--keyring=\(boot[1])", bundle]).status != 0)

    // Another key for the same certificate's file is no reason to sign; another certificate is.
    try tree.run(["sh", "-c", "cp \(boot[0]) \(boot[0]).copy && mv \(boot[0]).copy \(boot[0])"])
    #expect(try tree.sysbuild(settings + ["image"]).output == "image: up to date\n")
    _ = try key("boot")
    #expect(ImageTree.ran(try tree.sysbuild(settings + ["image"]).output) == ["uki", "esp", "bundle", "image"])

    for (settings, message) in [
      (["IMAGES=uki", settings[1]], "command line: SECURE_BOOT_KEY is set and SECURE_BOOT_CERTIFICATE is not"),
      (
        ["IMAGES=uki", "SECURE_BOOT_KEY=keys/db.key", settings[2]],
        "command line: SECURE_BOOT_KEY is '\(tree.source)/keys/db.key', which lies in the source tree: move the key to a"
      ),
      (
        ["IMAGES=bundle"],
        "command line: IMAGES has 'bundle', which is signed: set BUNDLE_KEY and BUNDLE_CERTIFICATE"
      ),
      (
        ["IMAGES=disk"],
        "command line: IMAGES has 'disk', and nothing says what is in it: write definitions of partitions "
          + "(repart.d(5)) to profiles/tiny/repart.d"
      ),
    ] {
      if settings == ["IMAGES=disk"] { try tree.run(["rm", "-r", "\(tree.source)/profiles/tiny/repart.d"]) }
      let refused = try tree.sysbuild(settings + ["image"])
      #expect(refused.status == 2 && refused.output.hasPrefix("sysbuild: \(message)"), "\(refused.output)")
    }
    try tree.run(["rm", "\(tree.source)/sets/tiny/initramfs.packages"])
    let refused = try tree.sysbuild(["IMAGES=initramfs", "image"])
    #expect(refused.output.contains("write sets/tiny/initramfs.packages"), "\(refused.output)")
  }

  /// What a variant needs for a disk with a guarded root.
  private func define(_ tree: ImageTree) throws {
    try tree.write("sets/tiny/initramfs.packages", "sys-apps/baselayout\ndev-util/buildtool\n")
    try tree.write("profiles/tiny/initramfs/init", "#!/bin/sh\n")
    try tree.run(["chmod", "755", "\(tree.source)/profiles/tiny/initramfs/init"])
    // An image of one block has no hashes above it.
    try tree.run(["sh", "-c", "head -c 40000 /dev/urandom >\(tree.source)/profiles/tiny/overlay/etc/noise"])
    try tree.write("profiles/tiny/kernel.cmdline", "console=ttyS0 # the first\n\n# none\nquiet\n")
    try tree.write("profiles/tiny/overlay/etc/os-release", "ID=tiny\n")
    for (name, text) in [
      ("10-esp", "Type=esp\nLabel=esp-a\nCopyBlocks=/esp.vfat\n"),
      ("20-root", "Type=root\nLabel=root-a\nCopyBlocks=/rootfs.squashfs\n"),
      ("30-verity", "Type=root-verity\nLabel=verity-a\nCopyBlocks=/rootfs.verity\n"),
      ("40-root", "Type=root-x86-64\nLabel=root-b\nSizeMinBytes=16M\n"),
    ] {
      try tree.write("profiles/tiny/repart.d/\(name).conf", "[Partition]\n\(text)")
    }
    try tree.write(
      "profiles/tiny/bundle.manifest",
      "[update]\ncompatible=tiny\nversion=1\n[bundle]\nformat=verity\n[image.rootfs]\nfilename=rootfs.squashfs.img\n"
    )
  }
}
