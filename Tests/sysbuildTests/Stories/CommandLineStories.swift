import Platform
import Testing

/// The options, variables and queries, each with the exact text it prints.
@Suite struct CommandLineStories {
  static let targets = """
    GREETING = hello

    [target all]
    summary = Everything
    needs   = greeting copy

    [target greeting]
    summary     = Says hello
    outputs     = file:${O}/greeting
    environment = NAME=world's "best"
    run         = sh -c "echo ${GREETING} $$NAME > ${O}/greeting"
                  touch ${O}/side

    [target copy]
    summary = A copy of the source
    inputs  = file:src/a
              env:MOOD
    outputs = file:${O}/copy
    run     = cp src/a ${O}/copy

    [target bad]
    inputs = file:src/a
    run    = sh -c "echo trying; exit 3"

    [target last]
    needs   = bad copy
    outputs = file:${O}/last
    run     = cp ${O}/copy ${O}/last

    """

  func story(_ name: String = "tree") throws -> BuildStory {
    let story = try BuildStory(Self.targets, name: name)
    try story.write("src/a", "a\n")
    return story
  }

  // MARK: Options

  @Test func dryRun() throws {
    let story = try story()
    for option in ["-n", "--dry-run", "--just-print"] {
      try story.expect(
        option,
        out: """
          greeting  stale    never built
          copy      stale    never built
          all       pending  on greeting, copy
          2 stale, 1 pending, 0 fresh

          """)
    }
    try story.run()
    try story.expect("-n", out: "up to date: 3 targets fresh\n")
    try story.expect("-n", "copy", out: "up to date: 1 target fresh\n")
    try story.expect("-nB", "copy", out: "copy  stale    forced\n1 stale, 0 pending, 0 fresh\n")
  }

  @Test func json() throws {
    let story = try story()
    try story.run("copy")
    try story.shell("echo b > src/a; rm out/copy")
    try story.expect(
      "-n", "--json", "copy",
      out: """
        {
          "version": 1,
          "targets": [
            {
              "name": "copy",
              "verdict": "stale",
              "pendingOn": [],
              "reasons": [
                {
                  "kind": "inputChanged",
                  "input": {
                    "kind": "file",
                    "name": "src/a"
                  },
                  "changes": [
                    {
                      "change": "changed",
                      "item": ""
                    }
                  ]
                },
                {
                  "kind": "outputMissing",
                  "output": {
                    "kind": "file",
                    "name": "${O}/copy"
                  }
                }
              ]
            }
          ]
        }

        """)
    for words in ["-n --json", "--json status", "--json list", "--json why last"] {
      try story.shell("\"$B\" \(words) | python3 -m json.tool > /dev/null")
    }
    for words in [[], ["show", "copy"], ["log"], ["clean"]] {
      #expect(try story.run(words + ["--json"]).status == 2)
    }
  }

  @Test func question() throws {
    let story = try story()
    try story.expect("-q", status: 1)
    try story.run()
    try story.expect("-q")
    try story.expect("--question", "greeting", "last", status: 1)
  }

  @Test func alwaysMake() throws {
    let story = try story()
    try story.build(runs: ["greeting", "copy"])
    try story.build("-B", runs: ["greeting", "copy"])
    try story.build("--always-make", "copy", runs: ["copy"])
  }

