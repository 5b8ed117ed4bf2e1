package import BuildGraph
package import Explanations
import TextKit

/// What a run would do with packages, and how long it would take.
package struct Outlook {
  private let plan: Plan
  private let graph: Graph
  /// The targets that change packages.
  private let stages: [TargetID: StagePreview]
  /// The seconds that each of the other targets takes that will run, as far as that can be told.
  private let others: [TargetID: Double]

  /// - Parameter running: the targets that will run, as far as that is known.
  init(
    _ plan: Plan, _ graph: Graph, stages: [TargetID: StagePreview], _ running: Set<TargetID>,
    _ runs: EarlierRuns
  ) {
    self.plan = plan
    self.graph = graph
    self.stages = stages
    var running = running
    var others: [TargetID: Double] = [:]
    for entry in plan.entries where !entry.verdict.isFresh && stages[entry.id] == nil {
      guard running.contains(entry.id) || graph[entry.id].needs.contains(where: running.contains) else {
        continue
      }
      running.insert(entry.id)
      others[entry.id] = runs.seconds(of: graph[entry.id].name)
    }
    self.others = others
  }

  /// - Parameter jobs: the number of targets, and of packages of one, that are made at the same time.
  package func notes(jobs: Int) -> [TargetID: PlanReport.Note] {
    stages.mapValues { $0.note(jobs: jobs) }.merging(
      others.mapValues { seconds in
        PlanReport.Note(
          lines: ["about \(StagePreview.duration(seconds))"],
          member: JSON.Member(name: "seconds", value: StagePreview.seconds(seconds)))
      }
    ) { stage, _ in stage }
  }

  /// How long all takes together; nil if that is not known of any target.
  package func time(jobs: Int) -> String? {
    var isAtLeast = false
    // When each target has ended, at the earliest and at the latest.
    var ends: [TargetID: (least: Double, most: Double)] = [:]
    var sum = (least: 0.0, most: 0.0)
    for entry in plan.entries {
      let needed = graph[entry.id].needs.compactMap { ends[$0] }
      var time = (least: others[entry.id] ?? 0, most: others[entry.id] ?? 0)
      if let stage = stages[entry.id] {
        let (seconds, isOpen) = stage.time(jobs: jobs)
        time = (seconds.lowerBound, seconds.upperBound)
        isAtLeast = isAtLeast || isOpen || !stage.isComplete
      }
      sum = (sum.least + time.least, sum.most + time.most)
      ends[entry.id] = (
        (needed.map(\.least).max() ?? 0) + time.least, (needed.map(\.most).max() ?? 0) + time.most
      )
    }
    let least = jobs > 1 ? ends.values.map(\.least).max() ?? 0 : sum.least
    let most = jobs > 1 ? ends.values.map(\.most).max() ?? 0 : sum.most
    if most == 0 { return nil }
    let (first, last) = (StagePreview.duration(least), StagePreview.duration(most))
    return (isAtLeast ? "over " : "about ") + (first == last ? last : "\(first) to \(last)")
  }
}
