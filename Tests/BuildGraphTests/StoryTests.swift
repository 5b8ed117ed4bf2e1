import BuildGraph
import Platform
import Stamps
import Testing

/// `c` needs `b` needs `a`; each reads a file of its own, too.
private func chain() throws -> Story {
  let story = Story(
    [
      Target("a", inputs: ["file:x"], outputs: ["file:${O}/a"], run: ["cc a"]),
      Target("b", needs: ["a"], inputs: ["file:y"], outputs: ["file:${O}/b"], run: ["cc b"]),
      Target("c", needs: ["b"], inputs: ["file:z"], outputs: ["file:${O}/c"], run: ["cc c"]),
    ], ["file:x": "x1", "file:y": "y1", "file:z": "z1", "tool:cc": "/usr/bin/cc 1"])
  return story
}

private func built() throws -> Story {
  let story = try chain()
  try story.run()
  return story
}

@Test func neverBuiltThenFresh() throws {
  let story = try chain()
  #expect(try story.reasons("b") == ["neverBuilt"])
  try story.expect("nothing is built", stale: ["a", "b", "c"])
  #expect(story.world["file:${O}/c"] == "c(z1,b(y1,a(x1)))")
  try story.expect("all is built")
  #expect(story.events.isEmpty)
}

@Test func onlyWhatIsWanted() throws {
  let story = try chain()
  try story.expect("b and its needs", goals: ["b"], stale: ["a", "b"])
  try story.expect("the rest", stale: ["c"])
}

@Test func inputChangedAndChangedBack() throws {
  let story = try built()
  story.world["file:y"] = "y2"
  #expect(try story.reasons("b") == ["inputChanged file:y: changed"])
  story.world["file:y"] = "y1"
  try story.expect("as it was")
  story.world["file:y"] = "y2"
  try story.expect("really changed", stale: ["b"], pending: ["c"], ran: ["b", "c"])
  story.world["file:y"] = "y1"
  try story.expect("back, but built since", stale: ["b"], pending: ["c"], ran: ["b", "c"])
}

@Test func everyKindOfInput() throws {
  let story = Story(
    [
      Target(
        "a", inputs: ["file:f", "tree:t", "value:V", "env:E"], outputs: ["file:${O}/a", "tree:${O}/t"],
        run: ["cc ${W}"], environment: ["M=${X}"])
    ],
    [
      "file:f": "f", "tree:t": "p=1 q=2", "tool:cc": "/usr/bin/cc 1", "env:E": "e",
    ])
  story.variables = ["V": "v", "W": "w", "X": "x"]
  story.world.recipes["a"] = { world, _ in
    world["file:${O}/a"] = "made"
    world["tree:${O}/t"] = "m=1"
    return nil
  }
  try story.run()
  try story.expect("built")
  func check(
    _ edit: () -> Void, _ reasons: [String], at location: SourceLocation = #_sourceLocation
  ) throws {
    edit()
    #expect(try story.reasons("a") == reasons, sourceLocation: location)
    try story.expect("changed", stale: ["a"], at: location)
    try story.expect("built again", at: location)
  }
  try check({ story.world["file:f"] = "#!f" }, ["inputChanged file:f: added executable bit, changed"])
  try check({ story.world["file:f"] = nil }, ["inputChanged file:f: removed"])
  try check({ story.world["file:f"] = "f" }, ["inputChanged file:f: added"])
  try check(
    { story.world["tree:t"] = "q=3 r=1" },
    ["inputChanged tree:t: removed p from 1, changed q from 2 to 3, added r to 1"])
  try check(
    {
      story.world.forgetListings()
      story.world["tree:t"] = "q=4"
    }, ["inputChanged tree:t: "])
  try check({ story.variables["V"] = "v2" }, ["inputChanged value:V: changed from v to v2"])
  try check({ story.variables["W"] = "w2" }, ["inputChanged value:W: changed from w to w2"])
  try check({ story.variables["X"] = "x2" }, ["inputChanged value:X: changed from x to x2"])
  try check({ story.variables["V"] = nil }, ["inputChanged value:V: removed"])
  try check({ story.world["env:E"] = nil }, ["inputChanged env:E: removed"])
  try check(
    { story.world["tool:cc"] = "/usr/bin/cc 2" },
    ["inputChanged tool:cc: changed from /usr/bin/cc 1 to /usr/bin/cc 2"])
  try check({ story.world["file:${O}/a"] = nil }, ["outputMissing file:${O}/a"])
  try check({ story.world["file:${O}/a"] = "other" }, ["outputAltered file:${O}/a: changed"])
  try check({ story.world["tree:${O}/t"] = "m=1 n=1" }, ["outputAltered tree:${O}/t: added n to 1"])
  try check({ story.world.removeStamp(of: "a") }, ["neverBuilt"])
  try check({ story.world.unreadableStamps["a"] = .torn }, ["stampUnreadable: \(StampError.torn)"])
  try check(
    { story["a"]?.run = ["cc -O2 ${W}"] }, ["recipeChanged: removed run cc ${W}, added run cc -O2 ${W}"])
  try check(
    { story["a"]?.environment = ["N=${X}"] },
    ["recipeChanged: removed environment M=${X}, added environment N=${X}"])
  try check({ story["a"]?.inputs.removeFirst() }, ["recipeChanged: removed input file:f"])
  try check({ story["a"]?.inputs.append("file:g") }, ["recipeChanged: added input file:g"])
  try check({ story["a"]?.outputs.removeLast() }, ["recipeChanged: removed output tree:${O}/t"])
  story["a"]?.run = ["  cc   '-O2'  \"${W}\" "]
  try story.expect("another spelling of the same command")
  story["a"]?.inputs.reverse()
  try story.expect("the same inputs in another order")
}

