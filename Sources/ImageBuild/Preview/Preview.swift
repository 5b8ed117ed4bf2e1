package import BuildGraph
package import BuildSettings
import EmergeOutput
import Platform
import Stamps

/// Finds out what the stages of a plan would do with packages, by asking emerge what each of their steps would do.
/// It writes only to a folder in /tmp, which it removes.
package enum Preview {
  /// A target of the plan that will or may run, and that gets a preview.
  private struct Stage {
    let id: TargetID
    /// Nil if the commands are those of a targets file.
    let commands: StageCommands?
    var preview: StagePreview
  }

  /// The previews of the targets that are not fresh and change packages, or may do so: stages of the image graph, and
  /// targets that the source tree declares.
  package static func stages(of plan: Plan, _ state: BuildState, _ settings: Settings) throws -> [TargetID:
    StagePreview]
  {
    var stages = try stages(plan, state, settings)
    try ask(&stages, state.graph, settings)
    return Dictionary(uniqueKeysWithValues: stages.map { ($0.id, $0.preview) })
  }

  private static func stages(_ plan: Plan, _ state: BuildState, _ settings: Settings) throws -> [Stage] {
    let graph = state.graph
    let moving = plan.entries.filter { !$0.verdict.isFresh && !graph[$0.id].isAlias }.map(\.id)
    // A source tree with `graph = none` has no variant, and no target that is built in.
    let targets = settings.variant == nil ? [] : try ImageGraph(settings).targets
    let builtIn = Dictionary(uniqueKeysWithValues: targets.map { ($0.declaration.name, $0) })
    let changing = changing(plan, graph)
    return try moving.compactMap { id in
      let node = graph[id]
      let target = builtIn[node.name]
      if let target, !target.isStage { return nil }
      var added: [String] = []
      switch node.target.runOrigin {
      case .builtIn: break
      case .extended(let places): added = places
      case .file(let place):
        return Stage(id: id, commands: nil, preview: StagePreview(commandsOf: place))
      }
      let commands = try StageCommands(
        target?.steps ?? [], environment: graph.environment(of: id) + state.passedThrough(node),
        changing: changing
      ) { state.command(try CommandTemplate($0), of: id) }
      if commands.all.isEmpty && added.isEmpty { return nil }
      let before = graph.closure(of: [id]).filter { $0 != id && moving.contains($0) }
      let preview = StagePreview(after: before.map { graph[$0].name }, added: added)
      return Stage(id: id, commands: commands, preview: preview)
    }
  }

  /// Completes the preview of each stage with emerge's answers.
  private static func ask(_ stages: inout [Stage], _ graph: Graph, _ settings: Settings) throws {
    guard let first = stages.lazy.compactMap({ $0.commands?.all.first }).first else { return }
    let logs = first.environment["EMERGE_LOG_DIR"].map { Path($0) / "emerge.log" }
    let times = BuildTimes(logs.flatMap { try? File.read($0) } ?? [])
    try Signals.deferringEnds {
      let scratch = try Directory.createTemporary(prefix: "/tmp/sysbuild-preview.")
      defer { try? Directory.removeTree(scratch) }
      let emerge = PretendingEmerge(
        scratch: scratch, source: settings.locations.source,
        isGuarded: HostGuard.enterToAsk(settings, scratch: scratch))
      let standIns = StandInRoots(in: scratch)
      var foreseen: Set<StagePreview.Change> = []
      var unknown: Set<String> = []
      for index in stages.indices {
        if let commands = stages[index].commands {
          stages[index].preview.unknown = stages[index].preview.after.filter(unknown.contains)
          let question = StageQuestion(
            commands, stages[index].preview, emerge: emerge, standIns: standIns, times: times)
          stages[index].preview = try question.answer(foreseen: foreseen)
          foreseen.formUnion(stages[index].preview.changes)
        }
        if !stages[index].preview.isComplete { unknown.insert(graph[stages[index].id].name) }
      }
    }
  }

  /// The outputs of targets whose input or recipe has changed. A target that only makes something again is left out,
  /// because it makes the same.
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
