package import BuildGraph
package import BuildSettings
import EmergeOutput
import Platform
import Stamps
import TextKit

/// Finds out what the stages of a plan would do with packages. It resolves which packages the image would consist of,
/// if that may have changed, and compares the answer with what is there.
///
/// It writes only to a folder in /tmp, which it removes.
package enum Preview {
  /// A target of the plan that will or may run, and that gets a preview.
  private struct Stage {
    let id: TargetID
    /// Nil if the commands are those of a targets file.
    let commands: StageCommands?
    /// The arguments of `helper resolve`, if the target calls it.
    let request: [String]?
    let environment: [String: String]
    /// Whether it runs whatever other targets do.
    let isStale: Bool
    var preview: StagePreview
  }

  /// The previews of the targets that are not fresh and change packages, or may do so: stages of the image graph, and
  /// targets that the source tree declares.
  ///
  /// - Parameters:
  ///   - runs: tell how long all takes.
  ///   - trial: flags with which the image is resolved.
  package static func outlook(
    of plan: Plan, _ state: BuildState, _ settings: Settings, runs: EarlierRuns, trying trial: FlagTrial? = nil
  ) throws -> Outlook {
    var stages = try stages(plan, state, settings)
    /// The targets that will run, as far as that can be told.
    var running = Set(plan.entries.filter(\.verdict.isStale).map(\.id))
    if stages.contains(where: { $0.commands != nil }) {
      try answer(&stages, &running, plan, state, settings, runs, trial)
    }
    // What its answer changes is known: the lists that stages depend on.
    if let resolution = state.graph.id(of: ImageGraph.resolutionName) { running.remove(resolution) }
    return Outlook(
      plan, state.graph, stages: Dictionary(uniqueKeysWithValues: stages.map { ($0.id, $0.preview) }), running,
      runs)
  }

  private static func stages(_ plan: Plan, _ state: BuildState, _ settings: Settings) throws -> [Stage] {
    let graph = state.graph
    // A source tree with `graph = none` has no variant, and no target that is built in.
    let targets = settings.variant == nil ? [] : try ImageGraph(settings).targets
    let builtIn = Dictionary(uniqueKeysWithValues: targets.map { ($0.declaration.name, $0) })
    let changing = changing(plan, graph)
    return try plan.entries.filter { !$0.verdict.isFresh && !graph[$0.id].isAlias }.compactMap { entry in
      let node = graph[entry.id]
      let target = builtIn[node.name]
      if let target, !target.isAboutPackages { return nil }
      var added: [String] = []
      switch node.target.runOrigin {
      case .builtIn: break
      case .extended(let places): added = places
      case .file(let place):
        return Stage(
          id: entry.id, commands: nil, request: nil, environment: [:], isStale: entry.verdict.isStale,
          preview: StagePreview(commandsOf: place))
      }
      let environment = graph.environment(of: entry.id) + state.passedThrough(node)
      func expand(_ line: String) throws -> Job.Command {
        state.command(try CommandTemplate(line), of: entry.id)
      }
      let commands = try StageCommands(
        target?.steps ?? [], environment: environment, changing: changing, isForced: entry.verdict.isForced,
        expand: expand)
      let request = try target?.request.map { try expand($0).words }
      if commands.all.isEmpty && request == nil && added.isEmpty { return nil }
      return Stage(
        id: entry.id, commands: commands, request: request,
        environment: Dictionary(environment.map { ($0.name, $0.value) }) { $1 },
        isStale: entry.verdict.isStale, preview: StagePreview(added: added))
    }
  }

  /// Completes the preview of each stage.
  private static func answer(
    _ stages: inout [Stage], _ running: inout Set<TargetID>, _ plan: Plan, _ state: BuildState,
    _ settings: Settings, _ runs: EarlierRuns, _ trial: FlagTrial?
  ) throws {
    let graph = state.graph
    let logs = stages.lazy.compactMap { $0.environment["EMERGE_LOG_DIR"] }.first
    let log = BuildTimes(logs.flatMap { try? File.read(Path($0) / "emerge.log") } ?? [])
    let present = Resolution(readIn: settings.locations.build / "resolution")
    var resolution: Resolution? = present
    let roots = ForeseenRoots()
    var unknown: Set<TargetID> = []
    for index in stages.indices {
      let stage = stages[index]
      guard let commands = stage.commands else {
        unknown.insert(stage.id)
        running.insert(stage.id)
        if graph[stage.id].name == ImageGraph.resolutionName { resolution = nil }
        continue
      }
      if let request = stage.request {
        resolution = nil
        do {
          let answer = try ask(request, stage.environment, settings, trial)
          resolution = answer.resolution
          stages[index].preview.fixed = answer.seconds
          stages[index].preview.messages = answer.messages
          stages[index].preview.problem = answer.problem
        } catch let error as UserError {
          stages[index].preview.problem = "\(error)"
        }
        if let resolution {
          let changed = ResolvedList.Name.allCases.filter { resolution.differs(from: present, in: $0) }
          stages[index].preview.remark =
            changed.isEmpty
            ? "no package changes, and nothing that one is built from"
            : "another list for \(changed.map(\.rawValue).joined(separator: ", "))"
        }
        if resolution == nil { unknown.insert(stage.id) }
        continue
      }
      guard let resolution else {
        stages[index].preview.problem = "not known, as what the image consists of is not"
        unknown.insert(stage.id)
        continue
      }
      let before = graph.closure(of: [stage.id]).filter { $0 != stage.id && running.contains($0) }
      let hasNewList = commands.lists.contains { resolution.differs(from: present, in: $0) }
      let waits = before.contains { graph[$0].name != ImageGraph.resolutionName }
      guard stage.isStale || hasNewList || waits else {
        stages[index].preview.remark = "stays as it is"
        continue
      }
      running.insert(stage.id)
      let name = graph[stage.id].name
      stages[index].preview.fixed = runs.seconds(of: name) ?? 0
      stages[index].preview.after = before.map { graph[$0].name }.filter { $0 != ImageGraph.resolutionName }
      stages[index].preview.unknown = before.filter(unknown.contains).map { graph[$0].name }
      do {
        stages[index].preview = try StageForecast(
          commands, stages[index].preview, resolution, roots,
          PackageTimes(target: name, runs: runs, log: log), source: settings.locations.source
        ).completed()
      } catch let error as UserError {
        stages[index].preview.problem = "\(error)"
      }
      if !stages[index].preview.isComplete { unknown.insert(stage.id) }
    }
  }

  private struct Answer {
    /// Nil if Portage gives none.
    var resolution: Resolution?
    /// How long Portage took.
    let seconds: Double
    let messages: [EmergeMessage]
    /// The reason why there is no answer, on one or more lines.
    var problem: String?
  }

  private static func ask(
    _ request: [String], _ environment: [String: String], _ settings: Settings, _ trial: FlagTrial?
  ) throws -> Answer {
    try QuestionRoom.open(settings) { room in
      let question = ResolutionQuestion(
        room: room, arguments: request, environment: environment, trial: trial?.edits(settings) ?? [])
      let began = Clock.monotonic
      let (answer, messages) = try question.ask()
      let seconds = Double(Clock.monotonic - began) / 1e9
      switch answer {
      case .resolution(let resolution):
        return Answer(resolution: resolution, seconds: seconds, messages: messages)
      case .none(let problem): return Answer(seconds: seconds, messages: messages, problem: problem)
      case .refusal(let output):
        let explanation = Diagnosis(emergeOutput: output).map { diagnosis in
          Explanation(diagnosis, output, of: ImageGraph.resolutionName, settings, question)
        }
        let last = EmergeLines(output).texts.last { !$0.isEmpty }
        return Answer(
          seconds: seconds,
          messages: explanation == nil ? messages : messages.filter { $0.severity == .warning },
          problem: explanation?.lines.joined(separator: "\n")
            ?? "emerge finds no answer\(last.map { ": \($0)" } ?? " and says nothing: run it by hand")")
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

extension Verdict {
  fileprivate var isForced: Bool {
    if case .stale(let reasons) = self { reasons.contains(.forced) } else { false }
  }
}

extension Reason {
  fileprivate var isAboutWhatItIsMadeFrom: Bool {
    switch self {
    case .inputChanged, .recipeChanged, .assumed: true
    case .neverBuilt, .forced, .outputMissing, .outputAltered, .lastRunFailed, .stampUnreadable, .elsewhere:
      false
    }
  }
}
