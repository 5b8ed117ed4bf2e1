import Glibc
import Platform
import TestSupport
import Testing

/// What a run leaves behind: its logs, O/history, and the files that --events and --trace name.
@Suite struct RecordStories {
  private let targets = """
    [target all]
    needs = world later
    [target world]
    outputs = file:${O}/world
    run     = sh emerge
    [target later]
    needs = world
    run   = test ! -e src/broken

    """

  private func story() throws -> BuildStory {
    let story = try BuildStory(targets)
    try story.write(
      "emerge",
      """
      echo '>>> Emerging (1 of 2) sys-libs/pam-1.5.3::demo for /O/sysroot/'
      echo '>>> Emerging (2 of 2) app-misc/leaf-1::demo for /O/sysroot/'
      echo '>>> Jobs: 0 of 2 complete, 2 running'
      echo '>>> Installing (1 of 2) sys-libs/pam-1.5.3::demo to /O/sysroot/'
      echo '>>> Completed (1 of 2) sys-libs/pam-1.5.3::demo to /O/sysroot/'
      echo '>>> Failed to emerge app-misc/leaf-1 for /O/sysroot/, Log file:'
      touch out/world
      """)
    return story
  }

  // MARK: Logs

  @Test func fiveLogsAreKept() throws {
    let story = try story()
    for _ in 0..<7 { try story.run("-B", "world") }
    try story.write("out/logs/world/of-mine", "")
    try story.run("-B", "world")
    let names = try Directory.entries(of: story.build / "logs/world").map { "\($0.name)" }.sorted()
    #expect(names.filter { $0.wholeMatch(of: /\d{8}-\d{6}\.\d{3}\.log/) != nil }.count == 5)
    #expect(names.count == 7 && names.contains("of-mine") && names.contains("latest"))
    let latest = try File.readLink(story.build / "logs/world/latest")
    #expect(String(decoding: latest, as: UTF8.self) == names.filter { $0.hasSuffix(".log") }.last)
  }

  @Test func aLogIsFollowedToItsEnd() throws {
    let story = try BuildStory(
      "[target x]\nrun = sh -c \"printf 'no end yet'; echo > started.fifo; read x < go.fifo; echo , end\"\n")
    for name in ["started.fifo", "go.fifo"] { try story.makeFIFO(name) }
    let run = try story.start([])
    _ = try File.read(story.source / "started.fifo")
    let follower = try story.start(["log", "-f", "x"])
    let unnamed = try story.start(["log", "--follow"])
    // What is there already is printed before the end.
    for follower in [follower, unnamed] {
      try follower.wait(untilPrinted: "| no end yet")
      #expect(!follower.hasEnded)
    }
    try story.write("go.fifo", "\n")
    #expect(try run.end().status == 0)
    let text = try follower.end()
    #expect(text.status == 0 && text.err.isEmpty)
    #expect(text.out.contains(/\| no end yet, end\n.* # its commands have succeeded\n$/), "\(text.out)")
    #expect(try text.out == story.run("log", "x").out)
    #expect(try unnamed.end().out == text.out)
    // Of a run that has ended it is all there is to say.
    #expect(try story.run("log", "-f", "x").out == text.out)
  }

  @Test func aFollowerEndsWhenSysbuildIsKilled() throws {
    let story = try BuildStory("[target x]\nrun = sh -c \"echo > started.fifo; read x < go.fifo\"\n")
    for name in ["started.fifo", "go.fifo"] { try story.makeFIFO(name) }
    let run = try story.start([])
    _ = try File.read(story.source / "started.fifo")
    let follower = try story.start(["log", "-f", "x"])
    let history = try story.run("history").out
    #expect(history.hasSuffix("  sysbuild: still running\n"), "\(history)")
    run.process.signalGroup(SIGKILL)
    _ = try run.end()
    #expect(try follower.end().status == 0)
    let later = try story.run("history").out
    #expect(later.hasSuffix("  sysbuild: cut off before it ended\n"), "\(later)")
  }

  @Test func aLineWithoutEnd() throws {
    let story = try BuildStory(
      "[target x]\nrun = sh -c \"head -c 3000000 /dev/zero | tr '[\\\\000]' x; exit 1\"\n")
    try story.write(
      "targets.conf", story.read("targets.conf").replacing("none\n", with: "none\nV = 0\n"))
    let ran = try story.run("V=1")
    #expect(ran.status == 2)
    let shown = ran.out.split(separator: "\n").map(String.init).first { $0.hasPrefix("x: xxx") }
    // 3000000 - 65536 bytes
    #expect(shown == "x: " + String(repeating: "x", count: 65536) + "… (2.7 MiB more in the log)")
    #expect(ran.err.utf8.count < 10000)
    #expect(try story.log("x").contains("| " + String(repeating: "x", count: 3_000_000)))
  }

