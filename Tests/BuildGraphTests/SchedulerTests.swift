import BuildGraph
import Platform
import Stamps
import TestSupport
import Testing

@testable import ModelSupport

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

/// Of one pool one at a time, whatever else runs beside it.
@Test(arguments: [1, 2, 5]) func pools(_ jobs: Int) throws {
  var generator = SeededGenerator(seed: UInt64(jobs))
  let story = Story(
    (0..<30).map { number in
      var target = Target("t\(number)", outputs: ["file:${O}/t\(number)"], run: ["cc"])
      target.pool = ["", "a", "b"][number % 3]
      return target
    } + [Target("last", needs: ["t0", "t1", "t2"], outputs: ["file:${O}/last"], run: ["cc"])])
  story.options.jobs = jobs
  var most = 0
  story.world.choose = { running in
    for pool in ["a", "b"] { #expect(running.count { $0.limits.pool == pool } <= 1) }
    most = max(most, running.count)
    return Int.random(in: 0..<running.count, using: &generator)
  }
  let outcome = try story.run()
  #expect(outcome.ran.count == 31 && outcome.isSuccess)
  #expect(most == jobs)
  try story.expect("nothing is left")
}

@Test func aPoolIsFreeAfterAFailure() throws {
  var targets = ["a", "b", "c"].map { Target($0, outputs: ["file:${O}/\($0)"], run: ["cc"]) }
  for index in targets.indices { targets[index].pool = "p" }
  let story = Story(targets)
  story.options.jobs = 3
  story.options.keepsGoing = true
  story.fail("a")
  try story.expect("b and c run", stale: ["a", "b", "c"], failed: ["a"])
}

@Test func retries() throws {
  var target = Target("a", outputs: ["file:${O}/a"], run: ["cc"])
  target.retries = "2"
  let story = Story([target])
  var attempts = 0
  story.world.recipes["a"] = { world, _ in
    attempts += 1
    if attempts < 3 { return "no network" }
    world["file:${O}/a"] = "made"
    return nil
  }
  try story.expect("the third attempt succeeds", stale: ["a"])
  #expect(
    story.events == [
      "started a: neverBuilt", "retried a: no network, 2 of 3", "retried a: no network, 3 of 3",
      "succeeded a in 1",
    ])
  story.fail("a")
  story["a"]?.run = ["cc", "cc"]
  try story.expect("after the last attempt it has failed", stale: ["a"], failed: ["a"])
  #expect(story.events.last == "failed a: exit status 1")
}

/// A clock that is set while targets run: they began when it says so, and took as long as they took.
@Test(arguments: [-1_000_000_000, 31_000_000_000_000_000 as Int64]) func aClockThatIsSet(_ jump: Int64) throws {
  let story = try chain()
  let (plan, state) = try story.plan()
  var clock: Int64 = 9_000_000_000
  var timer: Int64 = 5
  let scheduler = Scheduler(
    plan, of: state, runner: story.world, options: story.options,
    now: {
      clock += jump
      return clock
    },
    timer: {
      timer += 7
      return timer
    },
    report: { event in
      if case .succeeded(_, let duration) = event { #expect(duration == 7) }
    })
  #expect(try scheduler.run().isSuccess)
  let success = story.world.stamps["a"]?.success
  #expect(success?.duration == 7 && success?.started == 9_000_000_000 + jump)
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
