import Platform
import Testing

private let configuration = "profiles/tiny/target/etc/portage"

extension EditTests {
  @Test(
    "a package is built from a checkout on this machine as it is, and again when that changes, but not its .git"
  )
  func checkout() async throws {
    let tree = try await ImageTree()
    let checkout = tree.folder / "checkout"
    defer { try? Directory.removeTree(checkout) }
    func edit(_ name: String, _ text: String) throws {
      try Directory.create((checkout / name).parent, intermediates: true)
      try File.write(Array(text.utf8), to: checkout / name)
    }
    try edit("src/greeting", "hello\n")
    try edit(".git/HEAD", "ref: refs/heads/main\n")
    try tree.write(
      "profiles/tiny/repository/app-misc/live/live-9999.ebuild",
      """
      EAPI=8
      DESCRIPTION="What is in a checkout"
      SLOT="0"
      KEYWORDS="amd64"
      PROPERTIES="live"
      S="${WORKDIR}"
      src_unpack() { cp -r "${SYSBUILD_CHECKOUT}/src" "${S}" || die; }
      src_install() { insinto /usr/share; doins src/greeting; }

      """)
    try tree.write("\(configuration)/env/live", "SYSBUILD_CHECKOUT=\"\(checkout)\"\n")
    try tree.append("app-misc/live live", to: "\(configuration)/package.env")
    for set in ["build", "install"] { try tree.append("app-misc/live", to: "sets/tiny/\(set).packages") }
    let first = try tree.sysbuild(["image"])
    try #require(first.status == 0, "\(first.output)")
    let before = try ["sysroot", "rootfs"].map { try tree.builds(in: $0) }

    try edit(".git/HEAD", "ref: refs/heads/other\n")
    #expect(try tree.sysbuild(["image"]).output == "image: up to date\n")
    try edit("src/greeting", "good morning\n")
    let plan = try tree.sysbuild(["-n", "--packages"]).output
    #expect(
      plan.contains("checkout/src/greeting changed") && plan.contains("checkout src/greeting changed"),
      "\(plan)")
    let foreseen = try tree.foreseen()
    let second = try tree.sysbuild(["-j1", "image"])
    #expect(
      ImageTree.ran(second.output) == ["resolution", "world", "rootfs", "squashfs", "image"], "\(second.output)"
    )
    for (root, old) in zip(["sysroot", "rootfs"], before) {
      let changes = try PackageChanges.between(old, tree.builds(in: root))
      #expect(changes == ["~app-misc/live-9999"], "\(second.output)")
      #expect(foreseen.allow(changes, in: root))
    }
    #expect(try File.read(tree.build / "rootfs/usr/share/greeting") == Array("good morning\n".utf8))
    #expect(try tree.sysbuild(["image"]).output == "image: up to date\n")
    let affects = try tree.sysbuild(["affects", "\(checkout / "src/greeting")", "\(checkout / ".git/HEAD")"])
      .output
    #expect(affects.contains("resolution"), "\(affects)")

    try tree.write("\(configuration)/env/live", "SYSBUILD_CHECKOUT=src\n")
    let refused = try tree.sysbuild(["-n"])
    #expect(
      refused.status == 2
        && refused.output.contains(
          "\(configuration)/env/live:1: SYSBUILD_CHECKOUT is 'src': give the absolute path"),
      "\(refused.output)")
  }
}