  /// A log may be larger than the memory.
  @Test func aLogIsPrintedPieceByPiece() throws {
    let story = try BuildStory("[target x]\nrun = true\n")
    try story.run()
    try story.shell("truncate -s 400M out/logs/x/latest")
    for words in ["log x", "log -f x"] {
      // The limit holds for memory that is allocated, and not for the program's own code.
      let ran = try story.shell("(ulimit -d 100000; exec \"$B\" \(words)) | wc -c")
      #expect(ran.out == "\(400 << 20)\n" && ran.err.isEmpty, "\(ran.out)\(ran.err)")
    }
  }

  /// A title, a cleared screen, a cursor that moves, and a colour, which is the only one that a terminal gets.
  @Test(arguments: ["log x", "log -f x"]) func aLogDoesNothingToTheTerminal(_ words: String) throws {
    let story = try BuildStory("[target x]\nrun = cat src/raw\n")
    let raw: [UInt8] =
      Array("\u{1B}]0;title\u{7}a\u{1B}[2J\u{1B}[Hb\rc\u{1B}[31mred é\u{9B}2J\u{202E}".utf8) + [0xFF, 0x0A]
      + Array("plain \\ \u{1B}[".utf8)
    try story.write(story.source / "src/raw", raw)
    try story.run()
    let screen = try TerminalScreen("\"$B\" \(words) > piped; \"$B\" \(words)", story, width: 120)
    try screen.wait(withColours: true) { $0.contains("status 0") }
    let lines = try screen.lines(withColours: true).map { $0.replacing(/^(\x1B\[39m)?[\d:.]+\s/, with: "") }
    #expect(
      lines.drop { !$0.hasPrefix("| ") } == [
        #"| \x1b]0;title\x07a\x1b[2J\x1b[Hb\x0dc"# + "\u{1B}[31mred é" + #"\xc2\x9b2J\xe2\x80\xae\xff"#,
        #"| plain \ \x1b["#, "# its commands have succeeded", "status 0",
      ], "\(lines)")
    // Whatever is no terminal gets what is there.
    #expect(try File.read(story.source / "piped") == File.read(story.build / "logs/x/latest"))
  }

  // MARK: History

  private func history(_ story: BuildStory, _ words: String...) throws -> String {
    try story.run(["history"] + words).out.replacing(/(?m)^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d/, with: "WHEN")
  }