/// To `String` the two are one: é as one scalar, and as e with a combining accent.
@Test func namesAndCommandsAreBytes() throws {
  let (one, two) = ("caf\u{E9}", "cafe\u{301}")
  let story = Story(
    [Target("a", inputs: ["file:\(one)", "file:\(two)"], outputs: ["file:${O}/a"], run: ["cc"])],
    ["file:\(one)": "1"])
  story.world["file:\(two)"] = "2"
  try story.run()
  #expect(story.world["file:${O}/a"] == "a(1,2)")
  story.world["file:\(two)"] = "3"
  try story.expect("the second", stale: ["a"])
  story["a"]?.run = ["cc \(one)"]
  try story.expect("recipe", stale: ["a"])
  story["a"]?.run = ["cc \(two)"]
  try story.expect("recipe in another spelling", stale: ["a"])
  story["a"]?.inputs.removeLast()
  try story.expect("one of them no longer read", stale: ["a"])
}

@Test func earlyCutoff() throws {
  let story = try built()
  story.make("a") { _, _ in "always the same" }
  story.world["file:x"] = "x2"
  try story.expect("its output changes once", stale: ["a"], pending: ["b", "c"], ran: ["a", "b", "c"])
  story.world["file:x"] = "x3"
  try story.expect("no longer", stale: ["a"], pending: ["b", "c"], ran: ["a"])
  #expect(story.events.suffix(2) == ["spared b", "spared c"])
  try story.expect("the spared ones are fresh")
}

@Test func pendingHidesNothingCertain() throws {
  let story = try built()
  story.world["file:x"] = "x2"
  story.world["file:z"] = "z2"
  try story.expect("both ends", stale: ["a", "c"], pending: ["b"], ran: ["a", "b", "c"])
}

/// What a fresh target made proves something, even beside a need that is about to run.
@Test func outputsOfFreshNeedsAreNotDeferred() throws {
  let story = Story(
    [
      Target("a", inputs: ["file:x"], outputs: ["file:${O}/a"], run: ["cc"]),
      Target("b", inputs: ["file:y"], outputs: ["file:${O}/b"], run: ["cc"]),
      Target("t", inputs: ["file:t"], run: ["cc"]),
      Target("all", needs: ["a", "t"]),
      Target("c", needs: ["all", "b"], outputs: ["file:${O}/c"], run: ["cc"]),
    ], ["file:x": "x", "file:y": "y", "file:t": "t", "tool:cc": "cc"])
  try story.run()
  story.world["file:x"] = "x2"
  try story.expect("a alone", goals: ["a"], stale: ["a"])
  story.world["file:y"] = "y2"
  try story.expect("a is fresh and other than c saw it", stale: ["b", "c"])
  story.world["file:t"] = "t2"
  try story.expect("t alone", goals: ["t"], stale: ["t"])
  story.world["file:y"] = "y3"
  try story.expect("t is fresh and other than c saw it", stale: ["b", "c"])
}

