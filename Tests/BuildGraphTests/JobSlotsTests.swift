import BuildGraph
import Testing

/// Slots in memory, some of which other builds may have.
final class FakeSlots: JobSlots {
  var free: Int
  private(set) var taken = 0
  private(set) var most = 0

  init(_ free: Int) {
    self.free = free
  }

  func take() -> Bool {
    if free == 0 { return false }
    free -= 1
    taken += 1
    most = max(most, taken)
    return true
  }

  func giveBack() throws {
    guard taken > 0 else { throw World.Failure(description: "gave back what it never took") }
    free += 1
    taken -= 1
  }
}

@Suite struct JobSlotsTests {
  /// Targets that need nothing.
  func story(_ count: Int, slots: Int) -> Story {
    let story = Story(
      (0..<count).map { Target("t\($0)", outputs: ["file:${O}/t\($0)"], run: ["cc"]) })
    story.options.jobs = 100
    story.slots = FakeSlots(slots)
    return story
  }

  /// The first job needs no slot, each further one needs one, and all are given back.
  @Test(arguments: 0...5) func neverMoreThanThereAreSlots(_ count: Int) throws {
    let story = story(12, slots: count)
    let slots = try #require(story.slots)
    #expect(try story.run().isSuccess)
    #expect(story.world.most == count + 1 && slots.most == count)
    #expect(slots.taken == 0 && slots.free == count)
  }

  /// A slot that another build gives back is used at once, not at the next end of a job.
  @Test func aSlotThatBecomesFree() throws {
    let story = story(4, slots: 0)
    let slots = try #require(story.slots)
    var started: [Int] = []
    story.world.slotComes = { [unowned world = story.world] in
      started.append(world.started.count)
      if started.count == 3 { return false }
      slots.free += 1
      return true
    }
    #expect(try story.run().isSuccess)
    #expect(started.prefix(3) == [1, 2, 3])
    #expect(slots.taken == 0 && slots.free == 2)
  }

  /// Another build may be faster.
  @Test func aSlotThatIsGoneAgain() throws {
    let story = story(3, slots: 0)
    var asked = 0
    story.world.slotComes = {
      asked += 1
      return asked % 4 != 0
    }
    #expect(try story.run().isSuccess)
    #expect(story.world.most == 1)
  }

  /// A slot is given back when its job ends and no other is ready, while the rest runs on.
  @Test func notKeptForNothing() throws {
    let story = Story(
      ["a", "b", "c"].map { Target($0, outputs: ["file:${O}/\($0)"], run: ["cc"]) }
        + [Target("d", needs: ["a", "b", "c"], outputs: ["file:${O}/d"], run: ["cc"])])
    let slots = FakeSlots(5)
    story.slots = slots
    story.options.jobs = 100
    var taken: [Int] = []
    story.world.choose = { _ in
      taken.append(slots.taken)
      return 0
    }
    #expect(try story.run().isSuccess)
    #expect(taken == [2, 1, 0, 0])
  }

  @Test func failuresAndSignals() throws {
    for (atEnd, keepsGoing) in [(nil, false), (nil, true), (0, false), (2, true)] as [(Int?, Bool)] {
      let story = story(8, slots: 3)
      let slots = try #require(story.slots)
      story.options.keepsGoing = keepsGoing
      story.fail("t1")
      story.world.interruption = atEnd.map { ($0, 2) }
      #expect(try !story.run().isSuccess)
      #expect(slots.taken == 0 && slots.free == 3)
    }
  }

  @Test func anErrorThatEndsTheRun() throws {
    let story = story(8, slots: 3)
    story.world.refusesToStart = { $0.name == "t2" }
    #expect(throws: World.Failure.self) { try story.run() }
    #expect(story.slots?.taken == 0 && story.slots?.free == 3)
  }

  /// What runs nothing takes nothing.
  @Test func aliasesSparedAndTouched() throws {
    let story = story(3, slots: 2)
    story.targets.append(Target("all", needs: ["t0", "t1", "t2"]))
    story.options.touches = true
    #expect(try story.run().isSuccess)
    #expect(story.slots?.most == 0 && story.slots?.taken == 0)
  }
}
