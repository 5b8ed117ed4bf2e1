import Glibc
import Platform
import TestSupport
import Testing

/// What goes wrong while targets run, what is said then, and that the next run knows it.
@Suite struct FailureStories {
  @Test func anInputThatIsNotThereIsSaid() throws {
    let story = try BuildStory(
      "[target x]\ninputs = file:src/mistyped\noutputs = file:${O}/x\nrun = touch ${O}/x\n")
    let warning = "sysbuild: x: declared as input, but not there: src/mistyped\n"
    try story.expect("x", out: "x: never built\nx: done in T\ndone: 1 target ran in T\n", err: warning)
    try story.write("src/mistyped", "")
    let ran = try story.run("x")
    #expect(ran.out.hasPrefix("x: src/mistyped is there now\n") && ran.err.isEmpty)
  }

  @Test func aCommandWarns() throws {
    let warn = "run = echo \"sysbuild: warning: mind this\"\n"
    let story = try BuildStory("[target x]\n\(warn)[target y]\nneeds = x\n\(warn)      sh -c false\n")
    try story.expect(
      "x", out: "x: never built\nx: done in T\ndone: 1 target ran in T, 1 warning\n",
      err: "sysbuild: x: warning: mind this\n")
    #expect(try story.run("history", "x").out.hasSuffix("  x: warning: mind this\n"))
    // A target that fails has warned of it, too, and what two warn of is said once.
    let ran = try story.run("-B", "y", "--events", "events")
    #expect(ran.status == 2)
    #expect(
      ran.err.split(separator: "\n").filter { $0.contains(": warning: ") && !$0.contains(" | ") } == [
        "sysbuild: x: warning: mind this"
      ])
    let events = try story.read("events").split(separator: "\n").filter { $0.contains("targetWarned") }
    #expect(events.count == 1 && events.allSatisfy { $0.hasSuffix(#""target":"x","message":"mind this"}"#) })
  }

  @Test func aCommandFails() throws {
    let story = try BuildStory(
      "[target x]\nrun = printf \"%s\\n\" 1 2 3 4 5 6 7 8 9 10 11\n      sh -c \"printf no-line-feed; exit 7\"\n      true\n"
    )
    story.options = ["GREETING=a b"]
    try story.write(
      "targets.conf", try story.read("targets.conf").replacing("none\n", with: "none\nGREETING = x\n"))
    let ran = try story.run("-C", ".", "x")
    #expect(ran.status == 2)
    #expect(ran.out == "x: never built\nx: failed after T\n")
    #expect(
      ran.err
        == """
        sysbuild:   | 2
        sysbuild:   | 3
        sysbuild:   | 4
        sysbuild:   | 5
        sysbuild:   | 6
        sysbuild:   | 7
        sysbuild:   | 8
        sysbuild:   | 9
        sysbuild:   | 10
        sysbuild:   | 11
        sysbuild:   | $ sh -c 'printf no-line-feed; exit 7'
        sysbuild:   | no-line-feed
        sysbuild: x failed: command 2 of 3, 'sh' exited with status 7
        sysbuild: log: DIR/tree/out/logs/x/TIME.log
        sysbuild: again: sysbuild -C . 'GREETING=a b' x

        """)
    try story.expect(
      "why", "x", out: "x is stale:\n  last run failed: command 2 of 3, 'sh' exited with status 7\n")
  }

  @Test(arguments: [
    (
      "nonesuch --flag",
      "'nonesuch' was not found on PATH: install it, or correct the name"
    ),
    ("./nonesuch", "cannot run 'DIR/tree/./nonesuch': No such file or directory"),
    ("src/plain", "cannot run 'DIR/tree/src/plain': Permission denied"),
    ("sh -c \"kill -9 $$$$\"", "'sh' was killed by SIGKILL"),
    ("true", "it did not make its output '${O}/x'"),
  ])
  func endings(_ command: String, _ why: String) throws {
    let story = try BuildStory("[target x]\noutputs = file:${O}/x\nrun = \(command)\n")
    story.environment = ["PATH=/usr/bin:/bin"]
    try story.write("src/plain", "#!/bin/sh\n")
    let ran = try story.run()
    #expect(ran.status == 2)
    #expect(
      ran.err.hasSuffix(
        "sysbuild: x failed: \(why)\nsysbuild: log: DIR/tree/out/logs/x/TIME.log\nsysbuild: again: sysbuild x\n"
      ),
      "\(ran.err)")
    let plan = try story.run("-n").out
    #expect(
      plan.hasPrefix("x  stale    last run failed: \(why.replacing("DIR", with: "\(story.folder)"))\n")
        || plan.hasPrefix("x  stale    last run failed: \(why)\n"), "\(plan)")
  }

  @Test func whatFailedBeforeIsTriedAgainAndNothingElse() throws {
    let story = try BuildStory(
      """
      [target all]
      needs = good bad
      [target good]
      outputs = file:${O}/good
      run     = touch ${O}/good
      [target bad]
      inputs = file:src/a
      run    = test ! -e src/broken
      """)
    try story.write("src/a", "a")
    try story.write("src/broken", "")
    #expect(try story.run("-k").status == 2)
    try story.remove("src/broken")
    try story.build(runs: ["bad"])
  }

  /// What is said names the log of the attempt that it is about.
  @Test func eachAttemptHasALog() throws {
    let story = try BuildStory(
      "[target x]\nretries = 3\nrun = sh -c \"echo >> attempts; echo attempt $$(wc -l < attempts); exit 1\"\n")
    let running = try story.startShell("\"$B\" --events ev 2>&1")
    try wait { running.hasEnded }
    let said = try story.read(running.files[0])
    #expect(try running.end().status == 2)
    #expect(try Directory.entries(of: story.build / "logs/x").filter { $0.kind == .file }.count == 4)
    let events = try story.read("ev").split(separator: "\n").map { try StrictJSON(String($0)) }
    let logs = try events.filter { [.string("targetRetried"), .string("targetFailed")].contains($0["event"]) }
      .map { event in
        guard case .string(let log)? = event["log"] else { throw CancellationError() }
        return log
      }
    #expect(logs.count == 4)
    for (number, log) in logs.enumerated() {
      #expect(try story.read(Path(log)).contains("| attempt \(number + 1)\n"))
    }
    #expect(
      said.contains("sysbuild:   | attempt 4\n") && said.contains("sysbuild: log: \(logs[3])\n"), "\(said)")
    #expect(!said.contains("| attempt 3"))
  }

  /// An input that cannot be digested, when an earlier run has a log that explains another failure.
  @Test func aTargetThatFailsBeforeItsCommandsBegin() throws {
    let story = try BuildStory(
      """
      [target before]
      run = sh -c "rm -f src/a; mkfifo src/a"
      [target x]
      needs = before
      inputs = file:src/a
      run    = sh -c "echo error: another; exit 1"
      """)
    try story.write("src/a", "")
    try story.write("targets.conf", story.read("targets.conf").replacing("mkfifo", with: "echo >"))
    let first = try story.run("x")
    #expect(first.err.contains("error: another") && first.err.contains("sysbuild: log: "), "\(first.err)")
    #expect(try story.run("log").out.contains("| error: another\n"))
    try story.write("targets.conf", story.read("targets.conf").replacing("echo >", with: "mkfifo"))
    let why = "'DIR/tree/src/a' is a FIFO, which has no content: remove it or exclude it from the tree"
    let ran = try story.run("x", "--events", "ev")
    #expect(ran.status == 2)
    #expect(ran.err == "sysbuild: x failed: \(why)\nsysbuild: again: sysbuild x\n")
    let end = try story.read("ev").split(separator: "\n").first { $0.contains("targetFailed") }
    #expect(try StrictJSON(String(end ?? ""))["log"] == .null)
    for words in [["log"], ["log", "x"], ["log", "-f", "x"]] {
      let asked = try story.run(words)
      #expect(asked.status == 2 && asked.out.isEmpty)
      #expect(
        asked.err
          == "sysbuild: there is no log of the last run of 'x', which failed before its commands began: \(why)\n"
      )
    }
    #expect(try Directory.entries(of: story.build / "logs/x").count == 1)
  }

  @Test func anInputThatIsEditedWhileItIsUsed() throws {
    let story = try BuildStory(
      "[target x]\ninputs = file:src/a tree:src/t\noutputs = file:${O}/x\nrun = sh -c \"cp src/a ${O}/x; echo new > src/a; echo > src/t/more\"\n"
    )
    try story.write("src/a", "old\n")
    try story.write("src/t/b", "")
    try story.expect(
      out: "x: never built\nx: done in T\ndone: 1 target ran in T\n",
      err: "sysbuild: x: changed while it ran, so it is stale again: src/a, src/t\n")
    try story.expect(
      "-n",
      out: "x  stale    src/a changed\n            src/t changed: more added\n1 stale, 0 pending, 0 fresh\n")
    try story.build(runs: ["x"])
  }

  // MARK: Signals

  /// A target that waits for ever, as does a child of its own, which says on a FIFO that it runs.
  ///
  /// - Parameter outlivesSIGTERM: whether the target itself goes on after a SIGTERM; the child never does.
  private func waitingStory(outlivesSIGTERM: Bool = true) throws -> BuildStory {
    let story = try BuildStory(
      """
      [target all]
      needs = before waits
      [target before]
      outputs = file:${O}/before
      run     = touch ${O}/before
      [target waits]
      needs = before
      run   = sh waits
      """)
    try story.write(
      "waits",
      """
      \(outlivesSIGTERM ? "trap : TERM INT" : "")
      sh -c 'echo $$ $PPID > fifo; exec sleep 1000' &
      wait
      sleep 1000
      echo never

      """)
    return story
  }

  /// Starts a build and returns when its target runs, with the ids of its processes.
  func startWaiting(_ story: BuildStory) throws -> (BuildStory.Running, [OtherProcess]) {
    let fifo = try story.holdFIFO("tree/fifo")
    let running = try story.start(["all"])
    let ids = try fifo.lines(1, from: running)[0].split(separator: " ").compactMap { pid_t($0) }
    try #require(ids.count == 2)
    return (running, try ids.map { try OtherProcess($0) })
  }

  @Test(arguments: [SIGINT, SIGTERM, SIGHUP])
  func interrupted(_ signal: CInt) throws {
    let story = try waitingStory(outlivesSIGTERM: false)
    let (running, processes) = try startWaiting(story)
    running.process.signalGroup(signal)
    let ran = try running.end()
    #expect(ran.status == 128 + signal)
    #expect(ran.err == "sysbuild: interrupted by \(signalName(signal))\n")
    for process in processes { try process.waitForEnd() }
    try story.expect("why", "waits", out: "waits is stale:\n  its last run was interrupted\n")
    #expect(try story.run("log").out.hasSuffix(" # interrupted\n"))
    try story.expect(
      "-n",
      out:
        "waits  stale    its last run was interrupted\nall    pending  on waits\n1 stale, 1 pending, 1 fresh\n")
  }

  /// The target does not end of the SIGTERM it gets, but its child does.
  @Test func aSecondInterruptKills() throws {
    // Ten seconds after the first one they are killed anyway; a trial that took as long tells nothing.
    for _ in 0..<3 {
      let story = try waitingStory()
      let (running, processes) = try startWaiting(story)
      let began = Clock.monotonic
      running.process.signalGroup(SIGINT)
      try processes[0].waitForEnd()
      #expect(!processes[1].hasEnded)
      running.process.signalGroup(SIGINT)
      #expect(try running.end().status == 128 + SIGINT)
      for process in processes { try process.waitForEnd() }
      if Clock.monotonic - began < 10_000_000_000 { return }
    }
    Issue.record("the second signal kills nothing")
  }

  /// The supervisor is stopped, so that not even SIGKILL ends what it watches.
  @Test func aSignalWhileTheKilledAreWaitedFor() throws {
    let story = try waitingStory()
    let (running, processes) = try startWaiting(story)
    let id = running.process.pid
    let supervisor = try OtherProcess(parent(processes[1].id))
    // The command runs before sysbuild is told so, and then the supervisor leaves the source tree.
    try wait { try File.readLink(Path("/proc/\(supervisor.id)/cwd")) == Array("/".utf8) }
    kill(supervisor.id, SIGSTOP)
    try wait { try processState(supervisor.id) == "T" }
    // The second makes it SIGKILL; those after it have nothing left to do.
    for signal in [SIGINT, SIGINT, SIGINT, SIGWINCH, SIGTERM] {
      kill(id, signal)
      // One that nobody reads would end each poll(2) at once.
      try wait { try !hasPendingSignals(id) }
      #expect(!running.hasEnded)
    }
    kill(id, SIGTSTP)
    try wait { try processState(id) == "T" }
    kill(id, SIGCONT)
    try wait { try processState(id) != "T" }
    kill(supervisor.id, SIGCONT)
    let ran = try running.end()
    #expect(ran.status == 128 + SIGINT && ran.err == "sysbuild: interrupted by SIGINT\n", "\(ran.err)")
    for process in processes { try process.waitForEnd() }
  }

  /// Of proc(5): whether a signal waits for the process, of which a blocked one is read from a signalfd.
  private func hasPendingSignals(_ id: pid_t) throws -> Bool {
    try !String(decoding: File.read(Path("/proc/\(id)/status")), as: UTF8.self)
      .contains("\nShdPnd:\t0000000000000000\n")
  }

  private func parent(_ id: pid_t) throws -> pid_t {
    let stat = String(decoding: try File.read(Path("/proc/\(id)/stat")), as: UTF8.self)
    return try #require(
      stat.split(separator: ")").last?.split(separator: " ").dropFirst().first.flatMap { pid_t($0) })
  }

  @Test func stoppedAndContinued() throws {
    let story = try BuildStory(
      "[target x]\ntimeout = 1h\nrun = sh -c \"echo $$$$ > ready; read x < gate\"\n")
    let (ready, gate) = (try story.holdFIFO("tree/ready"), try story.holdFIFO("tree/gate"))
    let running = try story.start([])
    let id = try #require(pid_t(ready.lines(1, from: running)[0]))
    kill(running.process.pid, SIGTSTP)
    // A shell that is about to start another program is in state D then.
    try wait { try processState(running.process.pid) == "T" }
    try wait { try ["T", "D"].contains(processState(id)) }
    kill(running.process.pid, SIGCONT)
    try wait { try processState(id) != "T" }
    try gate.write("\n")
    #expect(try running.end().status == 0)
  }

  /// The second of the timeout is all that the target gets, so nothing in it may take long.
  @Test func aTimeout() throws {
    let story = try BuildStory(
      "[target x]\ntimeout = 1s\nretries = 1\nrun = sh -c \"sleep 1000 & exec cat fifo\"\n")
    try story.makeFIFO("fifo")
    let ran = try story.run()
    #expect(ran.status == 2)
    #expect(ran.err.hasPrefix("sysbuild: x: took longer than its timeout of T; attempt 2 of 2\n"), "\(ran.err)")
    #expect(ran.err.contains("x failed: took longer than its timeout of T\n"), "\(ran.err)")
    #expect(try story.survivors() == [])
  }

  @Test func killed() throws {
    let story = try waitingStory()
    let (running, processes) = try startWaiting(story)
    running.process.signalGroup(SIGKILL)
    #expect(try running.end().status == 128 + SIGKILL)
    for process in processes { try process.waitForEnd() }
    try story.expect("why", "waits", out: "waits is stale:\n  its last run was cut off before it ended\n")
    try story.write(
      "targets.conf", try story.read("targets.conf").replacing(/run   = .*/, with: "run   = true"))
    try story.build(runs: ["waits"])
  }

  @Test func aCommandThatPrintsWithoutEnd() throws {
    let story = try BuildStory(
      "[target x]\nrun = sh -c \"yes | head -c 200000; echo $$$$ > fifo; exec yes\"\n")
    let fifo = try story.holdFIFO("tree/fifo")
    let running = try story.start([])
    let process = try OtherProcess(#require(pid_t(fifo.lines(1, from: running)[0])))
    running.process.signalGroup(SIGINT)
    #expect(try running.end().status == 128 + SIGINT)
    try process.waitForEnd()
    // All lines but those in the pipe, each with its time.
    #expect(try FileStatus(story.source / "out/logs/x/latest", followingLinks: true).size > 1_000_000)
  }

  @Test func aSecondSysbuild() throws {
    let story = try waitingStory()
    let (running, processes) = try startWaiting(story)
    let busy = try story.run("waits")
    #expect(busy.status == 2)
    #expect(
      busy.err.replacing(/since .*: wait/, with: "since WHEN: wait")
        == "sysbuild: O ('DIR/tree/out') is in use by process \(running.process.pid), all: waits, since WHEN: wait for its end, as with --wait, or use another O\n"
    )
    let patient = try story.start(["--wait", "before", "-B"])
    try patient.wait(untilPrinted: "waiting for its end", to: .error)
    // What needs no writing needs no lock.
    try story.expect("before", out: "before: up to date\n")
    try story.expect("-q", "waits", status: 1)
    #expect(try story.run("clean").status == 2)
    running.process.signalGroup(SIGKILL)
    _ = try running.end()
    for process in processes { try process.waitForEnd() }
    let waited = try patient.end()
    #expect(waited.status == 0 && waited.out.hasSuffix("done: 1 target ran in T\n"), "\(waited.out)")
    #expect(waited.err.contains("waiting for its end"), "\(waited.err)")
    try story.expect("-n", "before", out: "up to date: 1 target fresh\n")
    #expect(try story.run("clean").status == 0)
  }
}
