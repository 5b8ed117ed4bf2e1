import BuildGraph
import Platform
import Stamps
import Testing

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
  #expect(story.events.contains("succeeded d in 2"))
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
