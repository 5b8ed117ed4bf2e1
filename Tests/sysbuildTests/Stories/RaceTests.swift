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
    for round in 1...KnownBuild.rounds("SYSBUILD_RACES", 200) {
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
}
