import Stamps

/// The loop that carries out a plan: it starts what is ready, waits, and writes stamps.
///
/// It makes no system call and knows no process: the runner does the work, the state keeps the records and has
/// the observer look.
public final class Scheduler {
  /// The state of a target that is not fresh. All are `waiting` at first; then only `move` changes it.
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
    /// The timer's time, which does not jump as a clock that is set.
    var began: Int64
    let reasons: [Reason]
    var attempt = 1
    var isFetching = false
  }

  private let state: BuildState
  private let plan: Plan
  private let runner: any CommandRunner
  private let options: Options
  private let others: (any OtherBuilds)?
  private let now: () -> Int64
  private let timer: () -> Int64
  private let report: (Event) -> Void
  private var steps: [TargetID: Step] = [:]
  private var runningCount = 0
  private var queue = ReadyQueue()
  private var pools = Pools()
  private var slots: SlotAccount
  private var outcome = Outcome()
  /// Whether stamps have been adopted since the plan was made.
  private var hasAdopted = false

  /// - Parameters:
  ///   - others: where a target that would run is looked for first.
  ///   - slots: those shared with other builds, if any.
  ///   - now: the wall clock, in nanoseconds since the epoch.
  ///   - timer: a clock that is never set, in nanoseconds since an arbitrary time.
  ///   - report: called for each event, on the caller's thread.
  public init(
    _ plan: Plan, of state: BuildState, runner: any CommandRunner, options: Options,
    others: (any OtherBuilds)? = nil, slots: (any JobSlots)? = nil, now: @escaping () -> Int64,
    timer: @escaping () -> Int64,
    report: @escaping (Event) -> Void
  ) {
    self.plan = plan
    self.state = state
    self.runner = runner
    self.options = options
    self.others = others
    self.slots = SlotAccount(slots)
    self.now = now
    self.timer = timer
    self.report = report
  }

  /// Runs until nothing is left to do. If it throws, all commands have ended and every stamp is true.
  public func run() throws -> Outcome {
    for (id, needs) in plan.waits(state.graph, keptTogether: { others?.keptTogether(with: $0) ?? [] }) {
      steps[id] = .waiting
      queue.add(id, behind: needs)
    }
    do {
      while outcome.signal == nil {
        let wantsSlot = try startWhatIsReady()
        if runningCount == 0 { break }
        try handle(try runner.wait(orForSlot: wantsSlot))
      }
    } catch {
      runner.stop()
      try? slots.giveBack(allBut: 0)
      throw error
    }
    try slots.giveBack(allBut: 0)
    return outcome
  }

  private func move(_ id: TargetID, to step: Step) {
    if case .running = steps[id] { runningCount -= 1 }
    steps[id] = step
    switch step {
    case .waiting: break
    case .running: runningCount += 1
    case .finished: queue.settle(id, isLost: false)
    case .failed, .skipped: queue.settle(id, isLost: true)
    }
    if case .running = step { return }
    for other in state.graph[id].limits.pool.map({ pools.leave($0, id) }) ?? [] { queue.putBack(other) }
  }

  /// - Returns: whether another target could start if a slot were free.
  private func startWhatIsReady() throws -> Bool {
    while runningCount < options.jobs, !queue.isEmpty, outcome.lost.isEmpty,
      outcome.failed.isEmpty || options.keepsGoing
    {
      guard try slots.reserve(besides: runningCount) else { return true }
      guard let (id, isLost) = queue.next() else { break }
      if isLost {
        move(id, to: .skipped)
        report(.skipped(id))
      } else if state.graph[id].limits.pool.map({ pools.enter($0, id) }) ?? true {
        try begin(id)
      }
    }
    try slots.giveBack(allBut: runningCount)
    return false
  }

  private func begin(_ id: TargetID) throws {
    let node = state.graph[id]
    if node.isAlias { return move(id, to: .finished) }
    let started = now()
    let began = timer()
    do {
      try state.look(at: [id])
    } catch {
      // Only this target fails: others may have been running for hours.
      return try fail(
        id, Run(inputs: [], previous: state.success(of: id), started: started, began: began, reasons: []),
        "\(error)")
    }
    let reasons = try reasons(for: id)
    if reasons.isEmpty || options.touches && reasons == [.elsewhere] {
      move(id, to: .finished)
      outcome.spared.append(id)
      return report(reasons.isEmpty && plan[id]?.isElsewhere == true ? .fetched(id, duration: 0) : .spared(id))
    }
    var run = Run(
      inputs: try state.records(of: node.inputs + node.received), previous: state.success(of: id),
      started: started, began: began, reasons: reasons)
    if options.touches {
      move(id, to: .running(run))
      return try end(id, run)
    }
    run.isFetching = isFetched(id, reasons)
    move(id, to: .running(run))
    report(.started(id, reasons))
    if run.isFetching, let others {
      let job = Job(
        id: id, name: node.name, commands: try others.fetching(id, variables: options.variables),
        environment: state.graph.environment(of: id, variables: options.variables), reasons: reasons,
        limits: .none)
      return try runner.start(job)
    }
    try start(node, run)
  }

  /// Why a target runs, or else `elsewhere` if it has been found; empty if it is as it should be.
  private func reasons(for id: TargetID) throws -> [Reason] {
    var found: [Reason] = []
    if case .stale(let planned) = plan[id] { found = planned }
    // Since then it may have been adopted, or have come with what it is kept with.
    if found.isEmpty || found == [.elsewhere] || hasAdopted && !found.contains(.forced) {
      found = state.reasons(for: id)
      if found.isEmpty, state.placeElsewhere(of: id) != nil { found = [.elsewhere] }
    }
    let isDecided = found.isEmpty || found == [.elsewhere] || found.contains(.forced) || options.touches
    if try isDecided || others?.adopt(id, isSettled: isSettled) != true { return found }
    hasAdopted = true
    return [.elsewhere]
  }

  private func isSettled(_ id: TargetID) -> Bool {
    if case .finished = steps[id] { true } else { plan[id] == .fresh }
  }

  /// Whether what another build made is fetched, as the result or to begin with.
  private func isFetched(_ id: TargetID, _ reasons: [Reason]) -> Bool {
    guard let others, state.placeElsewhere(of: id) != nil, !reasons.contains(.forced) else { return false }
    return reasons == [.elsewhere] || others.begins(withLast: id)
  }

  private func start(_ node: Graph.Node, _ run: Run) throws {
    try state.write(Stamp(target: node.name, state: .started, success: run.previous), of: node.id)
    let missing = state.missingSources(of: node)
    if !missing.isEmpty { report(.inputsMissing(node.id, missing)) }
    try runner.start(job(node, run.reasons))
  }

  private func job(_ node: Graph.Node, _ reasons: [Reason]) -> Job {
    Job(
      id: node.id, name: node.name, commands: state.commands(of: node.id, variables: options.variables),
      environment: state.graph.environment(of: node.id, variables: options.variables)
        + state.passedThrough(node) + (reasons.contains(.forced) ? [(Job.forced, "1")] : []),
      reasons: reasons,
      limits: node.limits)
  }

  private func handle(_ event: RunnerEvent) throws {
    switch event {
    case .succeeded(let id):
      guard case .running(let run) = steps[id] else { return }
      if run.isFetching { return try endFetching(id, run) }
      try end(id, run)
    case .failed(let id, let why):
      guard case .running(var run) = steps[id] else { return }
      if run.isFetching { return try lose(id, why) }
      let node = state.graph[id]
      if run.attempt > node.limits.retries { return try fail(id, run, why) }
      run.attempt += 1
      move(id, to: .running(run))
      report(.retried(id, why, attempt: run.attempt, attempts: node.limits.retries + 1))
      try runner.start(job(node, run.reasons))
    case .slotFree: break
    case .interrupted(let signal):
      runner.stop()
      outcome.signal = signal
      for entry in plan.entries {
        if case .running(let run) = steps[entry.id] { try fail(entry.id, run, "its last run was interrupted") }
      }
    }
  }

  /// What was fetched must be what the stamp says. Then it is the result, or what the recipe begins with.
  private func endFetching(_ id: TargetID, _ run: Run) throws {
    let node = state.graph[id]
    try others?.fetched(id)
    do { try state.look(at: [id]) } catch { return try lose(id, "\(error)") }
    let recorded = state.success(of: id)?.outputs ?? []
    if let other = recorded.first(where: { record in
      node.outputs.contains {
        state.graph[$0].artifact == record.artifact && state.observation(of: $0) != record.observation
      }
    }) {
      return try lose(id, "what was fetched differs from its record in '\(other.artifact.name)'")
    }
    if run.reasons == [.elsewhere] {
      move(id, to: .finished)
      outcome.spared.append(id)
      return report(.fetched(id, duration: elapsed(since: run)))
    }
    var run = run
    run.isFetching = false
    run.began = timer()
    move(id, to: .running(run))
    try start(node, run)
  }

  private func lose(_ id: TargetID, _ why: String) throws {
    try others?.lost(id)
    move(id, to: .waiting)
    outcome.lost.append(id)
    report(.lost(id, why))
  }

  /// Checks the outputs of a recipe that succeeded, and only then writes its stamp.
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
    let inputs = try state.settled(run.inputs, of: node)
    let changed = zip(node.inputs + node.received, inputs).filter {
      state.observation(of: $0) != $1.observation
    }
    let duration = elapsed(since: run)
    let success = Stamp.Success(
      recipe: node.recipe, inputs: inputs, outputs: outputs, started: run.started, duration: duration)
    try state.write(Stamp(target: node.name, state: .complete, success: success), of: id)
    move(id, to: .finished)
    outcome.ran.append(id)
    report(.succeeded(id, duration: duration))
    if !changed.isEmpty {
      outcome.unsettled.insert(id)
      report(.inputsChanged(id, changed.map(\.1.artifact)))
    }
  }

  private func fail(_ id: TargetID, _ run: Run, _ why: String) throws {
    move(id, to: .failed)
    outcome.ran.append(id)
    outcome.failed.append(id)
    // What was not fetched is still elsewhere.
    if !run.isFetching {
      try state.write(
        Stamp(target: state.graph[id].name, state: .failed(why), success: run.previous), of: id)
    }
    report(.failed(id, why, duration: elapsed(since: run)))
  }

  private func elapsed(since run: Run) -> Int64 { timer() - run.began }
}
