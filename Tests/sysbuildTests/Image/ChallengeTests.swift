import Platform
import Testing

private let leaf = "profiles/tiny/repository/app-misc/leaf/leaf-1.ebuild"

/// Builds that are made once more: with another number of jobs, later, and in another O.
@Suite struct ChallengeTests {
  @Test("an image is the same from another O, whatever of its place a build writes down")
  func elsewhere() async throws {
    let tree = try await ImageTree()
    try tree.edit(
      leaf, "newins - ${PN} <<<\"${P} USE=${USE}\"",
      """
      newins - ${PN} <<<"${P} ${WORKDIR} ${ESYSROOT} ${HOME} ${T} ${PATH} $(uname -n) $(id) ${SOURCE_DATE_EPOCH}"
      """)
    #expect(try tree.sysbuild(["image"]).status == 0)
    // Where what was built before is gone, it is built again, and nothing that follows has to be.
    for folder in ["sysroot", "ingredients"] { try Directory.removeTree(tree.build / folder) }
    let again = try tree.sysbuild(["image"])
    #expect(again.status == 0, "\(again.output)")
    #expect(
      ImageTree.ran(again.output) == ["toolchain", "libcap", "profile", "base", "world"], "\(again.output)")
    let challenge = try tree.sysbuild(["challenge"])
    #expect(
      challenge.status == 0 && challenge.output.contains("\n15 the same, 0 different\n"), "\(challenge.output)")
    #expect(!File.exists(tree.build / "challenge"))
    let written = String(decoding: try File.read(tree.build / "rootfs/usr/share/versions/leaf"), as: UTF8.self)
    #expect(!written.contains("\(tree.folder)"), "\(written)")
    // Of Portage's network sandbox, and of the build's environment.
    #expect(written.contains(" localhost ") && written.hasSuffix(" 315532800\n"), "\(written)")
    #expect(try tree.sysbuild(["image"]).output == "image: up to date\n")
  }

  @Test("what is not the same is named, and stays to be looked at")
  func different() async throws {
    let tree = try await ImageTree()
    try tree.edit(leaf, "${P} USE", "${P} $(date +%N) USE")
    let stale = try tree.sysbuild(["challenge", "app-misc/leaf"])
    #expect(stale.status == 2 && stale.output.contains("the image is not up to date"), "\(stale.output)")
    #expect(try tree.sysbuild(["image"]).status == 0)
    let before = try tree.builds(in: "sysroot")
    let challenge = try tree.sysbuild([
      "challenge", "app-misc/leaf", "dev-util/buildtool-1", "app-misc/greeting",
    ])
    #expect(
      challenge.status == 1
        && challenge.output.contains(
          """

          the same  app-misc/greeting-1
          differs   app-misc/leaf-1
                    usr/share/versions/leaf differs
          the same  dev-util/buildtool-1
          2 the same, 1 different

          """),
      "\(challenge.output)")
    let compared = try Directory.entries(of: tree.build / "challenge/compared/app-misc/leaf-1").map {
      "\($0.name)"
    }
    #expect(Set(compared) == ["first", "second"])
    #expect(try tree.builds(in: "sysroot") == before)
    #expect(try tree.sysbuild(["image"]).output == "image: up to date\n")
    let unknown = try tree.sysbuild(["challenge", "dev-util/buildtol"])
    #expect(
      unknown.status == 2 && unknown.output.contains("did you mean 'dev-util/buildtool'?"), "\(unknown.output)")
  }
}
