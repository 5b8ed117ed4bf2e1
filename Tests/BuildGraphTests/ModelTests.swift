import BuildGraph
import TestSupport
import Testing

@testable import ModelSupport

/// Truth, by model, in memory: random graphs, random edits, and a tiny make beside the engine. `Campaign`
/// says how a failure is brought back.
@Test(arguments: Campaign.parts) func truthByModel(_ part: UInt64) throws {
  try Campaign(usual: 800).run(part) { _ in MemoryWorld() }
}

/// The world of a story as one for trials.
private final class MemoryWorld: TrialWorld {
  private let story = Story([])

  let sources =
    (0..<12).map { "file:f\($0)" } + (0..<4).map { "tree:t\($0)" } + ["file:${O}/stray", "env:E0", "env:E1"]
  let outputKinds = ["file", "file", "file", "tree"]

  subscript(spec: String) -> String? {
    get { story.world[spec] }
    set { story.world[spec] = newValue }
  }

  func declare(_ targets: [Target], _ variables: [String: String]) {
    if story.targets != targets { story.targets = targets }
    if story.variables != variables { story.variables = variables }
  }

  func damageStamp(of target: String, _ generator: inout SeededGenerator) -> String {
    story.world.removeStamp(of: target)
    return "remove the stamp of \(target)"
  }

  /// In memory there is one way only to hold something.
  func disturb(_ spec: String, _ generator: inout SeededGenerator) -> String {
    story.world.forgetListings()
    return "forget the listings"
  }

  func traces() -> [String] { ["\(story.world.effects)"] }

  func plan(_ goals: [String], force: Bool) throws -> (plan: Plan, state: BuildState) {
    try story.plan(goals, force: force)
  }

  func run(
    _ planned: (plan: Plan, state: BuildState), _ options: Scheduler.Options, _ commands: TrialCommands
  ) throws -> Scheduler.Outcome {
    story.options = options
    story.world.interruption = commands.interruption.map { (atEnd: $0, signal: 2) }
    story.world.recipes["interrupted"] = { _, job in
      commands.spoil(job.name)
      return nil
    }
    for target in story.targets { story.world.recipes[target.name] = { _, job in commands.work(job.name) } }
    return try story.run(planned)
  }

  /// It keeps none.
  var answers: Int { 0 }
  var spared: Int { story.events.count { $0.hasPrefix("spared") } }
}