@Test func failureStopsAndIsRemembered() throws {
  let story = try built()
  story.world["file:x"] = "x2"
  story.fail("a", "exit status 3")
  try story.expect(
    "a fails", stale: ["a"], pending: ["b", "c"], ran: ["a"], failed: ["a"])
  #expect(
    story.events == ["started a: inputChanged file:x: changed", "failed a: exit status 3"])
  story.world["file:x"] = "x1"
  #expect(try story.reasons("a") == ["lastRunFailed: exit status 3"])
  story.repair("a")
  try story.expect("the edit is undone, the failure is not", stale: ["a"], pending: ["b", "c"], ran: ["a"])
  try story.expect("all is well")
}

@Test func aFirstRunThatFails() throws {
  let story = try chain()
  story.fail("a", "no")
  try story.expect("a fails", stale: ["a", "b", "c"], ran: ["a"], failed: ["a"])
  #expect(try story.reasons("a") == ["lastRunFailed: no"])
  #expect(try story.reasons("b") == ["neverBuilt"])
}

private func fan() -> Story {
  let story = Story(
    [
      Target("a", inputs: ["file:x"], outputs: ["file:${O}/a"], run: ["cc"]),
      Target("b", needs: ["a"], outputs: ["file:${O}/b"], run: ["cc"]),
      Target("c", needs: ["b"], outputs: ["file:${O}/c"], run: ["cc"]),
      Target("d", inputs: ["file:y"], outputs: ["file:${O}/d"], run: ["cc"]),
      Target("e", needs: ["c", "d"], outputs: ["file:${O}/e"], run: ["cc"]),
    ], ["file:x": "x", "file:y": "y", "tool:cc": "cc"])
  return story
}

@Test func keepGoing() throws {
  let story = fan()
  story.fail("a")
  story.options.keepsGoing = true
  try story.expect(
    "d does not depend on a", stale: ["a", "b", "c", "d", "e"], ran: ["a", "d"], failed: ["a"])
  #expect(
    story.events == [
      "started a: neverBuilt", "failed a: exit status 1", "skipped b", "skipped c",
      "started d: neverBuilt", "succeeded d in 1", "skipped e",
    ])
  story.options.keepsGoing = false
  try story.expect("without", stale: ["a", "b", "c", "e"], ran: ["a"], failed: ["a"])
  #expect(story.events == ["started a: lastRunFailed: exit status 1", "failed a: exit status 1"])
  story.repair("a")
  try story.expect("repaired", stale: ["a", "b", "c", "e"])
}

/// A target that a failed one runs beside is waited for, and its success counts.
@Test func failureBesideASuccess() throws {
  let story = fan()
  story.options.jobs = 2
  story.fail("a")
  try story.expect(
    "d was running", stale: ["a", "b", "c", "d", "e"], ran: ["a", "d"], failed: ["a"])
  #expect(story.world.stamps["d"]?.state == .complete)
}

@Test func forced() throws {
  let story = try built()
  try story.expect("all", force: true, stale: ["a", "b", "c"])
  #expect(try story.reasons("a", force: true) == ["forced"])
  try story.expect("only what is wanted", goals: ["a"], force: true, stale: ["a"])
  story.world["file:x"] = "x2"
  #expect(try story.reasons("a", force: true) == ["forced", "inputChanged file:x: changed"])
  story.world.removeStamp(of: "a")
  #expect(try story.reasons("a", force: true) == ["forced"])
}

