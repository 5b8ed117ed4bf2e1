import Platform
import Testing

@Suite struct SquashfsTests {
  @Test("the variant says how the image is compressed, and nothing else is made anew for it")
  func compression() async throws {
    let tree = try await ImageTree()
    for (settings, lines) in [
      (["SQUASHFS_COMPRESSION=gzip", "SQUASHFS_LEVEL=1"], ["Compression gzip", "compression-level 1"]),
      (["SQUASHFS_COMPRESSION=lz4"], ["Compression lz4"]),
    ] {
      let build = try tree.sysbuild(settings + ["image"])
      #expect(build.status == 0, "\(build.output)")
      #expect(ImageTree.ran(build.output) == ["squashfs", "image"], "\(build.output)")
      let facts = try tree.run(["unsquashfs", "-stat", "\(tree.images)/rootfs.squashfs"])
      for line in lines { #expect(facts.contains(line), "\(facts)") }
    }
    let unknown = try tree.sysbuild(["SQUASHFS_COMPRESSION=zstdd", "image"])
    #expect(unknown.status == 2, "\(unknown.output)")
    #expect(unknown.output.contains("Compressor \"zstdd\" is not supported"), "\(unknown.output)")
  }
}
