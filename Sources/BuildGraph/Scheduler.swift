public import Stamps

/// The loop that carries out a plan: it starts what is ready, waits, and writes stamps.
///
/// It makes no system call of its own and knows no process: the runner does the work, the state keeps the
/// records, the observer behind it looks.
public final class Scheduler {
  public struct Options: Sendable {
    /// How many targets may run at once, at least 1.
    public var jobs = 1
    /// Whether targets that do not depend on a failed one still run.
    public var keepsGoing = false
    /// Whether to write stamps as if the recipes had run.
    public var touches = false

    public init() {}
  }

  /// What happens, for whoever shows it.
  public enum Event: Sendable {
    case started(TargetID, [Reason])
    /// A pending target turned out to match its stamp: its needs made what they had made before.
    case spared(TargetID)
    case succeeded(TargetID, duration: Int64)
    case failed(TargetID, String, duration: Int64)
    /// It was not tried, since a need of it failed.
    case skipped(TargetID)
    /// These inputs are not what they were when the target began; it is stale next time.
    case inputsChanged(TargetID, [Artifact])
  }

  /// How a run ended.
  public struct Outcome: Sendable {
    public var ran: [TargetID] = []
    public var failed: [TargetID] = []
    /// The signal that ended the run early.
    public var signal: CInt?

    public var isSuccess: Bool { failed.isEmpty && signal == nil }
  }

  /// Where a target stands; `move` is the only place that changes it.
  private enum Step {
    case waiting
    case running(Run)
    case finished
    case failed
    case skipped
  }

  /// What must be remembered of a target while it runs.
  private struct Run {
    let inputs: [Stamp.Record]
    let previous: Stamp.Success?
    let started: Int64
  }

  private let state: BuildState
  private let plan: Plan
  private let runner: any CommandRunner
  private let options: Options
  private let now: () -> Int64
  private let report: (Event) -> Void
  private var steps: [TargetID: Step] = [:]
  private var runningCount = 0
  private var outcome = Outcome()

  /// - Parameters:
  ///   - now: the wall clock, in nanoseconds since the epoch.
  ///   - report: called for each event, on the caller's thread.
  public init(
    _ plan: Plan, of state: BuildState, runner: any CommandRunner, options: Options,
    now: @escaping () -> Int64, report: @escaping (Event) -> Void
  ) {
    self.plan = plan
    self.state = state
    self.runner = runner
    self.options = options
    self.now = now
    self.report = report
  }

  /// Runs until nothing is left to do. If it throws, no command runs on and every stamp is true.
  public func run() throws -> Outcome {
    for entry in plan.entries { move(entry.id, to: entry.verdict.isFresh ? .finished : .waiting) }
    do {
      while outcome.signal == nil {
        try startWhatIsReady()
        if runningCount == 0 { break }
        try handle(try runner.wait())
      }
    } catch {
      runner.stop()
      throw error
    }
    return outcome
  }

  private func move(_ id: TargetID, to step: Step) {
    if case .running = steps[id] { runningCount -= 1 }
    if case .running = step { runningCount += 1 }
    steps[id] = step
  }

  private func startWhatIsReady() throws {
    for entry in plan.entries {
      guard case .waiting = steps[entry.id] else { continue }
      if runningCount >= options.jobs || (!outcome.failed.isEmpty && !options.keepsGoing) { return }
      switch readiness(of: entry.id) {
      case .waits: continue
      case .isLost:
        move(entry.id, to: .skipped)
        report(.skipped(entry.id))
      case .isReady: try begin(entry)
      }
    }
  }

  private enum Readiness { case waits, isLost, isReady }

  private func readiness(of id: TargetID) -> Readiness {
    var result = Readiness.isReady
    for need in state.graph[id].needs {
      switch steps[need] {
      case .finished: continue
      case .failed, .skipped: return .isLost
      case .waiting, .running, nil: result = .waits
      }
    }
    return result
  }

