import Platform
import Testing

@Suite struct ModuleTests {
  @Test("the image has the kernel's modules if the last kernel.config says so")
  func modules() async throws {
    let tree = try await ImageTree()
    try tree.append(
      "              mkdir -p ${O}/kernel/modules/lib/modules/6.1\n"
        + "              cp profiles/tiny/kernel.config ${O}/kernel/modules/lib/modules/6.1/dummy.ko\n",
      to: "profiles/tiny/targets.conf")
    try tree.append("CONFIG_MODULES=y\n", to: "profiles/tiny/kernel.config")
    let built = try tree.sysbuild(["image"])
    #expect(built.status == 0, "\(built.output)")
    #expect(Set(ImageTree.ran(built.output)) == ["kernel", "rootfs", "squashfs", "image"], "\(built.output)")
    // Where /lib leads.
    let isLink = (try? FileStatus(tree.build / "rootfs/lib"))?.kind == .symbolicLink
    let path = (isLink ? "usr/" : "") + "lib/modules/6.1/dummy.ko"
    let listed = try tree.run(["unsquashfs", "-lls", "\(tree.images)/rootfs.squashfs"])
    #expect(listed.contains("squashfs-root/\(path)\n"), "\(listed)")
    let owner = try tree.sysbuild(["owns", "dummy.ko"]).output
    #expect(owner.contains("/\(path)") && owner.contains("the kernel\n"), "\(owner)")

    try tree.append("# CONFIG_MODULES is not set\n", to: "profiles/tiny/kernel.config")
    #expect(try tree.sysbuild(["image"]).status == 0)
    #expect(!File.exists(tree.build / "rootfs/\(path)"))
  }
}
