import BuildGraph
import Platform
import Stamps
import Testing

/// A build told step by step: what is edited, what the plan says of it, what a run then does.
///
/// By default a target's commands write to each of its outputs the target's name and what its inputs hold.
final class Story {
  let world = World()
  var targets: [Target] { didSet { known = nil } }
  var variables: [String: String] = [:] { didSet { known = nil } }
  var options = Scheduler.Options()
  /// The graph, as long as nothing that is declared changes.
  private var known: Graph?
  /// Slots shared with other builds.
  var slots: FakeSlots?
  private(set) var events: [String] = []
  private var clock: Int64 = 1_000_000_000

  init(_ targets: [Target], _ contents: [String: String] = [:]) {
    self.targets = targets
    for (spec, content) in contents { world[spec] = content }
    for target in targets where !target.run.isEmpty { make(target.name, by: Self.everything(target.name)) }
  }

  /// A recipe whose outputs depend on all that the target reads.
  static func everything(_ name: String) -> (Story, [String]) -> String {
    { story, inputs in "\(name)(" + inputs.map { story.world[$0] ?? "-" }.joined(separator: ",") + ")" }
  }

  /// Gives a target another recipe; `content` is called with its declared inputs and its needs' outputs.
  func make(_ name: String, by content: @escaping (Story, [String]) -> String) {
    world.recipes[name] = { [unowned self] world, _ in
      guard let target = self[name] else { return "there is no such target" }
      let inputs = target.inputs + target.needs.flatMap { self[$0]?.outputs ?? [] }
      for output in target.outputs { world[output] = content(self, inputs) }
      return nil
    }
  }

  func fail(_ name: String, _ why: String = "exit status 1") {
    world.recipes[name] = { _, _ in why }
  }

  func repair(_ name: String) { make(name, by: Self.everything(name)) }

  subscript(name: String) -> Target? {
    get { targets.first { $0.name == name } }
    set {
      if let newValue, let index = targets.firstIndex(where: { $0.name == name }) { targets[index] = newValue }
    }
  }

  func graph() throws -> Graph {
    if let known { return known }
    let graph = try makeGraph()
    known = graph
    return graph
  }

  private func makeGraph() throws -> Graph {
    var variables = Variables()
    for (name, value) in self.variables.sorted(by: { $0.key < $1.key }) {
      variables.set(name, value, origin: "test")
    }
    variables.set("O", "/src/out", origin: "test", isNeutral: true)
    variables.set("IMAGESDIR", "/src/out/images", origin: "test", isNeutral: true)
    var builder = GraphBuilder(
      variables: variables, locations: Locations(source: "/src", build: "/src/out", images: "/src/out/images"))
    return try builder.build(targets)
  }

  /// The plan as a new process would make it, with the state it was made of.
  func plan(_ goals: [String] = [], force: Bool = false) throws -> (plan: Plan, state: BuildState) {
    let graph = try graph()
    let state = BuildState(graph: graph, observer: world, store: world)
    let ids = goals.isEmpty ? graph.nodes.map(\.id) : goals.compactMap { graph.id(of: $0) }
    return (try Plan(state, goals: ids, force: force), state)
  }

  /// Runs as a new process would.
  @discardableResult
  func run(_ goals: [String] = [], force: Bool = false) throws -> Scheduler.Outcome {
    try run(try plan(goals, force: force))
  }

  func run(_ planned: (plan: Plan, state: BuildState)) throws -> Scheduler.Outcome {
    let (plan, state) = planned
    world.beginRun()
    events = []
    let scheduler = Scheduler(
      plan, of: state, runner: world, options: options, slots: slots,
      now: { [unowned self] in clock },
      timer: { [unowned self] in
        clock += 1_000_000
        return clock
      },
      report: { [unowned self] event in events.append(text(event, state.graph)) })
    return try scheduler.run()
  }

