import BuildGraph
import BuildSettings
import Caching
import Execution
import Explanations
import ImageBuild
import Platform
import RunDisplay
import Stamps
import TextKit

extension Command {
  /// What is done where no word asks for anything else.
  static let build: Command = Command(
    "", "[TARGET…]", summary: "brings the targets up to date", words: .targets,
    options: [.previewPackages, .whatIf, .wait, .keepWork, .events, .trace, .json],
    check: Build.check, run: { try Build.run($0) })
}

/// What sysbuild does when no query is asked: plan, and then, unless only the plan is wanted, run it.
///
/// Whether anything is to be done is found out without the lock, so that a run that does nothing writes
/// nothing. What is to be done is then planned anew under it: another sysbuild may have just done it. After a wait
/// for one the source tree is read anew, too.
enum Build {
  /// Rejects options that do not go together.
  static func check(_ invocation: Invocation) throws(UserError) {
    let isQuestion = invocation.isDryRun || invocation.asksOnly
    if invocation.wantsJSON, !invocation.isDryRun { throw .noJSON(invocation.command) }
    if invocation.has(.previewPackages), !invocation.isDryRun || invocation.asksOnly {
      throw .misplaced(.previewPackages, isFor: UserError.dryRun)
    }
    for option in [Option.events, .trace, .keepWork] where invocation.has(option) && isQuestion {
      throw .misplaced(option, isFor: "a build")
    }
  }

  /// - Parameters:
  ///   - name: what is said to be up to date; if it is nil, the goals are.
  ///   - findGoals: returns what is to be made.
  static func run(
    _ invocation: Invocation, _ name: String? = nil,
    goals findGoals: (Session) throws -> [TargetID] = { try $0.goals() }
  ) throws -> Ending {
    let index = FileIndex(try invocation.likelyBuildFolder() / "index")
    if !invocation.wantsJSON, invocation.recordFiles.isEmpty, !invocation.has(.keepWork),
      let answer = try FreshAnswer(invocation, in: index)
    {
      return try give(answer, invocation)
    }
    let session = try Session(invocation, index: index)
    let kept = try KeptWork(session)
    let goals = try findGoals(session)
    let names = name ?? goals.map { session.graph[$0].name }.joined(separator: " ")
    let plan = try makePlan(session, goals)
    if invocation.asksOnly { return .exit(plan.isUpToDate ? 0 : 1) }
    if invocation.isDryRun {
      if plan.isUpToDate || invocation.forces || !invocation.whatIfs.isEmpty {
        return try preview(plan, session)
      }
      return try session.asking { asking, cache in
        guard let cache else { return try preview(plan, session) }
        try cache.resolve(goals)
        return try preview(makePlan(asking, goals), asking)
      }
    }
    if plan.isUpToDate {
      try writeEmptyRun(plan, goals, session)
      return try conclude(FreshAnswer(plan, goals: names), session, kept)
    }
    let build = session.settings.locations.build
    return try BuildLock.hold(build, for: names, waits: invocation.has(.wait), warn: Program.complain) { lock in
      let session = (lock.wasAwaited ? try Session(invocation) : session).under(lock)
      guard session.settings.locations.build == build else {
        throw UserError("O is another folder than it was before the wait: start sysbuild again")
      }
      let goals = try findGoals(session)
      var plan = try makePlan(session, goals)
      if plan.isUpToDate {
        try writeEmptyRun(plan, goals, session)
        return try conclude(FreshAnswer(plan, goals: names), session, kept)
      }
      let cache = try session.cache()
      if let cache, !session.invocation.forces, !session.invocation.touches {
        try cache.resolve(goals)
        plan = try makePlan(session, goals)
      }
      let ending = try carryOut(plan, goals, session, lock, cache, kept)
      // The run has succeeded already. Without an answer the next one plans.
      if ending == .exit(0) { try? FreshAnswer.prepare(session, names, goals: findGoals) }
      return ending
    }
  }

