import BuildGraph
import Platform
import Stamps
import Testing

/// `c` needs `b` needs `a`; each reads a file of its own, too.
func chain() throws -> Story {
  let story = Story(
    [
      Target("a", inputs: ["file:x"], outputs: ["file:${O}/a"], run: ["cc a"]),
      Target("b", needs: ["a"], inputs: ["file:y"], outputs: ["file:${O}/b"], run: ["cc b"]),
      Target("c", needs: ["b"], inputs: ["file:z"], outputs: ["file:${O}/c"], run: ["cc c"]),
    ], ["file:x": "x1", "file:y": "y1", "file:z": "z1", "tool:cc": "/usr/bin/cc 1"])
  return story
}

func built() throws -> Story {
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

@Test("a target that names some outputs of its need does not depend on the others") func someOutputs() throws {
  let story = Story(
    [
      Target("a", inputs: ["file:x", "file:y"], outputs: ["file:${O}/x", "file:${O}/y"], run: ["split"]),
      Target("b", needs: ["a"], inputs: ["file:${O}/x"], outputs: ["file:${O}/b"], run: ["cc b"]),
      Target("c", needs: ["a"], outputs: ["file:${O}/c"], run: ["cc c"]),
    ],
    [
      "file:x": "x1", "file:y": "y1", "tool:cc": "/usr/bin/cc 1", "tool:split": "/usr/bin/split 1",
    ])
  story.world.recipes["a"] = { world, _ in
    for name in ["x", "y"] { world["file:${O}/\(name)"] = world["file:\(name)"] }
    return nil
  }
  try story.run()
  story.world["file:y"] = "y2"
  try story.expect("the other one changed", stale: ["a"], pending: ["b", "c"], ran: ["a", "c"])
  story.world["file:x"] = "x2"
  try story.expect("its own changed", stale: ["a"], pending: ["b", "c"], ran: ["a", "b", "c"])
}

@Test("what a recipe finds out not to need is no input of it, but what changes meanwhile is noticed")
func narrowedInputs() throws {
  let story = Story(
    [Target("a", inputs: ["tree:t"], outputs: ["file:${O}/a"], run: ["cc a"])],
    ["tree:t": "p=1 q=2", "tool:cc": "/usr/bin/cc 1"])
  story.world.narrows = { before, now in Set(now.entries).isSubset(of: before.entries) }
  func narrow(to content: String) {
    story.world.recipes["a"] = { world, _ in
      world["file:${O}/a"] = "p"
      world["tree:t"] = content
      return nil
    }
  }
  narrow(to: "p=1")
  try story.run()
  try story.expect("only p counts")
  story.world["tree:t"] = "p=3"
  narrow(to: "p=4")
  try story.expect("p changes, and changes again while the recipe runs", stale: ["a"])
  narrow(to: "p=4")
  try story.expect("the recipe has not seen that", stale: ["a"])
  try story.expect("but now")
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
    { story["a"]?.run = ["cc -O2 ${W}"] }, ["recipeChanged: changed run from cc ${W} to cc -O2 ${W}"])
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
