import Platform
import Testing

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
      (["VARIANT=nonesuch", "-n"], "no variant is called 'nonesuch'; there are demo, demo-arm64"),
      (
        ["BACKEND=debain"],
        "no host backend is called 'debain'; did you mean 'debian'?: set BACKEND to a folder of hosts"
      ),
      (["imgae"], "no target or query is called 'imgae'; did you mean 'image'?"),
      (
        ["REPOSITORY=docs"],
        "REPOSITORY is '\(tree)/docs', which is no ebuild repository: it has no profiles/repo_name"
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
    #expect(ran.out.hasSuffix("\n10 stale, 0 pending, 0 fresh\n"), "\(ran.out)")
    #expect(!story.exists("out"))
    #expect(try BuildStory().listing(of: Self.tree / "profiles") == before)
  }

  @Test func everyTargetIsShownAsItCouldBeWritten() throws {
    let (listed, _) = try run("list")
    for line in listed.out.split(separator: "\n").dropFirst() {
      let name = line.prefix { $0 != " " }
      let (shown, _) = try run("show", "\(name)")
      #expect(shown.status == 0 && shown.out.hasPrefix("[target \(name)]\n"), "\(shown.err)")
    }
  }
}