  @Test func historyOfRuns() throws {
    let story = try story()
    #expect(try history(story) == "no run is on record\n")
    try story.write("src/broken", "")
    try story.run("-j1")
    try story.remove("src/broken")
    try story.run("later", "-B")
    try story.run()
    let failed = """
      WHEN  sysbuild: failed after T
        world  done    T  never built
        later  failed  T  never built  'test' exited with status 1

      """
    let second = """
      WHEN  sysbuild later: done in T
        world  done  T  forced
        later  done  T  forced; last run failed: 'test' exited with status 1

      """
    #expect(try history(story) == failed + second)
    #expect(
      try history(story, "later")
        == """
        WHEN  sysbuild: failed after T
          later  failed  T  never built  'test' exited with status 1
        WHEN  sysbuild later: done in T
          later  done  T  forced; last run failed: 'test' exited with status 1

        """)
    let json = try StrictJSON(story.run("history", "--json").out)
    #expect(json["version"] == .number("1") && json["runs"]?.elements.count == 2)
    #expect(json["runs"]?[0]?["outcome"] == .string("failed"))
    #expect(json["runs"]?[1]?["targets"]?[1]?["name"] == .string("later"))
  }

  @Test func historyOfInstalledPackages() throws {
    let story = try BuildStory("[target x]\ninputs = installed:system\nrun = true\n")
    let database = "system/var/db/pkg/a/b-1"
    for (name, text) in ["IUSE": "+nls acl", "USE": "nls", "BUILD_ID": "1", "BUILD_TIME": "1764121212"] {
      try story.write("\(database)/\(name)", text)
    }
    try story.run()
    try story.write("\(database)/BUILD_ID", "2")
    try story.write("\(database)/BUILD_TIME", "1764127777")
    try story.run()
    try story.write("\(database)/BUILD_ID", "3")
    try story.write("\(database)/USE", "acl")
    try story.run()
    let reasons = try history(story).split(separator: "\n").filter { $0.hasPrefix("  x") }
    #expect(
      reasons == [
        "  x  done  T  never built", "  x  done  T  packages in system changed: a/b-1 rebuilt",
        "  x  done  T  packages in system changed: a/b-1 rebuilt: USE +acl -nls",
      ])
  }

  @Test func historyWithDamage() throws {
    let story = try story()
    try story.run("world")
    // A loss of power cuts the last line; a later version has lines of its own.
    let whole = try story.read("out/history")
    try story.write("out/history", "garbage\n{\"version\":9,\"run\":\"x\"}\n" + whole.dropLast(20))
    #expect(try history(story) == "WHEN  sysbuild world: cut off before it ended\n")
    try story.run("-B", "world")
    #expect(try history(story).hasSuffix("WHEN  sysbuild world: done in T\n  world  done  T  forced\n"))
    #expect(try story.read("out/history").hasPrefix("garbage\n"))
  }

  @Test func historyIsBounded() throws {
    let story = try story()
    try story.run("world")
    let line = try story.read("out/history")
    let many = (1 << 20) / line.utf8.count + 1
    try story.write("out/history", String(repeating: line, count: many))
    try story.run("-B", "world")
    let size = try FileStatus(story.build / "history").size
    #expect(size < 1 << 19 + 1000 && size > 1 << 18)
    #expect(try story.read("out/history").hasPrefix("{\"") && history(story).hasSuffix("forced\n"))
  }

  // MARK: Events and trace

  @Test func events() throws {
    let story = try story()
    try story.write("src/broken", "")
    #expect(try story.run("-j1", "--events", "ev").status == 2)
    let lines = try story.read("ev").split(separator: "\n").map { try StrictJSON(String($0)) }
    func summary(_ line: StrictJSON) -> String {
      ["event", "target", "package", "phase", "outcome"].compactMap { name in
        if case .string(let text)? = line[name] { text } else { nil }
      }.joined(separator: " ")
    }
    #expect(
      lines.map(summary) == [
        "runStarted", "targetStarted world", "packageStarted world sys-libs/pam-1.5.3",
        "packageStarted world app-misc/leaf-1", "packagePhase world sys-libs/pam-1.5.3 merge",
        "packageEnded world sys-libs/pam-1.5.3 succeeded", "packageEnded world app-misc/leaf-1 failed",
        "targetSucceeded world", "targetStarted later", "targetFailed later", "runEnded failed",
      ])
    #expect(lines[0]["version"] == .number("1") && lines[0]["goals"] == .array([.string("all")]))
    #expect(lines[0]["targets"]?.elements.count == 3 && lines[0]["jobs"] == .number("1"))
    #expect(lines[1]["reasons"]?[0]?["kind"] == .string("neverBuilt"))
    #expect(lines[1]["log"] == .string("\(story.build)/logs/world/latest"))
    #expect(lines[2]["number"] == .number("1") && lines[2]["count"] == .number("2"))
    #expect(lines[9]["message"] == .string("'test' exited with status 1"))
    let log = try File.readLink(story.build / "logs/later/latest")
    #expect(lines[9]["log"] == .string("\(story.build / "logs/later" / Path(bytes: log))"))
    #expect(lines.allSatisfy { $0["time"] != nil })
    #expect(lines[10]["failed"] == .array([.string("later")]))
    // Who waits for an end gets one when there is nothing to do, too.
    try story.run("--events=ev", "world")
    try story.expect("--events=ev", "world", out: "world: up to date\n")
    #expect(try story.read("ev").split(separator: "\n").count == 2)
    try story.expect(
      "--events", "no/such/folder", "-B", status: 2,
      err: "sysbuild: cannot write 'no/such/folder': No such file or directory\n")
    try story.expect(
      "-n", "--trace", "x", status: 2, err: "sysbuild: option '--trace' is for a build\n")
  }

  /// What others write to the same file stays; only a file that nobody writes to is overwritten.
  @Test func eventsGoWhereOthersWrite() throws {
    let story = try BuildStory("[target x]\nrun = true\n")
    try story.write("old", "old\n")
    try story.run("--events", "old")
    #expect(try story.read("old").hasPrefix("{\"event\":\"runStarted\""))
    for (stream, name) in [
      ("2", "/dev/stderr"), ("2", "/dev/fd/2"), ("2", "/proc/self/fd/2"), ("3", "/dev/fd/3"), ("2", "all"),
    ] {
      let line =
        "exec \(stream)> all; echo before >&\(stream); \"$B\" -B --events \(name); echo after >&\(stream)"
      try story.shell(line)
      let lines = try story.read("all").split(separator: "\n")
      #expect(lines.first == "before" && lines.last == "after" && lines.count == 6, "\(name): \(lines)")
      #expect(lines.dropFirst().first?.contains("runStarted") == true, "\(name)")
    }
    // Appended to, as the shell says.
    try story.shell("echo before > all; \"$B\" -B --trace /dev/stderr 2>> all")
    #expect(try story.read("all").hasPrefix("before\n[\n"))
  }

  @Test func aFullDiskDoesNotEndARun() throws {
    let story = try story()
    let ran = try story.run("world", "--events", "/dev/full")
    #expect(ran.status == 0)
    #expect(ran.err == "sysbuild: cannot write '/dev/full': No space left on device\n")
  }

  @Test func trace() throws {
    let story = try story()
    try story.run("-j1", "--trace", "tr")
    let slices = try StrictJSON(story.read("tr")).elements.filter { $0["ph"] == .string("X") }
    let names = slices.map { slice in
      [slice["name"], slice["cat"], slice["tid"]].map { value in
        switch value {
        case .string(let text): text
        case .number(let text): text
        default: "?"
        }
      }.joined(separator: " ")
    }
    // Packages that overlap are on tracks of their own.
    #expect(
      names == [
        "merge phase 1000", "sys-libs/pam-1.5.3 package 1000", "app-misc/leaf-1 package 1001",
        "world target 1000",
        "later target 1000",
      ])
  }
}