  /// Plans, checks the plan, runs, and checks what ran, in this order.
  func expect(
    _ what: Comment, goals: [String] = [], force: Bool = false, stale: [String] = [], pending: [String] = [],
    ran: [String]? = nil, failed: [String] = [], at location: SourceLocation = #_sourceLocation
  ) throws {
    let effects = world.effects
    let (plan, state) = try plan(goals, force: force)
    #expect(world.effects == effects, "a plan writes nothing: \(what)", sourceLocation: location)
    var found: (stale: [String], pending: [String]) = ([], [])
    for entry in plan.entries {
      switch entry.verdict {
      case .fresh: break
      case .stale(let reasons):
        found.stale.append(state.graph[entry.id].name)
        #expect(!reasons.isEmpty, what, sourceLocation: location)
      case .pending: found.pending.append(state.graph[entry.id].name)
      }
    }
    #expect(found.stale == stale, what, sourceLocation: location)
    #expect(found.pending == pending, what, sourceLocation: location)
    #expect(plan.isUpToDate == (stale + pending).isEmpty, what, sourceLocation: location)
    let outcome = try run(goals, force: force)
    let names = outcome.ran.map { state.graph[$0].name }
    #expect(names == ran ?? stale, what, sourceLocation: location)
    #expect(outcome.failed.map { state.graph[$0].name } == failed, what, sourceLocation: location)
    #expect(outcome.isSuccess == failed.isEmpty, what, sourceLocation: location)
  }

  /// The reasons that the plan gives for a target, as text.
  func reasons(_ name: String, force: Bool = false) throws -> [String] {
    let (plan, state) = try plan(force: force)
    guard let id = state.graph.id(of: name), case .stale(let reasons) = plan[id] else { return [] }
    return reasons.map(text)
  }

  private func text(_ event: Scheduler.Event, _ graph: Graph) -> String {
    switch event {
    case .started(let id, let reasons):
      "started \(graph[id].name): " + reasons.map(text).joined(separator: "; ")
    case .spared(let id): "spared \(graph[id].name)"
    case .succeeded(let id, let duration): "succeeded \(graph[id].name) in \(duration / 1_000_000)"
    case .retried(let id, let why, let attempt, let attempts):
      "retried \(graph[id].name): \(why), \(attempt) of \(attempts)"
    case .failed(let id, let why, _): "failed \(graph[id].name): \(why)"
    case .fetched(let id, _): "fetched \(graph[id].name)"
    case .lost(let id, let why): "lost \(graph[id].name): \(why)"
    case .skipped(let id): "skipped \(graph[id].name)"
    case .inputsMissing(let id, let inputs):
      "missing for \(graph[id].name): " + inputs.map(\.description).joined(separator: " ")
    case .inputsChanged(let id, let inputs):
      "changed under \(graph[id].name): " + inputs.map(\.description).joined(separator: " ")
    }
  }

  private func text(_ reason: Reason) -> String {
    func list(_ changes: [Change]) -> String {
      changes.map { change in
        let values = [change.old.map { "from " + $0 }, change.new.map { "to " + $0 }].compactMap(\.self)
        return ([change.kind.rawValue, change.item] + values).filter { !$0.isEmpty }.joined(separator: " ")
      }.joined(separator: ", ")
    }
    return switch reason {
    case .inputChanged(let artifact, let changes): "inputChanged \(artifact): \(list(changes))"
    case .recipeChanged(let changes): "recipeChanged: \(list(changes))"
    case .outputMissing(let artifact): "outputMissing \(artifact)"
    case .outputAltered(let artifact, let changes): "outputAltered \(artifact): \(list(changes))"
    case .lastRunFailed(let why): "lastRunFailed: \(why)"
    case .stampUnreadable(let error): "stampUnreadable: \(error)"
    case .assumed(let artifact): "assumedChanged \(artifact)"
    case .neverBuilt, .forced, .elsewhere: reason.kind
    }
  }
}
