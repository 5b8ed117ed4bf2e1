import Platform
import TestSupport
import Testing

/// Questions about a file: what reads it (affects), and what would run if it changed (what-if).
@Suite struct FileStories {
  private static let targets = """
    FLAVOUR = sweet
    FOLDER  = src

    [target all]
    needs = world check

    [target world]
    inputs  = set:sets/build.packages config:target
    outputs = file:${O}/world
    run     = touch ${O}/world

    [target parts]
    inputs  = tree:${FOLDER} !skipped !deep/x
              file:alias link:alias tool:hammer
    outputs = file:${O}/parts
    run     = sh -c "echo ${FLAVOUR} > ${O}/parts"

    [target check]
    needs  = parts
    inputs = installed:${O}/root
    run    = true

    """

  private func story() throws -> BuildStory {
    let story = try BuildStory(Self.targets, inMemory: true)
    for name in [
      "src/a", "src/skipped/b", "src/deep/x", "src/deep/y", "real/a", "sets/base.packages", "tools/hammer",
      "target/etc/portage/make.conf", "target/etc/portage/package.use/x", "base/make.defaults",
      "base/package.use/x", "base/package.use/sub/x", "out/root/var/db/pkg/a/b-1/SLOT", "docs/x", "other/x",
    ] {
      try story.write(name, "")
    }
    try story.write("sets/build.packages", "@base\n")
    story.makeExecutable("tools/hammer")
    try story.shell("ln -s real/a alias; ln -s ../../../base target/etc/portage/make.profile; ln -s src way")
    story.environment = ["PATH=\(story.source)/early:\(story.source)/tools:/usr/bin:/bin"]
    return story
  }

  @Test(
    arguments: [
      ("src/a", "parts reads tree:src !deep/x !skipped"),
      ("./src/../src/a", "parts reads tree:src !deep/x !skipped"),
      ("src/new/file", "parts reads tree:src !deep/x !skipped"),
      ("way/a", "parts reads tree:src !deep/x !skipped"),
      ("src/deep/y", "parts reads tree:src !deep/x !skipped"), ("src", "parts reads tree:src !deep/x !skipped"),
      ("src/skipped/b", nil), ("src/deep/x", nil), ("docs/x", nil), ("none", nil), ("sr", nil),
      ("alias", "parts reads file:alias, link:alias"), ("real/a", "parts reads file:alias"),
      ("tools/hammer", "parts reads tool:hammer"), ("early/hammer", "parts reads tool:hammer"),
      ("/usr/bin/hammer", nil),
      ("sets/build.packages", "world reads set:sets/build.packages"),
      ("sets/base.packages", "world reads set:sets/build.packages"),
      ("sets", "world reads set:sets/build.packages"), ("sets/more.packages", nil),
      ("target/etc/portage/make.conf", "world reads config:target"),
      ("target/etc/portage/package.use/x", "world reads config:target"),
      ("target/etc/portage/package.use/new", "world reads config:target"),
      ("target/etc/portage/package.mask", "world reads config:target"),
      ("target/etc/portage/patches/a/b/x.patch", "world reads config:target"),
      ("target/etc/portage/patches/a/b/README", nil),
      ("base/package.use/new/deeper", "world reads config:target"),
      ("base/package.use/sub/new", "world reads config:target"),
      ("base/package.use/sub/.hidden", nil), ("target/etc/portage/package.use/.hidden", nil),
      ("target/etc/portage/package.use/x~", nil),
      ("target/etc/portage/.git", nil), ("target/etc/passwd", nil),
      ("base/make.defaults", "world reads config:target"), ("base/parent", "world reads config:target"),
      ("base/package.use/new", "world reads config:target"), ("base/README", nil),
      ("target/etc/portage/make.profile", "world reads config:target"),
      ("out/root/var/db/pkg/a/b-1/SLOT", "check reads installed:${O}/root"),
      ("out/root/var/db/pkg/a/c-1", "check reads installed:${O}/root"), ("out/root/usr/bin/x", nil),
      ("out/root/var/db/sysbuild/keys", "check reads installed:${O}/root"),
      (
        "targets.conf",
        "world reads file:targets.conf; parts reads value:FLAVOUR, file:targets.conf, value:FOLDER; "
          + "check reads file:targets.conf; all reads file:targets.conf"
      ),
    ] as [(String, String?)])
  func directReaders(_ file: String, _ readers: String?) throws {
    let out = try story().run("affects", file).out
    let lines = out.split(separator: "\n").dropFirst().filter { !$0.contains(" through ") }
    let found = lines.map { $0.split(separator: " ").joined(separator: " ") }.joined(separator: "; ")
    #expect(found == readers ?? "", "\(out)")
    if readers == nil { #expect(out.hasSuffix(": no target reads it\n"), "\(out)") }
  }

  @Test func affects() throws {
    let story = try story()
    try story.expect(
      "affects", "src/a", "docs/x", "\(story.build)/parts",
      out: """
        src/a:
          parts  reads tree:src !deep/x !skipped
          check  through parts
          all    through check
        docs/x: no target reads it
        ${O}/parts:
          parts  makes file:${O}/parts
          check  reads file:${O}/parts
          all    through check

        """)
    let elsewhere = try story.run("-C", "\(story.source)", "affects", "src/a", directory: "/")
    #expect(elsewhere.out == (try story.run("affects", "src/a").out), "names start where -C leads")
    let json = try StrictJSON(story.run("affects", "--json", "src/a", "none").out)
    #expect(json.names == ["version", "files"] && json["version"] == .number("1"))
    #expect(json["files"]?[1] == .object(["file": .string("none"), "targets": .array([])]))
    #expect(
      json["files"]?[0]?["targets"]?[0]
        == .object([
          "name": .string("parts"), "outputs": .array([]), "through": .array([]),
          "inputs": .array([.object(["kind": .string("tree"), "name": .string("src")])]),
        ]))
    #expect(json["files"]?[0]?["targets"]?[1]?["through"] == .array([.string("parts")]))
    #expect(!story.exists("out/stamps"))
  }