@Test func touch() throws {
  let story = try built()
  story.world["file:x"] = "x2"
  story.options.touches = true
  try story.expect("touched", stale: ["a"], pending: ["b", "c"], ran: ["a"])
  #expect(story.world.started.isEmpty)
  #expect(story.world["file:${O}/a"] == "a(x1)")
  story.options.touches = false
  try story.expect("as if it had run")
  story.world["file:${O}/a"] = nil
  story.options.touches = true
  try story.expect("nothing to stamp", stale: ["a"], pending: ["b", "c"], ran: ["a", "b"])
  story.options.touches = false
  #expect(try story.reasons("a") == ["outputMissing file:${O}/a"])
}

@Test func outputNotMade() throws {
  let story = try chain()
  story.world.recipes["a"] = { _, _ in nil }
  try story.expect("a makes nothing", stale: ["a", "b", "c"], ran: ["a"], failed: ["a"])
  #expect(story.events.last == "failed a: it did not make its output '${O}/a'")
}

@Test func outputThatCannotBeDigested() throws {
  let story = try chain()
  story.world.recipes["a"] = { world, _ in
    world.undigestible = [Artifact(spec: "file:${O}/a")]
    return nil
  }
  try story.expect("a makes a FIFO", stale: ["a", "b", "c"], ran: ["a"], failed: ["a"])
  #expect(story.events.last == "failed a: '${O}/a' is a FIFO")
}

@Test func inputChangedWhileRunning() throws {
  let story = try chain()
  story.world.recipes["b"] = { world, _ in
    world["file:y"] = "y2"
    world["file:${O}/b"] = "of y1"
    return nil
  }
  try story.expect("y is edited while b runs", stale: ["a", "b", "c"])
  #expect(story.events.contains("changed under b: file:y"))
  #expect(try story.reasons("b") == ["inputChanged file:y: changed"])
  story.repair("b")
  try story.expect("next time", stale: ["b"], pending: ["c"], ran: ["b", "c"])
  try story.expect("all is well")
}

@Test func interruptedBySignal() throws {
  let story = fan()
  story.options.jobs = 2
  story.world.interruption = (atEnd: 1, signal: 15)
  let outcome = try story.run()
  #expect(outcome.signal == 15 && !outcome.isSuccess)
  #expect(story.world.stops == 1)
  // a ended; then b and d ran.
  #expect(story.events.suffix(2).allSatisfy { $0.hasSuffix("its last run was interrupted") })
  story.world.interruption = nil
  #expect(try story.reasons("b") == ["lastRunFailed: its last run was interrupted"])
  try story.expect(
    "what was interrupted, and the rest", stale: ["b", "c", "d", "e"], ran: ["b", "d", "c", "e"])
}

/// The stamp that is written before a recipe starts stays if the machine goes down.
@Test func cutOff() throws {
  let story = try built()
  story.world["file:x"] = "x2"
  story.world.refusesToStart = { _ in true }
  #expect(throws: World.Failure.self) { try story.run() }
  #expect(story.world.stops == 1)
  #expect(story.world.stamps["a"]?.state == .started)
  #expect(story.world.stamps["a"]?.success != nil)
  story.world.refusesToStart = { _ in false }
  story.world["file:x"] = "x1"
  #expect(try story.reasons("a") == ["lastRunFailed: its last run was cut off before it ended"])
  try story.expect("again", stale: ["a"], pending: ["b", "c"], ran: ["a"])
}

/// What cannot be digested before anything ran is an error of the whole; later it is its target's failure.
@Test func observerThrows() throws {
  let story = fan()
  story.world.undigestible = [Artifact(spec: "file:y")]
  #expect(throws: World.Failure.self) { try story.plan() }
  story.world.undigestible = []
  story.options.jobs = 2
  story.options.keepsGoing = true
  story.world.recipes["a"] = { world, _ in
    world["file:${O}/a"] = "a"
    world.undigestible = [Artifact(spec: "file:${O}/a")]
    return nil
  }
  _ = try story.run()
  #expect(story.events.contains("failed a: '${O}/a' is a FIFO"))
  #expect(story.events.contains("succeeded d in 3"))
  story.world.undigestible = []
  story.repair("a")
  try story.run()
  story["c"]?.inputs = ["file:z"]
  story.world.recipes["d"] = { world, _ in
    world["file:${O}/d"] = "d2"
    world.undigestible = [Artifact(spec: "file:z")]
    return nil
  }
  story.world["file:x"] = "x2"
  story.world["file:y"] = "y2"
  try story.expect(
    "z turns into a FIFO while others run", stale: ["a", "c", "d"], pending: ["b", "e"],
    ran: ["a", "d", "b", "c"], failed: ["c"])
  #expect(story.world.stops == 0)
  story.world.undigestible = []
  #expect(try story.reasons("c").first == "lastRunFailed: 'z' is a FIFO")
}