  @Test func keepGoing() throws {
    let story = try BuildStory(
      """
      [target all]
      needs = after other
      [target after]
      needs = bad
      run   = true
      [target bad]
      run   = false
      [target other]
      run   = true
      """)
    let stopped = try story.run("-j1")
    #expect(stopped.status == 2)
    #expect(stopped.out == "bad: never built\nbad: failed after T\n")
    let went = try story.run("-j1", "-k")
    #expect(went.status == 2)
    #expect(
      went.out
        == """
        bad: last run failed: 'false' exited with status 1
        bad: failed after T
        after: not tried, since what it needs failed
        other: never built
        other: done in T
        all: not tried, since what it needs failed

        """)
  }

  @Test func touch() throws {
    let story = try story()
    try story.expect(
      "-t", "-j1",
      out: "greeting: recorded as made, not run\ncopy: recorded as made, not run\ndone: 2 targets recorded\n")
    #expect(!story.exists("out/copy"))
    try story.expect(
      "-n", "copy", out: "copy  stale    output ${O}/copy is missing\n1 stale, 0 pending, 0 fresh\n")
    try story.run()
    try story.write("src/a", "b\n")
    try story.run("--touch")
    try story.expect("-q")
    #expect(try story.read("out/copy") == "a\n")
  }

  @Test func silent() throws {
    let story = try story()
    try story.expect("-s")
    try story.expect("--quiet")
    try story.expect("-s", "-n", "copy", out: "up to date: 1 target fresh\n")
  }

  @Test func verbose() throws {
    let story = try BuildStory("[target x]\nrun = printf \"one\\ntwo\\033[1m\\nlast\"\n")
    try story.expect(
      "V=1", out: "x: never built\nx: one\nx: two\\x1b[1m\nx: last\nx: done in T\ndone: 1 target ran in T\n")
    try story.expect("-B", out: "x: forced\nx: done in T\ndone: 1 target ran in T\n")
  }

  @Test func directory() throws {
    let story = try story()
    let out = "copy: never built\ncopy: done in T\ndone: 1 target ran in T\n"
    #expect(try story.run("-C", "tree", "copy", directory: story.folder).out == out)
    #expect(try story.run("-C..", "-C", "tree", "-q", "copy", directory: story.source).status == 0)
    #expect(try story.run("--directory=\(story.source)", "-q", "copy", directory: "/").status == 0)
    #expect(
      try story.run("list", directory: "/proc").err
        == "sysbuild: '/proc' is no source tree: it has neither 'profiles' nor 'targets.conf'; go to one, or name it with -C\n"
    )
  }

  @Test func jobsRunAtOnce() throws {
    // Each waits for the other to open its end of the FIFO.
    let story = try BuildStory(
      """
      [target both]
      needs = left right
      [target left]
      run = sh -c "echo x > fifo"
      [target right]
      run = sh -c "read x < fifo"
      """)
    try story.makeFIFO("fifo")
    try story.build("-j2", runs: ["left", "right"])
  }

  // MARK: Variables

  @Test func precedence() throws {
    let story = try story()
    func greeting(_ arguments: [String], _ environment: [String]) throws -> String {
      _ = try story.run(arguments + ["-s", "greeting"], environment: environment)
      return try story.read("out/greeting")
    }
    #expect(try greeting([], []) == "hello world's \"best\"\n")
    #expect(try greeting([], ["GREETING=hi"]) == "hi world's \"best\"\n")
    #expect(try greeting([], ["GREETING="]) == "hello world's \"best\"\n")
    #expect(try greeting(["GREETING=a $b", "GREETING=cheers"], ["GREETING=hi"]) == "cheers world's \"best\"\n")
    try story.expect(
      "-n", "greeting",
      out: "greeting  stale    variable GREETING: 'cheers' → 'hello'\n1 stale, 0 pending, 0 fresh\n")
  }

  @Test func whatACommandFindsInItsEnvironment() throws {
    let story = try BuildStory(
      "[target x]\ninputs = env:MOOD env:UNSET\nenvironment = B=${V}\n              HOME=/nowhere\nrun = Z=1 env\n"
    )
    story.environment = ["PATH=/usr/bin:/bin", "MOOD=glad", "SECRET=1", "LANG=de_DE"]
    try story.run()
    #expect(
      try story.run("log").status == 2
        && story.read("out/logs/x.log").split(separator: "\n").dropFirst(3).joined(separator: "\n")
          == "B=0\nHOME=/nowhere\nLC_ALL=C.UTF-8\nMOOD=glad\nPATH=/usr/bin:/bin\nTERM=dumb\nTMPDIR=\(story.build)/tmp\nZ=1"
    )
  }

  @Test func whereOIs() throws {
    let story = try story()
    let out = "copy: never built\ncopy: done in T\ndone: 1 target ran in T\n"
    for (arguments, environment, place) in [
      (["O=build"], [], "build"), (["O=\(story.folder)/else"], [], "../else"), ([], ["O=env"], "env"),
      (["O=../both"], ["O=env"], "../both"),
    ] {
      #expect(try story.run(arguments + ["copy"], environment: environment).out == out)
      #expect(try story.read("\(place)/copy") == "a\n")
    }
    // Relative ones start at the source tree, wherever sysbuild was started.
    #expect(try story.run("-C", "\(story.source)", "O=build", "-q", "copy", directory: "/").status == 0)
    try story.write("targets.conf", "graph = none\nO = ../own\nIMAGESDIR = ${O}/pictures\n" + Self.targets)
    #expect(try story.run("-C", "\(story.source)", "copy", directory: "/").out == out)
    #expect(try story.read("../own/copy") == "a\n")
    #expect(try story.run("show", "copy").out.contains("cp src/a DIR/own/copy\n"))
    #expect(try story.run("O=x", "show", "copy").out.contains("cp src/a DIR/tree/x/copy\n"))
  }

  @Test(arguments: ["with space", "ünïcödé", "a'b\"c", "$HOME", "tab\tand\\back"])
  func namesOfFolders(_ name: String) throws {
    let story = try story(name)
    try story.build("copy", runs: ["copy"])
    #expect(try story.read("out/copy") == "a\n")
    try story.build("O=\(story.folder)/o \(name)", "copy", runs: ["copy"])
    try story.shell("rm out/copy; \"$B\" show copy | sed '1,/^# by hand/d' | sh")
    try story.build("copy", runs: [])
  }

  // MARK: Queries

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
      return String(text.drop { $0 != "\n" })
    }
    let bad = "\n# never built\n$ sh -c 'echo trying; exit 3'\ntrying\n# 'sh' exited with status 3\n"
    #expect(try log() == bad)
    #expect(try log("bad") == bad)
    #expect(
      try log("greeting")
        == "\n# never built\n$ sh -c 'echo hello $NAME > DIR/tree/out/greeting'\n$ touch DIR/tree/out/side\n")
    try story.write(
      "targets.conf",
      Self.targets.replacing("exit 3", with: "exit 0").replacing(
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
    #expect(!story.exists("out/logs/copy.log") && story.exists("out/logs/greeting.log"))
    try story.run()
    try story.expect("clean", "-s")
    #expect(!story.exists("out/copy") && !story.exists("out/greeting"))
    try story.build(runs: ["greeting", "copy"])
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

  // MARK: Ends

  @Test func aReaderThatGoesAway() throws {
    let story = try BuildStory((0..<3000).map { "[target t\($0)]\nrun = true\n" }.joined())
    let ran = try story.shell("\"$B\" list | head -1; \"$B\" -n t0 t1 t2 | head -1")
    #expect(ran.out == "target  what it is\nt0  stale    never built\n")
    #expect(ran.err.isEmpty)
  }

  @Test func standardOutputFull() throws {
    let ran = try story().shellFailing("\"$B\" list > /dev/full")
    #expect(ran.status == 2)
    #expect(ran.err == "sysbuild: cannot write to standard output: No space left on device\n")
  }

  @Test func helpAndVersion() throws {
    let story = try BuildStory()
    #expect(try story.run("--help", directory: "/").out.hasPrefix("usage: sysbuild [option …]"))
    #expect(try story.run("-h", "--nonsense").status == 2)
    try story.expect("--version", out: "sysbuild 0.1.0\n")
  }

  @Test(
    arguments: [
      (["nonesuch"], "no target or query is called 'nonesuch'; 'sysbuild list' shows the targets"),
      (["cpy"], "no target or query is called 'cpy'; did you mean 'copy'?"),
      (["stats"], "no target or query is called 'stats'; did you mean 'status'?"),
      (["copy", "list"], "'list' is a query, not a target: it comes first, as in 'sysbuild list …'"),
      (["why"], "'why' needs the name of a target: 'sysbuild list' shows them"),
      (["show", "copy", "bad"], "'show' takes one target"),
      (["list", "copy"], "'list' is about all targets: leave out 'copy'"),
      (
        ["show", "copy", "--json"], "'show' does not answer in JSON: use it with --dry-run, list, status or why"
      ),
      (["--json"], "option '--json' needs a question: use it with --dry-run, list, status or why"),
      (["GREETNG=x"], "no variable is called 'GREETNG'; did you mean 'GREETING'?"),
      (["X_=x"], "no variable is called 'X_'; the build has JOBS, SOURCE, O, IMAGESDIR, V, GREETING, PATH"),
      (["SOURCE=/x"], "'SOURCE' is the source tree itself: choose it with -C"),
      (["O="], "command line: 'O' is empty: name a folder"),
      (
        ["O=profiles/x"],
        "O is 'DIR/tree/profiles/x', which lies in 'profiles' of the source tree: choose a folder outside, as in O=out"
      ),
      (
        ["IMAGESDIR=sets"],
        "IMAGESDIR is 'DIR/tree/sets', which lies in 'sets' of the source tree: choose a folder outside, as in IMAGESDIR=out"
      ),
      (["O=."], "O is 'DIR/tree', which contains the source tree: choose a folder of its own, as in O=out"),
      (["O=.."], "O is 'DIR', which contains the source tree: choose a folder of its own, as in O=out"),
      (["helper"], "'helper' needs a name: publish, receipt or package-list"),
      (
        ["helper", "publsh"],
        "there is no helper 'publsh'; there are publish, receipt and package-list; did you mean 'publish'?"
      ),
    ] as [([String], String)])
  func mistakes(_ words: [String], _ message: String) throws {
    let ran = try story().run(words)
    #expect(ran.status == 2)
    #expect(ran.out.isEmpty)
    #expect(ran.err == "sysbuild: \(message)\n")
  }
}