  private static func preview(_ plan: Plan, _ session: Session) throws -> Ending {
    let invocation = session.invocation
    let outlook = invocation.has(.previewPackages) ? try outlook(plan, session) : nil
    let jobs = invocation.jobCount
    let report = PlanReport(
      plan: plan, graph: session.graph, notes: outlook?.notes(jobs: jobs) ?? [:],
      time: outlook?.time(jobs: jobs))
    return try Program.show(invocation.wantsJSON ? report.json : report.text)
  }

  private static func outlook(_ plan: Plan, _ session: Session) throws -> Outlook {
    try Preview.outlook(of: plan, session.state, session.settings, runs: session.earlierRuns())
  }

  private static func writeEmptyRun(_ plan: Plan, _ goals: [TargetID], _ session: Session) throws {
    let outline = RunOutline(plan, of: session.state, goals: goals, jobs: 1)
    try RunRecords.writeEmptyRun(
      session.invocation.recordFiles, outline, build: session.settings.locations.build)
  }

  private static func makePlan(_ session: Session, _ goals: [TargetID]) throws -> Plan {
    try Plan(session.state, goals: goals, force: session.invocation.forces)
  }

  private static func conclude(
    _ answer: FreshAnswer, _ session: Session, _ kept: KeptWork?
  ) throws -> Ending {
    try answer.keep(session)
    // Where O cannot be written, the next run reads again what this one read: no harm done.
    try? session.index.save()
    let ending = try give(answer, session.invocation)
    try session.noteWorks()
    try kept?.report()
    return ending
  }

  private static func give(_ answer: FreshAnswer, _ invocation: Invocation) throws -> Ending {
    if invocation.asksOnly || invocation.isSilent && !invocation.isDryRun { return .exit(0) }
    if invocation.isDryRun { return try Program.show(PlanReport.upToDate(answer.count)) }
    return try Program.show("\(answer.goals): up to date\n")
  }