@Test func diskFull() throws {
  let story = try built()
  story.world["file:x"] = "x2"
  story.world.refusesToWrite = { $0.state == .complete }
  #expect(throws: World.Failure.self) { try story.run() }
  #expect(story.world.stops == 1)
  #expect(story.world.stamps["a"]?.state == .started)
  story.world.refusesToWrite = { _ in true }
  story.world.removeStamp(of: "b")
  #expect(throws: World.Failure.self) { try story.run(["a"]) }
  #expect(story.world.started.isEmpty, "nothing runs that cannot be noted")
  story.world.refusesToWrite = { _ in false }
  try story.expect("there is room again", stale: ["a", "b"], pending: ["c"], ran: ["a", "b", "c"])
}

@Test func aliasesHandOn() throws {
  let story = Story(
    [
      Target("a", inputs: ["file:x"], outputs: ["file:${O}/a"], run: ["cc"]),
      Target("both", needs: ["a"], inputs: ["file:y"]),
      Target("outer", needs: ["both"]),
      Target("c", needs: ["outer"], outputs: ["file:${O}/c"], run: ["cc"]),
    ], ["file:x": "x", "file:y": "y", "tool:cc": "cc"])
  try story.expect(
    "never built", stale: ["a", "c"], pending: ["both", "outer"], ran: ["a", "c"])
  try story.expect("built")
  story.world["file:y"] = "y2"
  try story.expect("an alias's own input", stale: ["c"])
  story.world["file:x"] = "x2"
  try story.expect("behind it", stale: ["a"], pending: ["both", "outer", "c"], ran: ["a", "c"])
  try story.expect("only the alias", goals: ["both"])
}

@Test func targetsWithoutOutputs() throws {
  let story = Story(
    [
      Target("a", inputs: ["file:x"], run: ["check"]),
      Target("b", needs: ["a"], outputs: ["file:${O}/b"], run: ["cc"]),
    ], ["file:x": "x", "tool:cc": "cc", "tool:check": "check"])
  try story.expect("never built", stale: ["a", "b"])
  try story.expect("built")
  story.world["file:x"] = "x2"
  try story.expect("its result is what it was made from", stale: ["a"], pending: ["b"], ran: ["a", "b"])
  story.world.removeStamp(of: "a")
  try story.expect("the same again", stale: ["a"], pending: ["b"], ran: ["a"])
  try story.expect("forced alone", goals: ["a"], force: true, stale: ["a"])
  try story.expect("changes nothing")
  story["a"]?.run = ["check -v"]
  try story.expect("alone", goals: ["a"], stale: ["a"])
  #expect(try story.reasons("b") == ["inputChanged result:a: changed"])
}

@Test func diamond() throws {
  let story = Story(
    [
      Target("top", needs: ["l", "r"], outputs: ["file:${O}/top"], run: ["cc"]),
      Target("l", needs: ["base"], outputs: ["file:${O}/l"], run: ["cc"]),
      Target("r", needs: ["base"], outputs: ["file:${O}/r"], run: ["cc"]),
      Target("base", inputs: ["file:x"], outputs: ["file:${O}/base"], run: ["cc"]),
    ], ["file:x": "x", "tool:cc": "cc"])
  try story.expect("built once each", stale: ["base", "l", "r", "top"])
  story.make("l") { _, _ in "the same" }
  story.make("r") { _, _ in "the same" }
  story.world["file:x"] = "x2"
  try story.expect(
    "sides change", stale: ["base"], pending: ["l", "r", "top"], ran: ["base", "l", "r", "top"])
  story.world["file:x"] = "x3"
  try story.expect(
    "sides do not", stale: ["base"], pending: ["l", "r", "top"], ran: ["base", "l", "r"])
  #expect(story.events.last == "spared top")
}

