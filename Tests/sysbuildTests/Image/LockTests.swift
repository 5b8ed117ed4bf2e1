import Platform
import Testing

private let repository = "profiles/tiny/repository"
private let leaf = "\(repository)/app-misc/leaf/leaf"

extension EditTests {
  @Test(
    "a published packages.lock gives the same packages again, or an error that names what is not there any more"
  )
  func lock() async throws {
    let tree = try await ImageTree()
    let lock = tree.folder / "old.lock"
    try File.write(File.read(tree.images / "packages.lock"), to: lock)
    defer { try? File.remove(lock) }
    let line =
      try #require(
        String(decoding: try File.read(lock), as: UTF8.self).split(separator: "\n").firstIndex {
          $0.hasPrefix("world app-misc/leaf-1:0::tiny ")
        }) + 1
    let locked = "LOCK=\(lock)"
    func expect(_ message: String, at location: SourceLocation = #_sourceLocation) throws {
      let failed = try tree.sysbuild([locked, "image"])
      #expect(
        failed.status == 2 && failed.output.contains("\(lock):\(message)"), "\(failed.output)",
        sourceLocation: location)
      let foreseen = try tree.sysbuild([locked, "-n", "--packages"]).output
      #expect(foreseen.contains("\(lock):\(message)"), "\(foreseen)", sourceLocation: location)
    }

    // A newer version is there, but not locked.
    let text = try tree.read("\(leaf)-1.ebuild")
    try tree.write("\(leaf)-2.ebuild", text)
    #expect(try tree.sysbuild(["-n", "--packages"]).output.contains("app-misc/leaf-2"))
    let same = try tree.sysbuild([locked, "image"])
    #expect(same.status == 0 && ImageTree.ran(same.output) == ["resolution"], "\(same.output)")
    #expect(try File.read(tree.images / "packages.lock") == File.read(lock))

    try tree.write("\(leaf)-1.ebuild", text + "# edited\n")
    try expect("\(line): 'app-misc/leaf-1::tiny' is made from something else now: check out")
    try File.remove(tree.source / "\(leaf)-1.ebuild")
    try expect("\(line): 'app-misc/leaf-1::tiny' has no ebuild any more: check out")
    try tree.write("\(leaf)-1.ebuild", text)
    try tree.append("app-misc/leaf colour", to: "profiles/tiny/target/etc/portage/package.use/leaf")
    try expect("\(line): 'app-misc/leaf-1::tiny' has USE \"colour\" now: check out")
    try tree.removeLine("app-misc/leaf colour", from: "profiles/tiny/target/etc/portage/package.use/leaf")
    try File.write(Array("world app-misc/leaf-1\n".utf8), to: lock)
    try expect("1: is no line of a packages.lock")
  }
}
