import Platform
import Testing

/// list, status, why, show, log and clean, each with the exact text it prints.
@Suite struct QueryStories {
  private func story() throws -> BuildStory { try CommandLineStories().story() }

  @Test func list() throws {
    try story().expect(
      "list",
      out: """
        target    what it is
        greeting  Says hello
        copy      A copy of the source
        all       Everything
        bad
        last

        """)
  }

  @Test func status() throws {
    let story = try story()
    try story.run("copy")
    try story.run("bad")
    let text = try story.run("status").out.replacing(/\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, with: "WHEN")
    #expect(
      text == """
        target    verdict              last success         took
        greeting  stale                never
        copy      fresh                WHEN  T
        all       pending on greeting
        bad       stale                never
        last      stale                never

        """)
  }

  @Test func why() throws {
    let story = try story()
    try story.run()
    try story.expect("why", "all", out: "all is fresh: nothing that it depends on has changed\n")
    try story.write("src/a", "b\n")
    try story.expect("why", "copy", out: "copy is stale:\n  src/a changed\n")
    try story.expect(
      "why", "all",
      out: "copy is stale:\n  src/a changed\n  and then all\nall is pending: it only gathers what it needs\n")
  }

  @Test func show() throws {
    let story = try story()
    story.environment = ["PATH=/usr/bin:/bin", "MOOD=it's"]
    try story.expect(
      "show", "all", out: "[target all]\nsummary     = Everything\nneeds       = greeting copy\n")
    let text = """
      [target copy]
      summary     = A copy of the source
      inputs      = file:src/a
                    env:MOOD
      outputs     = file:${O}/copy
      run         = cp src/a ${O}/copy

      # by hand:
      cd DIR/tree &&
      mkdir -p DIR/tree/out/tmp &&
      env -i \\
        PATH=/usr/bin:/bin \\
        HOME=DIR/tree/out \\
        TMPDIR=DIR/tree/out/tmp \\
        LC_ALL=C.UTF-8 \\
        TERM=dumb \\
        MOOD='it'\\''s' \\
        cp src/a DIR/tree/out/copy

      """
    try story.expect("show", "copy", out: text)
    #expect(!story.exists("out"))
  }

  @Test func whatShowPrintsRunsInAShell() throws {
    let story = try story()
    try story.run()
    let made = try story.read("out/greeting")
    try story.shell("rm -r out; \"$B\" show greeting | sed '1,/^# by hand/d' | sh")
    #expect(try story.read("out/greeting") == made)
    try story.shell("\"$B\" show bad | sed '1,/^# by hand/d' > \"$D/bad\"; ! sh \"$D/bad\"")
  }

  @Test func log() throws {
    let story = try story()
    let none = "sysbuild: no target's last run failed: name the target whose log you want\n"
    try story.expect("log", status: 2, err: none)
    try story.expect(
      "log", "copy", status: 2, err: "sysbuild: there is no log of 'copy': it never ran in this O\n")
    try story.run("greeting")
    try story.run("bad")
    func log(_ words: String...) throws -> String {
      let text = try story.run(["log"] + words).out
      return text.replacing(/(?m)^\d\d:\d\d:\d\d\.\d{3}\s/, with: "")
        .replacing(/# environment .*\n/, with: "").replacing(/\d{4}-.*/, with: "WHEN")
    }
    let bad =
      "# bad, WHEN\n# never built\n$ sh -c 'echo trying; exit 3'\n| trying\n# 'sh' exited with status 3\n"
    #expect(try log() == bad)
    #expect(try log("bad") == bad)
    #expect(
      try log("greeting")
        == "# greeting, WHEN\n# never built\n$ sh -c 'echo hello $NAME > DIR/tree/out/greeting'\n"
        + "$ touch DIR/tree/out/side\n# its commands have succeeded\n")
    try story.write(
      "targets.conf",
      CommandLineStories.targets.replacing("exit 3", with: "exit 0").replacing(
        "GREETING = hello", with: "graph = none\nGREETING = hello"))
    try story.run("bad")
    try story.expect("log", status: 2, err: none)
  }

  @Test func clean() throws {
    let story = try story()
    try story.expect("clean")
    #expect(!story.exists("out"))
    try story.run()
    try story.expect("clean", "-n", "copy", out: "would remove DIR/tree/out/copy\n")
    try story.expect("-q")
    try story.expect("clean", "copy", out: "removed DIR/tree/out/copy\n")
    try story.expect(
      "-n", out: "copy  stale    never built\nall   pending  on copy\n1 stale, 1 pending, 1 fresh\n")
    #expect(!story.exists("out/logs/copy") && story.exists("out/logs/greeting/latest"))
    try story.run()
    try story.expect("clean", "-s")
    #expect(!story.exists("out/copy") && !story.exists("out/greeting"))
    try story.build(runs: ["greeting", "copy"])
  }

  @Test func cleanNamesAPathOnce() throws {
    let story = try BuildStory("[target x]\noutputs = tree:${O}/x link:${O}/x\nrun = mkdir ${O}/x\n")
    _ = try story.shell("mkdir -p \"$S/out/x\"")
    try story.expect("clean", out: "removed DIR/tree/out/x\n")
  }

  @Test func cleanLeavesWhatIsPublishedElsewhere() throws {
    let story = try BuildStory(
      "[target x]\noutputs = file:${IMAGESDIR}/x tree:${O}/t\nrun = mkdir -p ${O}/t/u ${IMAGESDIR}\n      touch ${IMAGESDIR}/x\n"
    )
    story.options = ["IMAGESDIR=\(story.folder)/images"]
    try story.build(runs: ["x"])
    try story.expect("clean", out: "removed DIR/tree/out/t\n")
    #expect(story.exists("../images/x"))
  }
}
