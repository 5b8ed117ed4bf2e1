import Platform
import Testing

/// `--keep-work`: the folder in which a package was built stays, and nothing else is different. Real Portage.
@Suite struct KeepWorkTests {
  private let leaf = "profiles/tiny/repository/app-misc/leaf/leaf-1.ebuild"
  private let changes = "src_compile() { echo made >made; }"

  @Test("the folder of a build stays, what is built is the same, and so are the keys")
  func keeping() async throws {
    let tree = try await ImageTree()
    let folder = tree.build / "tmp/sysroot/portage/app-misc/leaf-1"
    let record = tree.build / "sysroot/var/db/pkg/app-misc/leaf-1"
    let other = tree.build / "tmp/sysroot/portage/app-misc/greeting-1"
    func entry() throws -> [String: [UInt8]] {
      let names = try Directory.entries(of: record).map(\.name)
      // When it was built, and as which build.
      let changing = ["BINPKGMD5", "BUILD_TIME", "CONTENTS", "COUNTER", "environment.bz2", "metadata"]
      return Dictionary(
        uniqueKeysWithValues: try names.map { ("\($0)", try File.read(record / $0)) }
          .filter { !changing.contains($0.0) })
    }
    func environment() throws -> String { try tree.run(["bzcat", "\(record)/environment.bz2"]) }
    /// Builds it although there was none before, as the first of its version.
    func build(_ arguments: String...) throws -> (status: Int32, output: String) {
      try Directory.removeTree(record)
      try Directory.removeTree(tree.build / "packages/app-misc/leaf")
      return try tree.sysbuild(arguments + ["image"])
    }
    try tree.append(changes, to: leaf)
    #expect(try build().status == 0)
    #expect(!File.exists(folder))
    let plain = (try entry(), try environment(), try File.read(tree.images / "SHA256SUMS"))

    let kept = try build("--keep-work", "app-misc/leaf")
    #expect(
      kept.status == 0 && kept.output.hasSuffix("\napp-misc/leaf-1 was built in \(folder)\n"), "\(kept.output)")
    #expect(try File.read(folder / "work/made") == Array("made\n".utf8))
    #expect(!File.exists(other), "only what was asked for")
    let now = try entry()
    #expect(now.keys.sorted().filter { now[$0] != plain.0[$0] } == [] && now.count == plain.0.count)
    #expect(try environment() == plain.1)
    #expect(try File.read(tree.images / "SHA256SUMS") == plain.2)
    #expect(try tree.sysbuild(["image"]).output == "image: up to date\n")

    let fresh = try tree.sysbuild(["--keep-work", "leaf", "image"])
    #expect(
      fresh.status == 0
        && fresh.output == "image: up to date\n"
          + "sysbuild: leaf was not built in this run, so nothing of it is kept;"
          + " what an earlier run has left is in \(folder)\n"
    )
    let none = try tree.sysbuild(["--keep-work", "app-misc/laef", "image"]).output
    #expect(none.hasSuffix("so nothing of it is kept; did you mean 'app-misc/leaf'?\n"), "\(none)")

    // A build begins with nothing, and removes its folder unless it is told not to.
    try tree.write("\(leaf)", try tree.read(leaf).replacing("echo made >made", with: "test ! -e made"))
    #expect(try tree.sysbuild(["image"]).status == 0)
    #expect(!File.exists(folder))
  }

  @Test("of a build that fails it is said, too, where it is")
  func failing() async throws {
    let tree = try await ImageTree()
    try tree.append("src_compile() { die; }", to: leaf)
    let failed = try tree.sysbuild(["--keep-work", "leaf", "image"])
    #expect(
      failed.status == 2
        && failed.output.contains(
          "app-misc/leaf-1 was built in \(tree.build)/tmp/sysroot/portage/app-misc/leaf-1\n"),
      "\(failed.output)")
    let question = try tree.sysbuild(["-n", "--keep-work", "leaf", "image"])
    #expect(question.status == 2 && question.output == "sysbuild: option '--keep-work' is for a build\n")
  }
}
