import Platform
import Testing

/// Commands in the place of a target's own, and whose file a file is: real Portage.
@Suite struct ShellTests {
  @Test("a command sees what the target's commands see, and can change nothing")
  func looking() async throws {
    let tree = try await ImageTree()
    let before = try tree.listing()
    let seen = try tree.sysbuild([
      "shell", "world", "--", "sh", "-c",
      "echo $ROOT $CHOST; pwd; for file in /var/tmp/sysbuild/x x /etc/x; do touch $file; done; echo $1; exit 5",
      "sh",
      "A=b",
    ])
    #expect(seen.status == 5)
    #expect(seen.output.contains("/var/tmp/sysbuild/sysroot x86_64-unknown-linux-gnu\n\(tree.source)\n"))
    #expect(
      seen.output.split(separator: "\n").count { $0.contains("Read-only file system") } == 3, "\(seen.output)")
    #expect(seen.output.hasSuffix("A=b\n"))

    // Portage's own words, with its own options.
    let asked = try tree.sysbuild(["emerge", "-pv", "app-misc/leaf"])
    #expect(
      asked.status == 0 && asked.output.contains("[ebuild   R    ] app-misc/leaf-1::tiny"), "\(asked.output)")
    #expect(try tree.sysbuild(["portageq", "envvar", "CHOST"]).output == "x86_64-unknown-linux-gnu\n")
    let none = try tree.sysbuild(["shell", "world", "--", "no-such-program"])
    #expect(
      none.status == 2
        && none.output.contains("is not on the PATH of world, which is /var/tmp/sysbuild/toolchain"))
    #expect(try tree.listing() == before)
    #expect(try tree.sysbuild(["-q", "image"]).status == 0)
  }

  @Test("what is changed by hand is made anew")
  func writing() async throws {
    let tree = try await ImageTree()
    let extra = tree.build / "sysroot/usr/share/extra"
    let changed = try tree.sysbuild(
      ["shell", "--writable", "world", "--", "sh", "-c", "touch $ROOT/usr/share/extra && touch x"])
    #expect(changed.status == 1 && File.exists(extra) && !File.exists(tree.source / "x"), "\(changed.output)")
    let stale = try tree.sysbuild(["-n", "world"]).output
    #expect(
      stale.contains("last run failed: somebody worked in it: sysbuild shell --writable"),
      "\(stale)")
    let again = try tree.sysbuild(["image"])
    #expect(again.status == 0 && ImageTree.ran(again.output).first == "world", "\(again.output)")
  }

  @Test("a file belongs to a package, to the overlay, or to nobody")
  func owners() async throws {
    let tree = try await ImageTree()
    func owners(_ words: String...) throws -> [String] {
      try tree.sysbuild(["owns"] + words).output.split(separator: "\n").dropFirst().map {
        $0.split(separator: " ", maxSplits: 2).map { $0.drop { $0 == " " } }.joined(separator: " ")
      }
    }
    #expect(
      try owners("versions/leaf", "/etc/hostname") == [
        "rootfs /usr/share/versions/leaf app-misc/leaf-1",
        "rootfs /etc/hostname the overlay: profiles/tiny/overlay/etc/hostname",
        "sysroot /usr/share/versions/leaf app-misc/leaf-1",
      ])
    #expect(
      try tree.sysbuild(["INSTALL_MASK=/usr/share/versions/pam", "image"]).status == 0)
    #expect(
      try owners("/usr/share/versions/pam") == [
        "rootfs /usr/share/versions/pam sys-libs/pam-1.5.2, but INSTALL_MASK leaves it out",
        "sysroot /usr/share/versions/pam sys-libs/pam-1.5.2",
      ])
    try tree.run(["touch", "\(tree.build)/rootfs/usr/share/new"])
    #expect(try owners("share/new") == ["rootfs /usr/share/new nobody: made when packages were merged"])
    let none = try tree.sysbuild(["owns", "/no/such", "such"])
    #expect(none.status == 1 && none.output.contains("neither the image nor the sysroot has /no/such or such"))
    #expect(
      try tree.sysbuild(["owns", "--json", "versions/leaf"]).output.contains("\"package\": \"app-misc/leaf-1\"")
    )
  }
}
