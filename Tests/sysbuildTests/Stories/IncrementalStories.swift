import Glibc
import Platform
import Testing

/// What is run and what is not, told as builds of a small tree of one's own.
@Suite struct IncrementalStories {
  /// `parts` reads a tree, a value and a variable of the environment, `all` what `parts` makes.
  static let targets = """
    FLAVOUR = sweet

    [target all]
    summary = Everything
    needs   = parts
    outputs = file:${O}/all
    run     = cp ${O}/parts ${O}/all

    [target parts]
    summary = The parts, joined
    inputs  = file:src/a
              tree:src/tree !skipped
              env:MOOD
              tool:hammer
    outputs = file:${O}/parts
    run     = sh -c "cat src/a src/tree/* > ${O}/parts; echo ${FLAVOUR} >> ${O}/parts"

    """

  func story() throws -> BuildStory {
    let story = try BuildStory(Self.targets)
    try story.write("src/a", "a\n")
    try story.write("src/tree/b", "b\n")
    try story.write("tools/hammer", "#!/bin/sh\n")
    story.makeExecutable("tools/hammer")
    story.environment = ["PATH=\(story.source)/tools:/usr/bin:/bin"]
    return story
  }

  @Test func firstBuildThenNothing() throws {
    let story = try story()
    try story.build(runs: ["all", "parts"])
    #expect(try story.read("out/all") == "a\nb\nsweet\n")
    try story.expect(out: "all: up to date\n")
  }

  @Test("with -B a command can see that what it made before must not help it")
  func aForcedCommandKnows() throws {
    let story = try BuildStory(
      """
      [target all]
      summary = What the command sees
      outputs = file:${O}/all
      run     = sh -c "echo forced=$${SYSBUILD_FORCED-no} > ${O}/all"

      """)
    for (arguments, expected) in [(["all"], "no"), (["-B", "all"], "1")] {
      let ran = try story.run(arguments)
      #expect(ran.status == 0, "\(ran)")
      #expect(try story.read("out/all") == "forced=\(expected)\n")
    }
    // No stamp records it.
    #expect(try story.run(["all"]).out == "all: up to date\n")
  }

  @Test func nothingToDoTouchesNothing() throws {
    let story = try story()
    try story.run()
    // What was written in the tick of the clock in which it was digested is read once more, and the index
    // says so; from then on nothing is written.
    var before: [String] = []
    for _ in 0..<100 {
      let now = try story.listing(of: story.source)
      if now == before { break }
      before = now
      try story.run()
    }
    try story.expect(out: "all: up to date\n")
    #expect(try story.listing(of: story.source) == before)
  }

  @Test func timesMeanNothing() throws {
    let story = try story()
    try story.run()
    try story.touchAll()
    try story.build(runs: [])
  }

  @Test func commentsAndOrderInTheTargetsFileMeanNothing() throws {
    let story = try story()
    try story.run()
    let sections = Self.targets.split(separator: "\n\n").map(String.init)
    try story.write(
      "targets.conf",
      "# a comment\ngraph = none\n\(sections[0])\n\n\(sections[2])\n    # indented\n\n\(sections[1])\n"
        .replacing("summary = Everything", with: "summary = All")
        .replacing("sh -c \"cat", with: "sh   -c   \"cat"))
    try story.build("all", runs: [])
  }

