import BuildGraph
import TestSupport

/// One random graph with its edits: what the engine does in a world, compared with what the model does.
struct Trial {
  var generator: SeededGenerator
  let world: any TrialWorld
  var model = Model()
  var log: [String] = []
  var counter = 0
  /// What edits have replaced, the last one last.
  var former: [(spec: String, content: String?)] = []

  static let tools = (0..<3).map { "tool\($0)" }
  static let values = (0..<4).map { "V\($0)" }

  init(seed: UInt64, _ world: any TrialWorld) {
    generator = SeededGenerator(seed: seed)
    self.world = world
  }

  /// - Throws: `Disagreement` with the whole story.
  mutating func run(_ totals: inout Totals) throws {
    do {
      try play(&totals)
    } catch let error as Disagreement {
      throw error
    } catch {
      try check(false, "\(error)")
    }
  }

  private mutating func play(_ totals: inout Totals) throws {
    makeGraph()
    for _ in 0..<Int.random(in: 2...6, using: &generator) {
      try round(&totals)
      for _ in 0..<Int.random(in: 0...3, using: &generator) { try edit() }
    }
    for name in model.behaviours.keys.sorted() where !isSound(name) { model.behaviours[name] = .mixes }
    try build(goals: [], options: .init(), force: false, interruption: nil, &totals)
    try build(goals: [], options: .init(), force: false, interruption: nil, &totals, expectsNothing: true)
  }

  private func isSound(_ name: String) -> Bool {
    model.behaviours[name]?.isFailure == false && model.behaviours[name] != .forgets
  }

  private mutating func round(_ totals: inout Totals) throws {
    let names = model.targets.map(\.name)
    let goals =
      generator.chance(70) ? [] : (0..<3).compactMap { _ in names.randomElement(using: &generator) }
    var options = Scheduler.Options()
    options.keepsGoing = generator.chance(70)
    // With several at once, what a failure or a signal still lets run is a matter of luck.
    let isOneByOne = !options.keepsGoing || generator.chance(30)
    options.jobs = isOneByOne ? 1 : Int.random(in: 2...6, using: &generator)
    let interruption = isOneByOne && generator.chance(20) ? Int.random(in: 0...5, using: &generator) : nil
    let meddling = isOneByOne ? newMeddling() : nil
    let isSuccess = try build(
      goals: goals, options: options, force: generator.chance(5), interruption: interruption,
      meddling: meddling, &totals)
    guard isSuccess, meddling == nil else { return }
    try build(goals: goals, options: options, force: false, interruption: nil, &totals, expectsNothing: true)
  }

