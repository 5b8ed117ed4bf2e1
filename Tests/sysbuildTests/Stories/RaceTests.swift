import Glibc
import Platform
import TestSupport
import Testing

/// Two sysbuilds at once on one O. `SYSBUILD_RACES` is how many pairs are tried.
@Suite struct RaceTests {
  enum Second: CaseIterable {
    /// Without `--wait`, with it, and with it after one more edit.
    case fails, waits, editsAndWaits
  }

  @Test func twoBuilds() throws {
    var known = try KnownBuild(for: "twoBuilds")
    let story = known.story
    let began = Clock.monotonic
    try story.run("-j3")
    var moments = RandomMoments(in: Clock.monotonic - began, for: "twoBuilds, moments")
    var waited = 0
    var refused = 0
    for round in 1...KnownBuild.rounds("SYSBUILD_RACES", 100) {
      let before = try known.expected()
      let names = try known.edit(round)
      let due = try known.expected().filter { before[$0.key] != $0.value }.keys.sorted()
      let second = Second.allCases[round % 3]
      let delay = moments.next() / 1000
      let what = "\(seedSetting), round \(round), \(names) edited, the second \(second) after \(delay) µs"
      let first = try story.start(["-j3"])
      try moments.wait(unlessEnds: first.process.pollDescriptor)
      if second == .editsAndWaits { try story.write("src/d", "\(round), once more\n") }
      let other = try story.start(second == .fails ? ["-j3"] : ["-j3", "--wait"])
      let ran = [try first.end(), try other.end()]
      for one in ran {
        let lines = one.err.split(separator: "\n").filter { !$0.contains("changed while it ran") }
        #expect(lines.count <= 1, "\(what): \(one.err)")
        switch one.status {
        case 0:
          let waits = lines.first?.hasSuffix(": waiting for its end")
          if waits == true { waited += 1 }
          #expect(waits ?? true, "\(what): \(one.err)")
        case 2:
          refused += 1
          #expect(
            lines.first?.contains(/^sysbuild: O \('DIR\/tree\/out'\) is in use by .*: wait for its end/)
              == true,
            "\(what): \(one.err)")
        default: Issue.record("\(what): status \(one.status), \(one.err)")
        }
      }
      #expect(ran.contains { $0.status == 0 }, "\(what)")
      if second != .editsAndWaits {
        // Each target that is due was run, and by one of them.
        #expect((ran[0].targets + ran[1].targets).sorted() == due, "\(what)")
      }
      try known.mend(what)
    }
    #expect(waited > 0 && refused > 0, "\(seedSetting), \(waited) waited, \(refused) were refused")
  }

  // MARK: A wait

  /// Starts a build that goes on until something is written to the FIFO `gate`, and one that waits for its end.
  private func startBoth(
    _ story: BuildStory, second: [String]
  ) throws -> (BuildStory.Running, BuildStory.Running) {
    try story.makeFIFO("ready")
    try story.makeFIFO("gate")
    let first = try story.start(["gated"])
    _ = try File.read(story.source / "ready")
    let other = try story.start(second + ["--wait"])
    try other.wait(untilPrinted: "waiting for its end", to: .error)
    return (first, other)
  }

  private static let gated = """
    [target gated]
    outputs = file:${O}/gated
    run     = sh -c "echo > ready; cat gate; touch ${O}/gated"

    """

  @Test func whatIsEditedDuringTheWaitIsSeen() throws {
    let story = try BuildStory(Self.gated + "[target other]\nrun = echo old\n")
    let (first, other) = try startBoth(story, second: ["other", "gated"])
    try story.write(
      "targets.conf",
      story.read("targets.conf").replacing("old", with: "new")
        + "[extend other]\nneeds = more\n[target more]\nrun = true\n")
    try File.write([], to: story.source / "gate")
    #expect(try first.end().targets == ["gated"])
    let ran = try other.end()
    #expect(ran.status == 0 && ran.targets == ["more", "other"], "\(ran.out)\(ran.err)")
    try story.expect("-n", "other", "gated", out: "up to date: 3 targets fresh\n")
  }

  @Test func cleanRemovesWhatWasMadeDuringTheWait() throws {
    let story = try BuildStory(Self.gated)
    let (first, other) = try startBoth(story, second: ["clean"])
    try File.write([], to: story.source / "gate")
    #expect(try first.end().targets == ["gated"])
    let ran = try other.end()
    #expect(ran.status == 0 && ran.out == "removed DIR/tree/out/gated\n")
  }

  /// A lock whose holder is gone is waited for, since its commands are being killed; unless somebody else has it.
  @Test func aLockThatChangesHands() throws {
    let story = try BuildStory("[target x]\nrun = true\n")
    let gone = try story.start([])
    _ = try gone.end()
    let lock = story.build / "lock"
    guard case .acquired(let held) = try FileLock.tryLock(lock, doing: "all") else { throw CancellationError() }
    try story.write(lock, Array("pid \(gone.process.pid)\n".utf8))
    let watch = try FileWatch(lock, for: .close)
    let refused = try story.start(["-B"])
    // It has looked at the lock, and will do so again.
    try watch.next(unlessEnds: refused.process.pollDescriptor)
    #expect(try Poll.wait(for: [.init(refused.process.pollDescriptor)], timeout: 0).isEmpty)
    try held.update("all")
    let ran = try refused.end()
    #expect(ran.status == 2 && ran.err.contains("is in use by process \(getpid()), all, since "), "\(ran.err)")
  }

  // MARK: A holder that cannot be seen

  /// Both fails and waits, while somebody holds the lock whom this process cannot see; `free` ends that.
  private func expectUnseen(
    _ story: BuildStory, _ holder: String, _ why: String, at location: SourceLocation = #_sourceLocation,
    free: () throws -> Void
  ) throws {
    let refused = try story.run("-B")
    #expect(refused.status == 2, sourceLocation: location)
    let user =
      "sysbuild: O \\('DIR/tree/out'\\) is in use by process \(holder), since [-0-9: ]+, which this process cannot see: \(why): "
    let refusal = try Regex(user + "wait for its end, as with --wait, or use another O\n")
    #expect(refused.err.wholeMatch(of: refusal) != nil, "\(refused.err)", sourceLocation: location)
    let patient = try story.start(["-B", "--wait"])
    try patient.wait(untilPrinted: "waiting for its end", to: .error)
    #expect(!patient.hasEnded, sourceLocation: location)
    try free()
    let waited = try patient.end()
    #expect(waited.status == 0, "\(waited.out)", sourceLocation: location)
    #expect(
      waited.err.wholeMatch(of: try Regex(user + "waiting for its end\n")) != nil, "\(waited.err)",
      sourceLocation: location)
  }

  /// There it is process 1, which is another one here.
  @Test(.enabled(if: SystemStories.canMount)) func aHolderInAnotherProcessNamespace() throws {
    let story = try BuildStory(
      "[target x]\nrun = sh -c \"test -e built || { echo > ready; read x < gate; }\"\n")
    let (ready, gate) = (try story.holdFIFO("tree/ready"), try story.holdFIFO("tree/gate"))
    let first = try story.startShell("exec unshare --pid --fork \"$B\"")
    _ = try ready.lines(1, from: first)
    try expectUnseen(story, "1, x: x", "it runs in another container") {
      try story.write("built", "")
      try gate.write("\n")
      #expect(try first.end().status == 0)
    }
  }

  /// Here the supervisor, which is stopped, as one is that waits for a command that the kernel cannot kill yet.
  @Test func aHolderThatHasLeftACommand() throws {
    let story = try BuildStory(
      "[target x]\nrun = sh -c \"test -e built || { trap '' TERM; echo $$PPID > ready; sleep 1000; }\"\n")
    let ready = try story.holdFIFO("tree/ready")
    var (first, supervisor): (BuildStory.Running, OtherProcess)
    repeat {
      first = try story.start([])
      supervisor = try OtherProcess(#require(pid_t(ready.lines(1, from: first)[0])))
      first.process.signalGroup(SIGKILL)
      _ = try first.end()
      // It kills the command and ends a second later; where stopping it takes longer, the next one is tried.
      kill(supervisor.id, SIGSTOP)
      try wait { try ["T", "Z", nil].contains(processState(supervisor.id)) }
    } while supervisor.hasEnded
    try story.write("built", "")
    try expectUnseen(
      story, "\(first.process.pid), x: x",
      "it has ended, but not all that it started \\('fuser -v DIR/tree/out/lock' lists that\\)"
    ) { kill(supervisor.id, SIGCONT) }
  }
}