  /// The program that runs is the one that is watched: on the target's own PATH, a relative one from the source
  /// tree on, wherever sysbuild was started.
  @Test func aProgramOnATargetsOwnPath() throws {
    let story = try BuildStory(
      """
      [target all]
      needs = left right last

      [target left]
      outputs     = file:${O}/left
      environment = PATH=left:/usr/bin
      run         = tool ${O}/left

      [target right]
      outputs     = file:${O}/right
      environment = PATH=${SOURCE}/right:${PATH}
      run         = tool ${O}/right

      [target last]
      outputs = file:${O}/last
      run     = PATH=last:/bin tool ${O}/last

      """)
    let names = ["left", "right", "last"]
    for name in names {
      try story.write("\(name)/tool", "#!/bin/sh\necho \(name) > $1\n")
      story.makeExecutable("\(name)/tool")
    }
    #expect(try story.run("-C", "\(story.source)", directory: story.folder).status == 0)
    for name in names { #expect(try story.read("out/\(name)") == "\(name)\n") }
    try story.build(runs: [])
    for name in names {
      try story.write("\(name)/tool", "#!/bin/sh\necho new > $1\n")
      try story.build(runs: [name])
    }
  }

  @Test func dryRunFromNothingMakesNoO() throws {
    let story = try story()
    try story.expect(
      "-n", out: "parts  stale    never built\nall    stale    never built\n2 stale, 0 pending, 0 fresh\n")
    #expect(!story.exists("out"))
    try story.expect("-q", status: 1)
    #expect(!story.exists("out"))
  }

  /// `ExplanationTable` has what is said of each.
  @Test(arguments: [
    ("echo A > src/a", true), ("chmod +x src/a", false), ("echo B > src/tree/b", true),
    ("echo c > src/tree/c", true), ("mkdir src/tree/.d", false), ("ln -s b src/tree/l", true),
    ("echo >> tools/hammer", false), ("sed -i s/sweet/sour/ targets.conf", true),
  ])
  func edit(_ line: String, changesOutput: Bool) throws {
    let story = try story()
    try story.run()
    try story.shell(line)
    try story.build(runs: changesOutput ? ["parts", "all"] : ["parts"])
  }

  @Test(arguments: [(nil, "glad"), ("glad", nil), ("glad", "sad")] as [(String?, String?)])
  func environment(_ before: String?, _ after: String?) throws {
    let story = try story()
    let base = story.environment
    story.environment = base + (before.map { ["MOOD=\($0)"] } ?? [])
    try story.run()
    story.environment = base + (after.map { ["MOOD=\($0)"] } ?? [])
    try story.build(runs: ["parts"])
  }

  @Test func theSameProgramInAnotherPlaceIsAnother() throws {
    let story = try story()
    try story.run()
    try story.shell("mkdir other; cp tools/hammer other")
    story.environment = ["PATH=\(story.source)/other:\(story.source)/tools:/usr/bin:/bin"]
    let plan = try story.run("-n").out
    #expect(plan.hasPrefix("parts  stale    program hammer: 'tools/hammer "))
    #expect(plan.contains(" → 'other/hammer "))
    try story.build(runs: ["parts"])
  }

  @Test func whatATreeLeavesOutMeansNothing() throws {
    let story = try story()
    try story.write("src/tree/skipped/x", "x")
    try story.run()
    try story.write("src/tree/skipped/x", "y")
    try story.build(runs: [])
  }

  @Test func outputsMissingOrAltered() throws {
    let story = try story()
    try story.run()
    try story.remove("out/all")
    try story.expect("-n", out: "all  stale    output ${O}/all is missing\n1 stale, 0 pending, 1 fresh\n")
    try story.build(runs: ["all"])
    try story.write("out/parts", "by hand")
    try story.expect(
      "-n",
      out:
        "parts  stale    output ${O}/parts was altered\nall    pending  on parts\n1 stale, 1 pending, 0 fresh\n"
    )
    let ran = try story.build(runs: ["parts"])
    #expect(
      ran.out
        == "parts: output ${O}/parts was altered\nparts: done in T\n"
        + "all: fresh after all, what it needs came out as before\ndone: 1 target ran in T\n")
  }

  @Test func recipeAndDeclarationChanges() throws {
    let story = try story()
    try story.run()
    try story.shell("sed -i 's/^run     = cp /run     = cp -p /' targets.conf")
    let changed = "recipe changed: run: cp ${O}/parts ${O}/all → cp -p ${O}/parts ${O}/all"
    try story.expect("-n", out: "all  stale    \(changed)\n1 stale, 0 pending, 1 fresh\n")
    try story.build(runs: ["all"])
    try story.shell("sed -i 's/^inputs  = file:src.a/inputs  = file:src\\/tree\\/b/' targets.conf")
    try story.expect(
      "-n",
      out: "parts  stale    recipe changed: input file:src/a removed, input file:src/tree/b added\n"
        + "all    pending  on parts\n1 stale, 1 pending, 0 fresh\n")
    try story.build(runs: ["parts"])
  }

  @Test func stampsThatCannotBeUsed() throws {
    let story = try story()
    let stamp = "out/stamps/all.stamp"
    for (edit, reason) in [
      ("truncate -s -9 \(stamp)", "it is cut short or was edited (its checksum does not fit)"),
      (
        "sed -i 's/^seconds.*/seconds\t9.000000000/' \(stamp)",
        "it is cut short or was edited (its checksum does not fit)"
      ),
      ("sed -i '1s/1/7/' \(stamp)", "it has version 7, this sysbuild writes 1"),
      ("echo hello > \(stamp)", "it is not a sysbuild stamp"),
      (": > \(stamp)", "it is not a sysbuild stamp"),
      ("cp out/stamps/parts.stamp \(stamp)", "it is not a sysbuild stamp"),
      ("rm \(stamp); mkdir \(stamp)", "Is a directory"),
    ] {
      try story.run()
      try story.shell(edit)
      try story.expect(
        "-n", out: "all  stale    its stamp cannot be used: \(reason)\n1 stale, 0 pending, 1 fresh\n")
      if reason == "Is a directory" { try story.shell("rmdir \(stamp)") }
      try story.build(runs: ["all"])
    }
  }

  @Test func theIndexIsOnlyACache() throws {
    let story = try story()
    try story.run()
    for edit in ["rm out/index", "echo junk > out/index", "truncate -s 100 out/index", ": > out/index"] {
      try story.shell(edit)
      try story.build(runs: [])
    }
  }

  @Test func aTargetWithoutOutputsHandsOnItsInputs() throws {
    let story = try BuildStory(
      """
      [target check]
      inputs = file:a
      run    = true
      [target after]
      needs   = check
      outputs = file:${O}/x
      run     = touch ${O}/x
      [target both]
      needs = after
      """)
    try story.write("a", "1")
    try story.build("both", runs: ["check", "after"])
    try story.expect("both", out: "both: up to date\n")
    try story.write("a", "2")
    try story.build("both", runs: ["check", "after"])
  }
}
