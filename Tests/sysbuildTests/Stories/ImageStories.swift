import Platform
import Testing

@testable import PortageFiles
@testable import RunDisplay

/// The image graph of this project's own source tree: what can be asked without building anything.
@Suite struct ImageStories {
  /// The root of the package, where `profiles` lies.
  static let tree: Path = {
    var folder = Path("\(#filePath)").parent
    while !File.exists(folder / "profiles"), folder != "/" { folder = folder.parent }
    return folder
  }()

  func run(_ words: String...) throws -> (ran: BuildStory.Ran, story: BuildStory) {
    let story = try BuildStory()
    return (try story.run(["-C", "\(Self.tree)", "O=\(story.build)"] + words, directory: "/"), story)
  }

  @Test(
    arguments: [
      (["VARIANT=dmo"], "no variant is called 'dmo'; did you mean 'demo'?"),
      (
        ["VARIANT=nonesuch", "-n"],
        "no variant is called 'nonesuch'; there are demo, demo-ab, demo-arm64, demo-disk, demo-disk-arm64, "
          + "gentoo-arm64"
      ),
      (
        ["BACKEND=debain"],
        "no host backend is called 'debain'; did you mean 'debian'?: set BACKEND to a folder of hosts"
      ),
      (["imgae"], "no target or query is called 'imgae'; did you mean 'image'?"),
      (
        ["REPOSITORY=docs"],
        "docs: is no ebuild repository: neither profiles/repo_name nor 'repo-name' in metadata/layout.conf gives it a name; set REPOSITORY, or REPOSITORIES, to folders that have one"
      ),
    ] as [([String], String)])
  func mistakes(_ words: [String], _ message: String) throws {
    let story = try BuildStory()
    let ran = try story.run(["-C", "\(Self.tree)", "O=\(story.build)"] + words, directory: "/")
    #expect(ran.status == 2)
    #expect(ran.err == "sysbuild: \(message)\n")
    #expect(!story.exists("out"))
  }

  @Test func dryRunWritesNothing() throws {
    let before = try BuildStory().listing(of: Self.tree / "profiles")
    let (ran, story) = try run("-n")
    #expect(ran.status == 0, "\(ran.err)")
    #expect(ran.out.hasSuffix("\n11 stale, 0 pending, 0 fresh\n"), "\(ran.out)")
    #expect(!story.exists("out"))
    #expect(try BuildStory().listing(of: Self.tree / "profiles") == before)
  }

  @Test func everyTargetIsShownAsItCouldBeWritten() throws {
    let (listed, _) = try run("list")
    let lines = listed.out.split(separator: "\n").dropFirst()
    #expect(lines.count == 14, "\(listed.out)\(listed.err)")
    for line in lines {
      let name = line.prefix { $0 != " " }
      let (shown, _) = try run("show", "\(name)")
      #expect(shown.status == 0 && shown.out.hasPrefix("[target \(name)]\n"), "\(shown.err)")
    }
  }

  @Test("only what the targets need is downloaded, and on Gentoo neither tools nor the kernel")
  func downloads() throws {
    func goals(_ ran: BuildStory.Ran) -> [Substring] {
      ran.out.split(separator: "\n").dropLast().map { $0.prefix { $0 != " " } }
    }
    let tools: [Substring] = ["host-tools", "resolution", "toolchain"]
    let all = try run("-n", "fetch").0
    #expect(goals(all) == tools + ["host-sources", "kernel-sources", "package-sources"], "\(all.err)")
    #expect(goals(try run("-n", "fetch", "toolchain").0) == ["host-tools", "toolchain", "host-sources"])
    #expect(try goals(onGentoo(BuildStory(), "-n", "fetch")) == tools + ["package-sources"])
  }

  // MARK: The variant for a Gentoo host

  /// What a plan looks at of Gentoo's own repository.
  private func gentooRepository(_ story: BuildStory) throws -> Path {
    let repository = story.folder / "gentoo"
    for (file, text) in [
      ("profiles/repo_name", "gentoo\n"),
      ("profiles/default/linux/amd64/23.0/make.defaults", "ARCH=\"amd64\"\n"),
      ("profiles/default/linux/arm64/23.0/make.defaults", "ARCH=\"arm64\"\n"),
    ] {
      try story.write(repository / file, Array(text.utf8))
    }
    return repository
  }

  private func onGentoo(_ story: BuildStory, _ words: String...) throws -> BuildStory.Ran {
    let settings = [
      "-C", "\(Self.tree)", "O=\(story.build)", "VARIANT=gentoo-arm64", "BACKEND=gentoo",
      "REPOSITORY=\(try gentooRepository(story))",
    ]
    return try story.run(settings + words, directory: "/")
  }

  @Test func gentooVariantIsPlanned() throws {
    let story = try BuildStory()
    let plan = try onGentoo(story, "-n")
    #expect(
      plan.status == 0 && plan.out.hasSuffix("\n11 stale, 0 pending, 0 fresh\n"), "\(plan.out)\(plan.err)")
    for (target, words) in [
      ("host-tools", " cross-aarch64-unknown-linux-gnu/gcc "), ("toolchain", "tree:/var/db/pkg/cross-${CHOST}"),
      ("libcap", "USE=\"build\" sysbuild helper emerge ${O}/ingredients"),
      ("resolution", "--base ${set:sets/base.packages} --build ${set:sets/build.packages}"),
      (
        "rootfs", "helper assemble ${O}/ingredients ${O}/resolution/skeleton ${O}/resolution/rootfs ${O}/rootfs"
      ),
      ("rootfs", "cp -a ${O}/toolchain/runtime/. ${O}/rootfs/usr/"),
      ("kernel", "tree:/usr/src/linux"),
    ] {
      let shown = try onGentoo(story, "show", target)
      #expect(shown.status == 0 && shown.out.contains(words), "\(shown.out)\(shown.err)")
    }
    #expect(!story.exists("out"))
  }

  @Test(arguments: [("host", "amd64"), ("bootstrap", "arm64"), ("target", "arm64")])
  func gentooVariantNamesItsProfiles(_ root: String, _ architecture: String) throws {
    let story = try BuildStory()
    let repository = try gentooRepository(story)
    let path = Self.tree / "profiles/gentoo-arm64/\(root)"
    let reading = try ConfigurationRoot(
      path: path, sourceTree: Self.tree, repositories: ["gentoo": repository]
    ).read()
    #expect(
      reading.profiles == [
        repository / "profiles/default/linux/\(architecture)/23.0", path / "etc/portage/make.profile",
      ])
  }

  @Test func gentooVariantSetsFlagsOfPackages() throws {
    let folder = Self.tree / "profiles/gentoo-arm64/target/etc/portage/package.use"
    for (name, _) in try Directory.entries(of: folder) {
      for line in TextLines(try File.read(folder / name)).lines {
        let words = line.words.map { String(decoding: $0, as: UTF8.self) }
        #expect(throws: Never.self) { try Atom(parsing: words[0]) }
        #expect(words.count > 1, "\(name):\(line.number)")
      }
    }
  }
}
