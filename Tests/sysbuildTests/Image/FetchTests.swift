import Platform
import TestSupport
import Testing

/// Downloads ahead of a build that has no network: real Portage, nginx on the loopback.
@Suite struct FetchTests {
  private static let repository: Path = "profiles/tiny/repository"
  private static let withoutNetwork = ["unshare", "--net"]
  private static let sources = ["absent-1.tar.gz", "leaf-1.tar.gz"]

  /// Gives a package a source that the server has.
  private func addSource(_ package: String, _ machine: OtherMachine, _ tree: ImageTree, _ server: WebServer)
    throws
  {
    let name = package.split(separator: "/")[1]
    let folder = machine.folder / "checkout" / Self.repository / Path(package)
    let ebuild = folder / Path("\(name)-1.ebuild")
    let text = String(decoding: try File.read(ebuild), as: UTF8.self)
      .replacing("S=\"${WORKDIR}\"", with: "SRC_URI=\"\(server.url)/${P}.tar.gz\"")
      .replacing("newins - ${PN} <<<\"${P} USE=${USE}\"", with: "doins text")
      .replacing("/usr/share/versions", with: "/usr/share/${PN}")
    try File.write(Array(text.utf8), to: ebuild)
    try tree.run([
      "sh", "-c",
      """
      set -eu
      cd "$1"
      mkdir -p "$2-1"
      echo "$2" >"$2-1/text"
      tar -czf "$2-1.tar.gz" "$2-1"
      echo "DIST $2-1.tar.gz $(stat -c %s "$2-1.tar.gz") SHA512 $(sha512sum <"$2-1.tar.gz" | cut -d' ' -f1)" >"$3/Manifest"
      """, "sh", "\(server.files)", "\(name)", "\(folder)",
    ])
  }

  @Test("what is fetched is all that a build needs that has no network")
  func fetching() async throws {
    let tree = try await ImageTree()
    let work = tree.folder / "server"
    try Directory.removeTree(work)
    try Directory.create(work)
    let server = try WebServer(in: work)
    let downloads = work / "downloads"
    let machine = try OtherMachine(tree, "fetching", cache: "")
    let leaf = machine.folder / "checkout" / Self.repository / "app-misc/leaf/leaf-1.ebuild"
    try addSource("app-misc/leaf", machine, tree, server)
    // Built for the machine itself, with a configuration that does not see the stage's environment.
    try addSource("dev-util/absent", machine, tree, server)
    try File.write(try File.read(leaf) + Array("BDEPEND=\"dev-util/absent\"\n".utf8), to: leaf)
    func sysbuild(_ arguments: [String], by launcher: [String] = []) throws -> (status: Int32, output: String) {
      try machine.sysbuild(["DISTDIR=\(downloads)"] + arguments, by: launcher)
    }

    let nothing = try sysbuild(["image"], by: Self.withoutNetwork)
    #expect(nothing.status == 2 && nothing.output.contains("host-tools failed"), "\(nothing.output)")

    // All that cannot be had is said.
    try tree.run(["mkdir", "-p", "\(server.files)/mirror/distfiles"])
    for name in Self.sources {
      try File.rename(server.files / Path(name), to: server.files / "mirror/distfiles" / Path(name))
    }
    let failed = try sysbuild(["fetch"])
    #expect(failed.status == 2, "\(failed.output)")
    for words in ["'leaf-1.tar.gz' of app-misc/leaf-1", "'absent-1.tar.gz' of dev-util/absent-1"] {
      #expect(failed.output.contains("\(words) could not be fetched\n"), "\(failed.output)")
    }

    let fetched = try sysbuild(["GENTOO_MIRRORS=\(server.url)/mirror", "fetch"])
    #expect(fetched.status == 0 && ImageTree.ran(fetched.output) == ["package-sources"], "\(fetched.output)")
    let names = try Directory.entries(of: downloads).map { "\($0.name)" }.sorted()
    #expect(names.count == 3 && Self.sources.allSatisfy(names.contains), "\(names)")
    #expect(try sysbuild(["fetch"]).output == "fetch: up to date\n")
    #expect(!File.exists(machine.folder / "out/sysroot/var/db"), "nothing is built")

    let image = try sysbuild(["image"], by: Self.withoutNetwork)
    #expect(image.status == 0, "\(image.output)")
    #expect(
      try File.read(machine.folder / "out/rootfs/usr/share/leaf/text") == Array("leaf\n".utf8))

    // The folder of downloads is all that another O needs.
    let other = try OtherMachine(tree, "other", cache: "")
    let again = try other.sysbuild(["DISTDIR=\(downloads)", "toolchain"], by: Self.withoutNetwork)
    #expect(again.status == 0, "\(again.output)")

    func text(in folder: Path) -> String? {
      (try? File.read(folder / "text")).map { String(decoding: $0, as: UTF8.self) }
    }
    let worked = try sysbuild(["workon", "leaf", "--in", "\(work)/leaf"], by: Self.withoutNetwork)
    #expect(worked.status == 0 && text(in: work / "leaf") == "leaf\n", "\(worked.output)")
    #expect(try sysbuild(["workon", "--stop", "leaf"]).status == 0)

    // What somebody has removed is fetched again, and is no reason to build anything.
    try File.remove(downloads / "leaf-1.tar.gz")
    let plan = try sysbuild(["-n", "fetch", "package-sources"]).output
    #expect(
      plan.contains("package-sources  stale    output DISTDIR was altered: leaf-1.tar.gz removed"), "\(plan)")
    #expect(try sysbuild(["image"]).output == "image: up to date\n")
    // To work on it is no reason to keep it.
    let mirror = "GENTOO_MIRRORS=\(server.url)/mirror"
    let downloaded = try sysbuild([mirror, "workon", "leaf", "--in", "\(work)/again"])
    #expect(downloaded.status == 0 && text(in: work / "again") == "leaf\n", "\(downloaded.output)")
    #expect(!File.exists(downloads / "leaf-1.tar.gz"))
  }
}
