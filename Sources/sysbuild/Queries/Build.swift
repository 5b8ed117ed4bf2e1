internal import BuildGraph
internal import Platform
internal import Stamps

/// What sysbuild does when no query is asked: plan, and then, unless only the plan is wanted, run it.
enum Build {
  static func run(_ session: Session) throws -> Tool.Ending {
    let invocation = session.invocation
    let goals = try session.goals()
    guard invocation.isDryRun || invocation.asksOnly else {
      let names = goals.map { session.graph[$0].name }.joined(separator: " ")
      return try BuildLock.hold(session.settings.locations.build, doing: names) {
        try carryOut(try makePlan(session, goals), session, names)
      }
    }
    let plan = try makePlan(session, goals)
    if invocation.asksOnly { return .exit(plan.isUpToDate ? 0 : 1) }
    let report = PlanReport(plan: plan, graph: session.graph)
    return try Tool.show(invocation.wantsJSON ? report.json : report.text)
  }

  private static func makePlan(_ session: Session, _ goals: [TargetID]) throws -> Plan {
    try Plan(session.state, goals: goals, force: session.invocation.forces)
  }

  private static func carryOut(_ plan: Plan, _ session: Session, _ names: String) throws -> Tool.Ending {
    let progress = Progress(session)
    if plan.isUpToDate {
      try session.index.save()
      progress.upToDate(names)
      return .exit(0)
    }
    var options = Scheduler.Options()
    options.jobs = session.invocation.jobs ?? processorCount
    options.keepsGoing = session.invocation.keepsGoing
    options.touches = session.invocation.touches
    let runner = try ProcessRunner(session.settings.locations, output: progress.output)
    let scheduler = Scheduler(
      plan, of: session.state, runner: runner, options: options, now: { Clock.wall }, report: progress.report)
    let outcome = try scheduler.run()
    try session.index.save()
    try session.removeUnusedListings()
    progress.end(outcome)
    if let signal = outcome.signal { return .die(of: signal) }
    return .exit(outcome.isSuccess ? 0 : 2)
  }
}

extension Session {
  /// Listings pile up as inputs change; those that no stamp refers to any more are dropped.
  fileprivate func removeUnusedListings() throws {
    let results = graph.nodes.map { state.stamp(of: $0.id) }
    try stamps.removeListings(except: results.compactMap { (try? $0.get()) ?? nil })
  }
}
