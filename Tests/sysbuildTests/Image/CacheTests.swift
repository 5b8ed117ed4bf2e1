import Glibc
import Platform
import Stamps
import TestSupport
import Testing

/// A cache that the builds of several machines share: real Portage, nginx on the loopback.
@Suite struct CacheTests {
  private let leaf = "profiles/tiny/repository/app-misc/leaf/leaf-1.ebuild"

  @Test("what one machine has built another only fetches, and what an edit costs there is what it costs here")
  func otherMachine() async throws {
    let tree = try await ImageTree()
    let place = tree.folder / "server"
    try Directory.removeTree(place)
    try Directory.create(place)
    let server = try WebServer(in: place)
    try File.remove(tree.source / "profiles/tiny/target/etc/portage/bashrc")
    let filled = try tree.sysbuild(["CACHE=\(server.url)", "image"])
    #expect(filled.status == 0, "\(filled.output)")
    func kept(_ output: String) -> [Substring] {
      output.split(separator: "\n").filter { $0.contains(": kept in the cache") }.map {
        $0.prefix { $0 != ":" }
      }
    }
    let all: [Substring] = ["host-tools", "resolution", "world", "rootfs", "kernel", "squashfs", "image"]
    #expect(kept(filled.output).sorted() == all.sorted())

    // Nothing is run, and only what is published comes over the wire.
    let second = try OtherMachine(tree, "second", cache: server.url)
    let status = try second.sysbuild(["cache", "status"])
    #expect(status.output.contains(/rootfs +leave it in the cache\nkernel/), "\(status.output)")
    #expect(status.output.contains(/image +fetch it +[\d.]+ KiB/), "\(status.output)")
    #expect(try second.sysbuild(["-n"]).output.contains("0 stale, 0 pending, 1 elsewhere, 10 fresh"))
    #expect(try second.sysbuild(["cache", "gc", "1G"]).output.contains("is a server's"))
    #expect(!File.exists(second.folder / "out"), "a question writes nothing")
    let asked = try server.requests().count
    let whole = try second.sysbuild(["image"])
    #expect(whole.status == 0 && ImageTree.ran(whole.output) == [], "\(whole.output)")
    #expect(
      whole.output.contains("image: fetched in") && !whole.output.contains("rootfs: fetched"), "\(whole.output)"
    )
    #expect(second.sums == (try File.read(tree.images / "SHA256SUMS")))
    try tree.run(["sh", "-c", "cd \(second.folder)/published && sha256sum --quiet -c SHA256SUMS"])
    #expect(!File.exists(second.folder / "out/sysroot") && !File.exists(second.folder / "out/rootfs.squashfs"))
    let requests = try server.requests().dropFirst(asked)
    #expect(
      requests.count { $0.contains("/ac/") } <= 10 && !requests.contains { $0.contains("PUT") }, "\(requests)")
    // What is published, and packages.json, the bills of materials and the provenance of O.
    #expect(requests.count { $0.contains("/cas/") } == 12, "\(requests)")

    // Afterwards nothing is asked.
    let count = try server.requests().count
    #expect(try second.sysbuild(["image"]).output.contains("up to date"))
    #expect(try server.requests().count == count)
    let planned = try second.sysbuild(["-n", "squashfs"]).output
    #expect(planned.contains("squashfs  elsewhere  another build made it of the same inputs"), "\(planned)")

    // What one target reads comes, and stages that work in one root come once.
    let third = try OtherMachine(tree, "third", cache: server.url)
    let compressed = try third.sysbuild(["-j4", "SQUASHFS_COMPRESSION=gzip", "image"])
    #expect(
      compressed.status == 0 && ImageTree.ran(compressed.output) == ["squashfs", "image"],
      "\(compressed.output)")
    #expect(!compressed.output.contains("warning"), "\(compressed.output)")

    // An edit there: what it reaches is built, on what was fetched.
    let ebuild = Path(leaf)
    let text = try File.read(second.folder / "checkout" / ebuild) + Array("# edited\n".utf8)
    try File.write(text, to: second.folder / "checkout" / ebuild)
    let why = try second.sysbuild(["why", "--cache", "world"]).output
    #expect(why.contains("tiny changed: app-misc/leaf/leaf-1.ebuild changed"), "\(why)")
    let edited = try second.sysbuild(["image"])
    #expect(edited.status == 0, "\(edited.output)")
    #expect(
      ImageTree.ran(edited.output) == ["resolution", "world", "rootfs", "squashfs", "image"], "\(edited.output)"
    )
    #expect(edited.output.contains("world: 1/1 app-misc/leaf-1\n"), "\(edited.output)")
    let log = String(decoding: try File.read(second.folder / "out/logs/rootfs/latest"), as: UTF8.self)
    #expect(log.contains("root file system from the last one: 1 taken out, 1 merged"), "\(log)")

    // The first machine finds what the second has built, and a build without a cache makes the same.
    try File.write(text, to: tree.source / ebuild)
    let back = try tree.sysbuild(["CACHE=\(server.url)", "image"])
    #expect(back.status == 0 && !ImageTree.ran(back.output).contains("world"), "\(back.output)")
    #expect(second.sums == (try File.read(tree.images / "SHA256SUMS")))
    let alone = try OtherMachine(tree, "alone", cache: "")
    #expect(try alone.sysbuild(["image"]).status == 0)
    #expect(second.sums == alone.sums)
  }
}