  private static func carryOut(
    _ plan: Plan, _ goals: [TargetID], _ session: Session, _ lock: BuildLock, _ cache: BuildCache?,
    _ kept: KeptWork?
  ) throws -> Ending {
    try Doctor.beforeRun(session)
    let isPublished = plan.entries.contains { session.graph[$0.id].name == "image" && !$0.verdict.isFresh }
    if isPublished { try SigningKey.check(session.settings) }
    var options = Scheduler.Options()
    // Before this process makes a pipe of its own.
    let (slots, jobs) = Jobserver.open(
      jobs: session.invocation.jobs, caller: session.invocation.caller, in: session.settings.locations.build,
      warn: Program.complain)
    options.jobs = jobs
    // What cannot be had is all said at once.
    options.keepsGoing = session.invocation.has(.keepGoing) || session.invocation.command == .fetch
    options.touches = session.invocation.touches
    let outline = RunOutline(plan, of: session.state, goals: goals, jobs: options.jobs)
    let showsEverything = session.settings.variables["V"]?.value == "1"
    let failures = RunFailures()
    let records = try RunRecords.listeners(
      session.invocation.recordFiles, outline, build: session.settings.locations.build)
    let history = RunHistory(
      in: session.settings.locations.build,
      command: session.invocation.commandLine(session.invocation.allWords), goals: outline.goals)
    let view = RunViews.view(
      outline, .init(isSilent: session.invocation.isSilent, showsEverything: showsEverything),
      complain: Program.complain)
    let stream = RunStream(
      session.graph, touches: options.touches,
      listeners: [view, failures, history] + (kept.map { [$0] } ?? []) + records)
    var outcome: Scheduler.Outcome
    do {
      try SourceLink.update(session.settings)
      // The records are open by now, wherever they lie.
      let seenAt = try HostGuard.enter(session.settings, warn: Program.complain) ? HostGuard.buildFolder : nil
      options.variables = try seenAt.map(session.settings.variables)
      // What is made anew because it was asked for is not taken from elsewhere, package by package.
      let sharesPackages = seenAt != nil && !session.invocation.forces && cache?.isInUse == true
      let runner = try ProcessRunner(
        session.settings.locations, lock: lock, jobserver: slots, seenAt: seenAt,
        helperVariables: (sharesPackages ? cache?.place.variables ?? [] : []) + (kept?.variables ?? [])
          + (isPublished ? SigningCaller.current.variables : []),
        monitor: stream)
      func run(_ plan: Plan) throws -> Scheduler.Outcome {
        try Scheduler(
          plan, of: session.state, runner: runner, options: options, others: cache, slots: slots,
          now: { Clock.wall }, timer: { Clock.monotonic },
          report: { event in
            lock.note(event, session.graph)
            stream.report(event)
            for failure in failures.all where failure.log == nil {
              try? LogFile.forgetLatest(of: failure.name, in: session.settings.locations.build)
            }
          }
        ).run()
      }
      outcome = try run(plan)
      // What could not be fetched is made here.
      while !outcome.lost.isEmpty, outcome.failed.isEmpty, outcome.signal == nil {
        try cache?.giveUpIfHopeless()
        outcome.continue(with: try run(makePlan(session, goals)))
      }
      if let cache, outcome.signal == nil {
        let fresh = plan.entries.filter(\.verdict.isFresh).map(\.id)
        try cache.keep(outcome.settled.union(fresh), ran: Set(outcome.ran), isGuarded: seenAt != nil) {
          stream.kept($0, size: $1)
        }
      }
    } catch {
      // Without O anything may fail, which is not what is to be said then.
      let error: any Error =
        if case .failure(let removed) = Result(catching: lock.check) { removed } else {
          explained(error, stream, session)
        }
      stream.end(.aborted("\(error)"))
      throw error
    }
    stream.end(outcome)
    session.tidyUp()
    for listener in [history] + records {
      if let problem = listener.problem { Program.complain("\(problem)") }
    }
    if let signal = outcome.signal {
      Program.complain("interrupted by \(signalName(signal))")
      return .die(of: signal)
    }
    try session.noteWorks()
    try kept?.report()
    for failure in failures.all { Program.complain(FailureReport(failure, session).text) }
    return .exit(outcome.isSuccess ? 0 : 2)
  }
}

extension Build {
  /// With what was being made, and what to do, if there is no room left in O.
  private static func explained(_ error: any Error, _ stream: RunStream, _ session: Session) -> any Error {
    guard let failure = error as? SystemError, BuildRoom.isFull(failure.code),
      let room = BuildRoom.explanation(session.settings.locations.build)
    else { return error }
    let work = stream.underWay.map { target, packages in
      packages.isEmpty ? "\(target) was being made" : "\(target) was at \(packages.joined(separator: ", "))"
    }
    return UserError(([failure.description] + work + [room]).joined(separator: "\n"))
  }
}

extension Session {
  /// Saves the index, and drops the listings that no stamp refers to any more, which pile up as inputs change, and
  /// what killed runs have left.
  ///
  /// Every stamp is written by now, so that neither is a reason to call the run failed.
  fileprivate func tidyUp() {
    do {
      try index.save()
    } catch {
      Program.complain("\(error); the next run reads every file again")
    }
    do {
      try AtomicFile.removeTemporaries(in: settings.locations.build)
      let results = graph.nodes.map { state.stamp(of: $0.id) }
      try stamps.tidyUp(keeping: results.compactMap { (try? $0.get()) ?? nil })
    } catch {
      Program.complain("\(error); what nothing needs any more is left there")
    }
  }
}

extension Invocation {
  /// The words of the command line, with that of the command.
  fileprivate var allWords: [String] { (command == .build ? [] : [command.name]) + words }

  /// The files that a run is to write for programs.
  fileprivate var recordFiles: RunRecords.Files {
    .init(events: value(of: .events).map { Path($0) }, trace: value(of: .trace).map { Path($0) })
  }
}