  @discardableResult
  private mutating func build(
    goals: [String], options: Scheduler.Options, force: Bool, interruption: Int?, meddling: Meddling? = nil,
    _ totals: inout Totals, expectsNothing: Bool = false
  ) throws -> Bool {
    log.append(
      "build \(goals) jobs \(options.jobs) k \(options.keepsGoing) force \(force) interrupt \(interruption ?? -1)"
        + (meddling.map { ", \($0.spec) edited during number \($0.number)" } ?? ""))
    world.declare(model.targets, model.variables)
    let traces = try world.traces()
    let (plan, state) = try world.plan(goals, force: force)
    try check(try world.traces() == traces, "the plan wrote something")
    let graph = state.graph
    let commands = commands(interruption, meddling)
    var (fresh, stale, pending): (Set<String>, Set<String>, Set<String>) = ([], [], [])
    for entry in plan.entries {
      switch entry.verdict {
      case .fresh: fresh.insert(graph[entry.id].name)
      case .stale: stale.insert(graph[entry.id].name)
      case .pending: pending.insert(graph[entry.id].name)
      }
    }
    // Only where something is edited during the run may the plan tell the model anything.
    let expected = model.run(
      plan.entries.map { graph[$0.id].name }, force: force, keepsGoing: options.keepsGoing,
      interruptedAt: interruption, meddling: meddling, settled: meddling == nil ? [] : fresh,
      due: meddling == nil ? [] : stale)
    let outcome = try world.run((plan, state), options, commands)
    let ran = Set(outcome.ran.map { graph[$0].name })
    try check(ran == Set(expected.ran), "ran \(ran.sorted()), the model \(expected.ran.sorted())")
    if options.jobs == 1 {
      try check(outcome.ran.map { graph[$0].name } == expected.ran, "another order than the model's")
    }
    try check(outcome.isSuccess == expected.isSuccess, "success \(outcome.isSuccess)")
    try check(
      ran.isSubset(of: stale.union(pending)), "ran \(ran.subtracting(stale).subtracting(pending).sorted())")
    if outcome.isSuccess {
      try check(stale.isSubset(of: ran), "stale and not run: \(stale.subtracting(ran).sorted())")
    } else if options.keepsGoing, interruption == nil {
      let skipped = expected.lost.union(ran)
      try check(stale.isSubset(of: skipped), "neither run nor lost: \(stale.subtracting(skipped).sorted())")
    }
    if expectsNothing { try check(ran.isEmpty && plan.isUpToDate, "the second run ran \(ran.sorted())") }
    for output in Set(model.targets.flatMap(\.outputs)) {
      let (held, expected) = (world[output], model.contents[output])
      try check(held == expected, "\(output) holds \(held ?? "nothing"), not \(expected ?? "nothing")")
    }
    totals.runs += 1
    totals.stale += stale.count
    totals.pending += pending.count
    totals.ran += ran.count
    totals.failed += outcome.failed.count
    totals.spared += world.spared
    return outcome.isSuccess
  }

  private func check(_ isRight: Bool, _ text: @autoclosure () -> String) throws {
    if isRight { return }
    let declarations = model.targets.map { target in
      "\(target.name) \(model.behaviours[target.name].map { "\($0)" } ?? ""): needs \(target.needs) inputs"
        + " \(target.inputs) outputs \(target.outputs) run \(target.run)"
    }
    throw Disagreement(text: ([text()] + declarations + log).joined(separator: "\n  "))
  }

  private mutating func newMeddling() -> Meddling? {
    guard generator.chance(40) else { return nil }
    // What was made a moment ago is what it takes care to see altered.
    let specs = (generator.chance(30) ? world.sources : model.targets.flatMap(\.outputs)).filter { spec in
      ["file:", "tree:", "link:", "installed:"].contains { spec.hasPrefix($0) }
    }
    return specs.randomElement(using: &generator).map {
      Meddling(number: Int.random(in: 0...5, using: &generator), spec: $0)
    }
  }

  /// Gives `spec` another content, in the model and in the world.
  mutating func set(_ spec: String, _ content: String?) {
    model.contents[spec] = content
    world[spec] = content
  }

  /// The behaviours of the model's targets, in the world as it is when they run.
  private func commands(_ interruption: Int?, _ meddling: Meddling?) -> TrialCommands {
    var count = 0
    var targets: [String: Target] = [:]
    for target in model.targets { targets[target.name] = target }
    return TrialCommands(
      work: { [model, unowned world] name in
        guard let target = targets[name] else { return "there is no such target" }
        var now = model
        for spec in model.inputs(target).keys where !spec.hasPrefix("result:") && !spec.hasPrefix("value:") {
          now.contents[spec] = world[spec]
        }
        let behaviour = model.behaviours[name] ?? .mixes
        let inputs = now.inputs(target).filter { !$0.key.hasPrefix("result:") }
        Model.perform(target, behaviour, inputs) { world[$0] = $1 }
        if let meddling, meddling.number == count {
          world[meddling.spec] = Meddling.altered(world[meddling.spec])
        }
        count += 1
        return behaviour.isFailure ? "exit status 1" : nil
      },
      spoil: { [unowned world] name in
        if let target = targets[name] { Model.spoil(target) { world[$0] = $1 } }
      },
      interruption: interruption)
  }
}