  private func begin(_ entry: Plan.Entry) throws {
    let node = state.graph[entry.id]
    if node.isAlias { return move(entry.id, to: .finished) }
    try state.look(at: [entry.id])
    var reasons = state.reasons(for: entry.id)
    if case .stale(let planned) = entry.verdict { reasons = planned }
    if reasons.isEmpty {
      move(entry.id, to: .finished)
      return report(.spared(entry.id))
    }
    let run = Run(
      inputs: try state.records(of: node.inputs + node.received), previous: state.success(of: entry.id),
      started: now())
    move(entry.id, to: .running(run))
    if options.touches { return try end(entry.id, run) }
    try state.write(Stamp(target: node.name, state: .started, success: run.previous), of: entry.id)
    report(.started(entry.id, reasons))
    try runner.start(job(node, reasons))
  }

  private func job(_ node: Graph.Node, _ reasons: [Reason]) -> Job {
    Job(
      id: node.id, name: node.name, commands: state.commands(of: node.id),
      environment: state.graph.environment(of: node.id) + state.passedThrough(node), reasons: reasons)
  }

  private func handle(_ event: RunnerEvent) throws {
    switch event {
    case .succeeded(let id):
      if case .running(let run) = steps[id] { try end(id, run) }
    case .failed(let id, let why):
      if case .running(let run) = steps[id] { try fail(id, run, why) }
    case .interrupted(let signal):
      runner.stop()
      outcome.signal = signal
      for entry in plan.entries {
        if case .running(let run) = steps[entry.id] { try fail(entry.id, run, "its last run was interrupted") }
      }
    }
  }

  /// Checks what a recipe that succeeded made, and only then says so in its stamp.
  private func end(_ id: TargetID, _ run: Run) throws {
    let node = state.graph[id]
    do {
      try state.look(at: [id])
    } catch {
      return try fail(id, run, "\(error)")
    }
    let outputs = try state.records(of: node.outputs)
    if let missing = outputs.first(where: { $0.observation == nil }), !options.touches {
      return try fail(id, run, "it did not make its output '\(missing.artifact.name)'")
    }
    let changed = zip(node.inputs + node.received, run.inputs).filter {
      state.observation(of: $0) != $1.observation
    }
    let duration = now() - run.started
    let success = Stamp.Success(
      recipe: node.recipe, inputs: run.inputs, outputs: outputs, started: run.started, duration: duration)
    try state.write(Stamp(target: node.name, state: .complete, success: success), of: id)
    move(id, to: .finished)
    outcome.ran.append(id)
    report(.succeeded(id, duration: duration))
    if !changed.isEmpty { report(.inputsChanged(id, changed.map(\.1.artifact))) }
  }

  private func fail(_ id: TargetID, _ run: Run, _ why: String) throws {
    move(id, to: .failed)
    outcome.ran.append(id)
    outcome.failed.append(id)
    try state.write(
      Stamp(target: state.graph[id].name, state: .failed(why), success: run.previous), of: id)
    report(.failed(id, why, duration: now() - run.started))
  }
}

extension BuildState {
  /// The commands of a target, every reference replaced by what was last seen.
  public func commands(of id: TargetID) -> [Job.Command] {
    let node = graph[id]
    return node.commands.map { command in
      graph.command(command) { artifact in
        (node.inputs + node.received).first { graph[$0].artifact == artifact }.map(items) ?? []
      }
    }
  }

  /// An input's items as words of a command.
  private func items(of id: ArtifactID) -> [String] {
    guard case .listing(let listing) = detail(of: id) else { return [] }
    return listing.entries.map { String(decoding: $0.key, as: UTF8.self) }
  }

  /// The environment variables that a target declares as inputs and that are set.
  public func passedThrough(_ node: Graph.Node) -> [(name: String, value: String)] {
    node.inputs.compactMap { id in
      guard graph[id].artifact.kind == .environment, case .text(let value) = detail(of: id) else { return nil }
      return (graph[id].artifact.name, value)
    }
  }
}
