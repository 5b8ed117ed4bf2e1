package import BuildGraph
import Execution
import Stamps

/// What is known of a run before it begins: the targets that will or may run, and how long each took the last time.
package struct RunOutline {
  package struct Target {
    let name: String
    let verdict: Verdict
    /// The indices in `targets` of the targets that it waits for.
    let needs: [Int]
    /// The duration of its last success in nanoseconds; nil if it never succeeded, zero for an alias
    /// and for what is only fetched.
    let expected: Int64?
    /// Whether it only groups other targets. Such a target never runs and is not shown.
    let isAlias: Bool
    /// Whether its commands get the terminal while they run.
    var takesConsole = false
  }

  /// The targets that the user asked for.
  package let goals: [String]
  /// The number of jobs that may run at once.
  package let jobs: Int
  /// In the order in which they would run.
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
        expected: node.isAlias || entry.verdict.isElsewhere ? 0 : state.success(of: entry.id)?.duration,
        isAlias: node.isAlias,
        takesConsole: node.limits.takesConsole && Console.isThere)
    }
  }
}