/// A program that lies in O, or that a need is about to install, proves nothing before that need ran.
@Test func programsThatTargetsMake() throws {
  let story = Story(
    [
      Target("tools", inputs: ["file:x"], outputs: ["tree:${O}/host"], run: ["setup"]),
      Target("use", needs: ["tools"], outputs: ["file:${O}/u"], run: ["gen"]),
    ], ["file:x": "x", "tool:setup": "/usr/bin/setup 1"])
  story.world.recipes["tools"] = { world, _ in
    world["tree:${O}/host"] = "gen=1"
    world["tool:gen"] = "${O}/host/gen 1"
    return nil
  }
  try story.run()
  try story.expect("built")
  story.world["file:x"] = "x2"
  story.world["tool:gen"] = nil
  try story.expect("the program comes back", stale: ["tools"], pending: ["use"], ran: ["tools"])
  story.world["file:x"] = "x3"
  story.world["tool:gen"] = "/src/out/host/gen 0"
  try story.expect("is made anew", stale: ["tools"], pending: ["use"], ran: ["tools"])
  story.world["tool:gen"] = nil
  try story.expect("is gone", stale: ["use"])
}

@Test(arguments: [1, 2, 3, 7, 64])
func neverMoreAtOnceThanJobs(_ jobs: Int) throws {
  var generator = SeededGenerator(seed: UInt64(jobs))
  let names = (0..<40).map { "t\($0)" }
  let targets = names.enumerated().map { index, name in
    Target(
      name, needs: index < 10 ? [] : [names[index - 10]], outputs: ["file:${O}/\(name)"], run: ["cc"])
  }
  let story = Story(targets)
  story.options.jobs = jobs
  story.world.choose = { Int.random(in: 0..<$0.count, using: &generator) }
  let outcome = try story.run()
  #expect(outcome.ran.count == 40 && outcome.isSuccess)
  #expect(story.world.most == min(jobs, 10))
}

/// Whatever order jobs end in, targets that are ready are started in the graph's order.
@Test func orderOfStarting() throws {
  let story = Story(
    ["e", "c", "a", "d", "b"].map { Target($0, outputs: ["file:${O}/\($0)"], run: ["cc"]) }
      + [Target("z", needs: ["b", "e"], outputs: ["file:${O}/z"], run: ["cc"])])
  for jobs in 1...6 {
    story.options.jobs = jobs
    story.world.choose = { $0.count - 1 }
    try story.run(force: true)
    #expect(story.world.started == ["e", "c", "a", "d", "b", "z"])
  }
}

@Test func aClockThatIsSetBack() throws {
  let story = try chain()
  let (plan, state) = try story.plan()
  var clock: Int64 = 9_000_000_000
  let scheduler = Scheduler(
    plan, of: state, runner: story.world, options: story.options,
    now: {
      clock -= 1_000_000_000
      return clock
    },
    report: { event in
      if case .succeeded(_, let duration) = event { #expect(duration == 0) }
    })
  #expect(try scheduler.run().isSuccess)
  #expect(story.world.stamps["a"]?.success?.duration == 0)
}

@Test func whatAJobIsGiven() throws {
  let story = Story(
    [
      Target(
        "a", inputs: ["env:E", "env:F", "tree:t"], run: ["A=${V} cc '${V} x' ${tree:t} \"$$\"", "sysbuild"],
        environment: ["B=${V}${V}"])
    ], ["env:E": "e", "tree:t": "p=1 q=2"])
  story.variables = ["V": "a b"]
  var job: Job?
  story.world.recipes["a"] = { _, given in
    job = given
    return nil
  }
  try story.run()
  #expect(job?.commands.map(\.words) == [["cc", "${V} x", "p", "q", "$"], ["sysbuild"]])
  #expect(job?.commands[0].environment.map { "\($0.name)=\($0.value)" } == ["A=a b"])
  #expect(job?.environment.map { "\($0.name)=\($0.value)" } == ["B=a ba b", "E=e"])
  #expect(job?.reasons == [.neverBuilt])
}
