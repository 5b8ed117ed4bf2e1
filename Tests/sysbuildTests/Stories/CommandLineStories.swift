import ImageBuild
import Platform
import TestSupport
import Testing

@testable import Commands

/// The options, mistakes and ends of a run, each with the exact text it prints.
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
    for words in [["-n", "--json"], ["--json", "status"], ["--json", "list"], ["--json", "why", "last"]] {
      #expect(try StrictJSON(story.run(words).out).names == ["version", "targets"])
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
      "V=1", out: "x: never built\nx: one\nx: two\nx: last\nx: done in T\ndone: 1 target ran in T\n")
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
        == "sysbuild: '/proc' is not a source tree: it has neither 'profiles' nor 'targets.conf'; change to one, or name it with -C\n"
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
    try story.expect("--version", out: "sysbuild \(Version.text)\n")
  }

  @Test(
    arguments: [
      (["nonesuch"], "no target or query is called 'nonesuch'; 'sysbuild list' shows the targets"),
      (["cpy"], "no target or query is called 'cpy'; did you mean 'copy'?"),
      (["stats"], "no target or query is called 'stats'; did you mean 'status'?"),
      (["copy", "list"], "'list' is a query, not a target: put it first, as in 'sysbuild list …'"),
      (["why"], "'why' needs the name of a target: 'sysbuild list' shows them"),
      (["show", "copy", "bad"], "'show' takes one target"),
      (["list", "copy"], "'list' is about all targets: leave out 'copy'"),
      (
        ["show", "copy", "--json"],
        "'show' does not answer in JSON: use it with --dry-run, list, status, why, affects, graph, packages, owns, search, uses, history, doctor, audit, update or workon"
      ),
      (
        ["--json"],
        "option '--json' needs a query: use it with --dry-run, list, status, why, affects, graph, packages, owns, search, uses, history, doctor, audit, update or workon"
      ),
      (["GREETNG=x"], "no variable is called 'GREETNG'; did you mean 'GREETING'?"),
      (
        ["X_=x"],
        "no variable is called 'X_'; the build has JOBS, SOURCE, O, IMAGESDIR, CACHE, "
          + "CACHE_MODE, CACHE_KEY, CACHE_SIGNERS, V, GREETING, PATH"
      ),
      (["SOURCE=/x"], "'SOURCE' is the source tree itself: choose it with -C"),
      (["O="], "command line: 'O' is empty: name a folder"),
      (
        ["O=profiles/x"],
        "command line: O is 'DIR/tree/profiles/x', which lies in 'profiles' of the source tree: choose a folder outside, as in O=out"
      ),
      (
        ["IMAGESDIR=sets"],
        "command line: IMAGESDIR is 'DIR/tree/sets', which lies in 'sets' of the source tree: choose a folder outside, as in IMAGESDIR=images"
      ),
      (
        ["O=."],
        "command line: O is 'DIR/tree', which contains the source tree: choose a folder of its own, as in O=out"
      ),
      (
        ["O=.."],
        "command line: O is 'DIR', which contains the source tree: choose a folder of its own, as in O=out"
      ),
      (
        ["helper"],
        "'helper' needs a name, one of publish, receipt, join-configuration, package-list, sbom, provenance, sign, resolve, emerge, install, build, remove, check, quickpkg, record-builds, assemble, copy-root, attributes, exchange, fetch, fetch-sources, compilers"
      ),
      (
        ["helper", "publsh"],
        "there is no helper 'publsh'; there are publish, receipt, join-configuration, package-list, sbom, provenance, sign, resolve, emerge, install, build, remove, check, quickpkg, record-builds, assemble, copy-root, attributes, exchange, fetch, fetch-sources, compilers; did you mean 'publish'?"
      ),
    ] as [([String], String)])
  func mistakes(_ words: [String], _ message: String) throws {
    let ran = try story().run(words)
    #expect(ran.status == 2)
    #expect(ran.out.isEmpty)
    #expect(ran.err == "sysbuild: \(message)\n")
  }
}
