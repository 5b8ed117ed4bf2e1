import Platform
import Testing

/// Packages that are built for a debugger: real Portage, and real gdb.
@Suite struct DebugTests {
  private static let ebuild = "profiles/tiny/repository/app-misc/leaf/leaf-1.ebuild"

  /// The package `app-misc/leaf` has a program of C and the USE flag `debug`.
  private func tree() async throws -> ImageTree {
    let tree = try await ImageTree()
    try tree.edit(Self.ebuild, "IUSE=\"colour\"", "IUSE=\"colour debug\"")
    try tree.append(
      """
      src_compile() {
      	echo 'int main(void) { return 42; }' >leaf.c
      	"${CHOST}"-gcc ${CFLAGS} ${LDFLAGS} -o leaf leaf.c || die
      }
      src_install() {
      	dobin leaf
      }
      """, to: Self.ebuild)
    let built = try tree.sysbuild(["image"])
    try #require(built.status == 0, "\(built.output)")
    return tree
  }

  @Test("a package is built for gdb, which finds its source, and the image is as without it")
  func built() async throws {
    let tree = try await tree()
    #expect(try tree.sysbuild(["debug"]).output == "no package is debugged: 'sysbuild debug PKG' begins\n")
    let early = try tree.sysbuild(["run", "--gdb", "leaf"])
    #expect(
      early.status == 2
        && early.output.contains("no debug files of '/usr/bin/leaf': run 'sysbuild debug app-misc/leaf'"),
      "\(early.output)")

    let asked = try tree.sysbuild(["debug", "--yes", "leaf"])
    #expect(
      asked.status == 0 && asked.output.contains("+app-misc/leaf debug") && asked.output.contains("+FEATURES="),
      "\(asked.output)")
    let image = try tree.sysbuild(["image"])
    #expect(
      image.status == 0 && ImageTree.ran(image.output).starts(with: ["resolution", "world"]), "\(image.output)")
    #expect(
      !File.exists(tree.build / "rootfs/usr/lib/debug") && !File.exists(tree.build / "rootfs/usr/src/debug"))
    #expect(try tree.run(["file", "-b", "\(tree.build)/rootfs/usr/bin/leaf"]).contains(", stripped"))
    let listed = try tree.sysbuild(["debug"]).output
    #expect(
      listed.contains("app-misc/leaf  in O/debug   profiles/tiny/target/etc/portage/package.env:"), "\(listed)")
    let shown = try tree.run([
      "gdb", "-nx", "-batch", "-x", "\(tree.build)/debug/gdbinit", "-ex",
      "file \(tree.build)/rootfs/usr/bin/leaf",
      "-ex", "list main",
    ])
    #expect(shown.contains("1\tint main(void) { return 42; }"), "\(shown)")
    let unknown = try tree.sysbuild(["run", "--gdb", "no-such-program:main"])
    #expect(unknown.status == 2 && unknown.output.contains("the image has no program 'no-such-program'"))

    #expect(try tree.sysbuild(["debug", "--stop", "--yes"]).status == 0)
    #expect(try tree.sysbuild(["image"]).status == 0)
    #expect(try tree.sysbuild(["debug"]).output.hasPrefix("no package"))
    #expect(try Directory.entries(of: tree.build / "debug").map(\.name) == ["gdbinit"])
  }

  private func sources(_ tree: ImageTree) throws -> String {
    try tree.run(["sh", "-c", "cd \(tree.source) && find . -type f -exec sha256sum {} + | sort"])
  }

  /// What Portage has a package built with.
  private func portage(_ tree: ImageTree, _ package: String) throws -> String {
    let program = """
      import portage
      settings = portage.config(clone=portage.settings)
      settings.setcpv('\(package)', mydb=portage.portdb)
      words = (settings['CFLAGS'] + ' ' + settings['FEATURES']).split()
      print(*sorted({'-ggdb', '-Og', 'splitdebug', 'installsources'} & set(words)), 'debug' in settings['PORTAGE_USE'].split())
      """
    return try tree.sysbuild(["shell", "world", "--", "portage-python", "-c", program]).output
  }

  @Test("what is written is what Portage reads, and is taken back without a trace")
  func written() async throws {
    let tree = try await tree()
    let portageFolder = "profiles/tiny/target/etc/portage"
    let before = try sources(tree)
    // Nobody has agreed.
    let unanswered = try tree.sysbuild(
      ["debug", "app-misc/leaf", "pam"], by: ["sh", "-c", "exec \"$0\" \"$@\" </dev/null"])
    #expect(unanswered.status == 0 && unanswered.output.contains("? [y/N] nothing was written"))
    #expect(
      try sources(tree) == before)

    #expect(try portage(tree, "app-misc/leaf-1") == "False\n")
    #expect(try tree.sysbuild(["debug", "-y", "app-misc/leaf", "pam"]).status == 0)
    let debugged = "-Og -ggdb installsources splitdebug"
    #expect(try portage(tree, "app-misc/leaf-1") == "\(debugged) True\n")
    #expect(try portage(tree, "sys-libs/pam-1.5.2") == "\(debugged) False\n")
    #expect(try portage(tree, "sys-libs/libcap-2.66") == "False\n")
    #expect(try tree.sysbuild(["debug", "-y", "pam"]).output == "nothing changes\n")

    // Flags of somebody's own stay.
    try tree.edit("\(portageFolder)/env/debug", "-Og", "-O0")
    #expect(try tree.sysbuild(["debug", "--stop", "-y", "pam"]).status == 0)
    #expect(try portage(tree, "sys-libs/pam-1.5.2") == "False\n")
    #expect(try portage(tree, "app-misc/leaf-1") == "-ggdb installsources splitdebug True\n")
    let twice = try tree.sysbuild(["debug", "--stop", "-y", "pam"])
    #expect(twice.status == 2 && twice.output.contains("'sys-libs/pam' is not debugged"), "\(twice.output)")
    let unknown = try tree.sysbuild(["debug", "-y", "laef"])
    #expect(unknown.status == 2 && unknown.output.contains("has a package 'laef'"), "\(unknown.output)")

    try tree.edit("\(portageFolder)/env/debug", "-O0", "-Og")
    #expect(try tree.sysbuild(["debug", "--stop", "-y"]).status == 0)
    #expect(
      try sources(tree) == before)
  }
}
