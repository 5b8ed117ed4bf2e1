import Platform
import Stamps
import TestSupport
import Testing

/// Single binary packages that builds share, where no whole stage fits: real Portage.
@Suite struct PackageCacheTests {
  private let ebuild: Path = "checkout/profiles/tiny/repository/app-misc/leaf/leaf-1.ebuild"

  @Test("another variant takes the packages that would be the same there, and builds the others")
  func otherVariant() async throws {
    let tree = try await ImageTree()
    let cache = tree.folder / "packages-of-all"
    try Directory.removeTree(cache)
    try File.remove(tree.source / "profiles/tiny/target/etc/portage/bashrc")
    let first = try OtherMachine(tree, "first", cache: "\(cache)")
    #expect(try first.sysbuild(["image"]).status == 0)
    #expect(try first.built().count > 5)
    #expect(try first.log("world").contains("kept in the cache ("))

    // What builds on it has another name, and so no stage of it is found.
    let second = try OtherMachine(tree, "second", cache: "\(cache)", variant: "other")
    let image = try second.sysbuild(["image"])
    #expect(image.status == 0, "\(image.output)")
    #expect(!image.output.contains("world: fetched") && !image.output.contains("warning"), "\(image.output)")
    let log = try second.log("world")
    #expect(try second.built() == [], "\(log)")
    #expect(log.contains("from the cache ("))

    // Only a package that is edited is built.
    try File.write(try File.read(second.folder / ebuild) + Array("# edited\n".utf8), to: second.folder / ebuild)
    let edited = try second.sysbuild(["image"])
    #expect(edited.status == 0, "\(edited.output)")
    #expect(try second.built() == ["app-misc/leaf-1"])
    let alone = try OtherMachine(tree, "alone", cache: "", variant: "other")
    try File.write(try File.read(second.folder / ebuild), to: alone.folder / ebuild)
    #expect(try alone.sysbuild(["image"]).status == 0)
    #expect(second.sums == alone.sums)

    // What is damaged there is built here.
    let contents = try Directory.entries(of: cache / "cas").map { cache / "cas" / $0.name }
    for content in contents {
      var bytes = try File.read(content)
      bytes[bytes.count / 2] ^= 1
      try File.write(bytes, to: content)
    }
    let third = try OtherMachine(tree, "third", cache: "\(cache)", variant: "other")
    try File.write(try File.read(second.folder / ebuild), to: third.folder / ebuild)
    let damaged = try third.sysbuild(["image"])
    #expect(damaged.status == 0 && damaged.output.contains("warning"), "\(damaged.output)")
    #expect(third.sums == alone.sums)
  }
}
