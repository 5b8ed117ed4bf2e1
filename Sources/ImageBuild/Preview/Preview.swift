package import BuildGraph
package import BuildSettings
import EmergeOutput
import Platform
import Stamps

/// What the stages of a plan would do with packages, as emerge says when it is asked what each of their commands would
/// do. Nothing is written but to a folder in /tmp, which is removed.
package enum Preview {
  /// What is told of each target of the plan that is not fresh and runs emerge.
  package static func stages(of plan: Plan, _ state: BuildState, _ settings: Settings) throws -> [TargetID:
    StagePreview]
  {
    let graph = state.graph
    let moving = plan.entries.filter { !$0.verdict.isFresh && !graph[$0.id].isAlias }.map(\.id)
    var stages: [(id: TargetID, commands: StageCommands)] = []
    let changing = changing(plan, graph)
    for id in moving {
      let node = graph[id]
      let environment = graph.environment(of: id) + state.passedThrough(node)
      let commands = StageCommands(
        state.commands(of: id), environment: environment, changing: changing)
      if !commands.all.isEmpty { stages.append((id, commands)) }
    }
    guard let first = stages.first?.commands.all.first else { return [:] }
    let logs = first.environment["EMERGE_LOG_DIR"].map { Path($0) / "emerge.log" }
    let times = BuildTimes(logs.flatMap { try? File.read($0) } ?? [])
    return try Signals.deferringEnds {
      let scratch = try Directory.createTemporary(prefix: "/tmp/sysbuild-preview.")
      defer { try? Directory.removeTree(scratch) }
      let emerge = PretendingEmerge(
        scratch: scratch, source: settings.locations.source,
        isGuarded: HostGuard.enterToAsk(settings, scratch: scratch))
      let standIns = StandInRoots(in: scratch)
      var foreseen: Set<StagePreview.Change> = []
      var previews: [TargetID: StagePreview] = [:]
      for (id, commands) in stages {
        let before = graph.closure(of: [id]).filter { $0 != id && moving.contains($0) }
        let question = StageQuestion(
          commands, after: before.map { graph[$0].name }, emerge: emerge, standIns: standIns, times: times)
        let preview = try question.answer(foreseen: foreseen)
        foreseen.formUnion(preview.changes)
        previews[id] = preview
      }
      return previews
    }
  }

  /// What targets make whose input or recipe has changed; one that only has to make something again makes the same.
  private static func changing(_ plan: Plan, _ graph: Graph) -> Set<Path> {
    var paths: Set<Path> = []
    for entry in plan.entries {
      guard case .stale(let reasons) = entry.verdict, reasons.contains(where: \.isAboutWhatItIsMadeFrom) else {
        continue
      }
      paths.formUnion(graph[entry.id].outputs.compactMap { graph[$0].path })
    }
    return paths
  }
}

extension Reason {
  fileprivate var isAboutWhatItIsMadeFrom: Bool {
    switch self {
    case .inputChanged, .recipeChanged, .assumed: true
    case .neverBuilt, .forced, .outputMissing, .outputAltered, .lastRunFailed, .stampUnreadable: false
    }
  }
}
