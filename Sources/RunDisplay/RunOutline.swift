package import BuildGraph
import Execution
import Stamps

/// What a run is about before it begins: the targets that run or may run, and how long each took the last time.
package struct RunOutline {
  package struct Target {
    let name: String
    let verdict: Verdict
    /// The places in `targets` of those it waits for.
    let needs: [Int]
    /// Nanoseconds that its last success took; nil for one that never succeeded, zero for an alias.
    let expected: Int64?
    /// It never runs: nobody is told of it.
    let isAlias: Bool
    /// Its commands get the terminal while they run.
    var takesConsole = false
  }

  /// What was asked for.
  package let goals: [String]
  /// How many may run at once.
  package let jobs: Int
  /// In the order they would run.
  package let targets: [Target]

  package init(goals: [String], jobs: Int, targets: [Target]) {
    self.goals = goals
    self.jobs = jobs
    self.targets = targets
  }

  package init(_ plan: Plan, of state: BuildState, goals: [TargetID], jobs: Int) {
    let entries = plan.entries.filter { !$0.verdict.isFresh }
    let places = Dictionary(
      entries.enumerated().map { ($0.element.id, $0.offset) }, uniquingKeysWith: { first, _ in first })
    self.goals = goals.map { state.graph[$0].name }
    self.jobs = jobs
    targets = entries.map { entry in
      let node = state.graph[entry.id]
      return Target(
        name: node.name, verdict: entry.verdict, needs: node.needs.compactMap { places[$0] },
        expected: node.isAlias ? 0 : state.success(of: entry.id)?.duration, isAlias: node.isAlias,
        takesConsole: node.limits.takesConsole && Console.isThere)
    }
  }
}