  // MARK: What if

  /// What an edit of the file really does is what what-if says it would.
  @Test(arguments: [
    ("src/a", "echo 1 > src/a"), ("src/new", "touch src/new"), ("real/a", "echo 1 > real/a"),
    ("sets/base.packages", "echo a/b > sets/base.packages"),
    ("target/etc/portage/package.use/new", "echo 'a/b c' > target/etc/portage/package.use/new"),
    ("base/package.use/new", "echo 'a/b c' > base/package.use/new"),
    ("early/hammer", "mkdir early; cp tools/hammer early"), ("out/parts", "echo 1 > out/parts"),
    ("FLAVOUR=sour", "sed -i s/sweet/sour/ targets.conf"),
    ("FOLDER=other", "sed -i s/=.src/=other/ targets.conf"),
  ])
  func asTheEditItself(_ assumption: String, _ edit: String) throws {
    let story = try story()
    try story.run()
    let asked = try story.plan(["-W", assumption])
    #expect(!asked.stale.isEmpty)
    try story.expect("-q", "-W", assumption, status: 1)
    try story.expect("-q")
    try story.shell(edit)
    #expect(try story.plan() == asked)
  }

  @Test func everyQueryTakesIt() throws {
    let story = try story()
    // The later runs find that nothing is to be done, and an answer on record is none to this question.
    for _ in 0..<3 { try story.run() }
    let before = try story.listing(of: story.source)
    let plan = """
      parts  stale    src is assumed to have changed
      check  pending  on parts
      all    pending  on check
      1 stale, 2 pending, 1 fresh

      """
    for options in [["-W", "src/a"], ["-n", "--what-if=src/a"], ["-Wsrc/a", "-W", "src/deep/y"]] {
      #expect(try story.run(options).out == plan)
    }
    try story.expect(
      "why", "-W", "src/a", "all",
      out: "parts is stale:\n  src is assumed to have changed\n  and then check, then all\n"
        + "all is pending: it only gathers what it needs\n")
    #expect(try story.run("-W", "src/a", "status").out.contains("\nparts   stale "))
    #expect(try story.run("graph", "-W", "src/a").out.contains("parts  stale "))
    for query in [[], ["status"], ["why", "parts"]] {
      let json = try StrictJSON(story.run(query + ["--json", "-W", "src/a"]).out)
      let parts = json["targets"]?.elements.first { $0["name"] == .string("parts") }
      #expect(
        parts?["reasons"]?[0]
          == .object([
            "kind": .string("assumedChanged"),
            "artifact": .object(["kind": .string("tree"), "name": .string("src")]),
          ]))
    }
    try story.expect(
      "-W", "FLAVOUR=a", "FLAVOUR=b", "parts",
      out: "parts  stale    variable FLAVOUR: 'sweet' → 'a'\n1 stale, 0 pending, 0 fresh\n")
    #expect(try story.listing(of: story.source) == before, "a question writes nothing")
  }

  @Test func whatIsChangedAnywayIsSaidAsItIs() throws {
    let story = try story()
    try story.run()
    try story.write("src/a", "1")
    try story.expect(
      "-W", "src/a", "parts", out: "parts  stale    src changed: a changed\n1 stale, 0 pending, 0 fresh\n")
    try story.expect(
      "-W", "targets.conf", "world",
      out: "world  stale    targets.conf is assumed to have changed\n1 stale, 0 pending, 0 fresh\n")
  }

  @Test(arguments: [
    ("docs/x", "no target reads 'docs/x'; 'sysbuild show TARGET' prints what a target reads"),
    ("sets/biuld.packages", "no target reads 'sets/biuld.packages'; did you mean 'sets/build.packages'?"),
    ("FLAVOR=x", "no variable is called 'FLAVOR'; did you mean 'FLAVOUR'?"),
    ("SOURCE=x", "'SOURCE' is the source tree itself: choose it with -C"),
  ])
  func mistakes(_ assumption: String, _ message: String) throws {
    try story().expect("-W", assumption, status: 2, err: "sysbuild: \(message)\n")
  }
}
