import BuildGraph
import Platform
import Stamps
import Testing

private func number(_ variable: String, _ usual: UInt64) -> UInt64 {
  Environment.value(variable).flatMap { UInt64(String(decoding: $0, as: UTF8.self)) } ?? usual
}

/// Truth, by model: random graphs, random edits, and a tiny make beside the engine.
///
/// `SYSBUILD_SEED` sets the first graph's seed and `SYSBUILD_GRAPHS` the number of graphs; a failure names
/// the seed of its graph, which alone (`SYSBUILD_GRAPHS=1`) brings it back.
@Test func truthByModel() throws {
  let seed = number("SYSBUILD_SEED", UInt64(Clock.wall % 1_000_000_000))
  let count = number("SYSBUILD_GRAPHS", 500)
  print("model test: \(count) graphs from SYSBUILD_SEED=\(seed) on")
  var totals = Totals()
  for number in 0..<count {
    var trial = Trial(seed: seed + number)
    do { try trial.run(&totals) } catch let disagreement as Disagreement {
      Issue.record("SYSBUILD_SEED=\(seed + number) SYSBUILD_GRAPHS=1: \(disagreement.text)")
      return
    }
  }
  print("model test: \(totals)")
  if count >= 100 {
    #expect(totals.stale > 0 && totals.pending > 0 && totals.spared > 0 && totals.failed > 0)
  }
}

private struct Disagreement: Error {
  let text: String
}

private struct Totals {
  var runs = 0
  var stale = 0
  var pending = 0
  var ran = 0
  var spared = 0
  var failed = 0
}

/// One random graph with its edits.
private struct Trial {
  private var generator: SeededGenerator
  private let story: Story
  private var model = Model()
  private var log: [String] = []
  private var counter = 0

  private static let tools = (0..<3).map { "tool\($0)" }
  private static let values = (0..<4).map { "V\($0)" }
  private static let sources =
    (0..<12).map { "file:f\($0)" } + (0..<4).map { "tree:t\($0)" } + ["env:E0", "env:E1"]

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    story = Story([])
  }

  mutating func run(_ totals: inout Totals) throws {
    makeGraph()
    for _ in 0..<Int.random(in: 2...7, using: &generator) {
      try round(&totals)
      for _ in 0..<Int.random(in: 0...3, using: &generator) { edit() }
    }
    for name in model.behaviours.keys.sorted() where !isSound(name) { model.behaviours[name] = .mixes }
    try build(goals: [], options: .init(), force: false, interruption: nil, &totals)
    try build(goals: [], options: .init(), force: false, interruption: nil, &totals, expectsNothing: true)
  }

  private func isSound(_ name: String) -> Bool {
    model.behaviours[name] != .fails && model.behaviours[name] != .forgets
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
    let isSuccess = try build(
      goals: goals, options: options, force: generator.chance(5), interruption: interruption, &totals)
    guard isSuccess else { return }
    try build(goals: goals, options: options, force: false, interruption: nil, &totals, expectsNothing: true)
  }

  @discardableResult
  private mutating func build(
    goals: [String], options: Scheduler.Options, force: Bool, interruption: Int?, _ totals: inout Totals,
    expectsNothing: Bool = false
  ) throws -> Bool {
    log.append(
      "build \(goals) jobs \(options.jobs) k \(options.keepsGoing) force \(force) interrupt \(interruption ?? -1)"
    )
    bringIntoWorld(interruption)
    story.options = options
    let effects = story.world.effects
    let (plan, state) = try story.plan(goals, force: force)
    try check(story.world.effects == effects, "the plan wrote something")
    let graph = state.graph
    let expected = model.run(
      plan.entries.map { graph[$0.id].name }, force: force, keepsGoing: options.keepsGoing,
      interruptedAt: interruption)
    let outcome = try story.run(goals, force: force)

    let ran = Set(outcome.ran.map { graph[$0].name })
    var stale: Set<String> = []
    var pending: Set<String> = []
    for entry in plan.entries {
      switch entry.verdict {
      case .fresh: break
      case .stale: stale.insert(graph[entry.id].name)
      case .pending: pending.insert(graph[entry.id].name)
      }
    }
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
      try check(story.world[output] == model.contents[output], "\(output) holds something else")
    }
    totals.runs += 1
    totals.stale += stale.count
    totals.pending += pending.count
    totals.ran += ran.count
    totals.failed += outcome.failed.count
    totals.spared += story.events.count { $0.hasPrefix("spared") }
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

  /// Gives the world under test the declarations, contents and recipes of the model.
  private func bringIntoWorld(_ interruption: Int?) {
    story.targets = model.targets
    story.variables = model.variables
    let world = story.world
    world.interruption = interruption.map { (atEnd: $0, signal: 2) }
    for spec in Set(Self.sources + model.targets.flatMap(\.outputs)) where world[spec] != model.contents[spec] {
      world[spec] = model.contents[spec]
    }
    for tool in Self.tools { world["tool:\(tool)"] = model.contents["tool:\(tool)"] }
    var targets: [String: Target] = [:]
    for target in model.targets { targets[target.name] = target }
    for target in model.targets {
      world.recipes[target.name] = { [model] world, _ in
        // What it reads, as the world has it now.
        var now = model
        for spec in model.inputs(target).keys where !spec.hasPrefix("result:") && !spec.hasPrefix("value:") {
          now.contents[spec] = world[spec]
        }
        let behaviour = model.behaviours[target.name] ?? .mixes
        let inputs = now.inputs(target).filter { !$0.key.hasPrefix("result:") }
        Model.perform(target, behaviour, inputs) { world[$0] = $1 }
        return behaviour == .fails ? "exit status 1" : nil
      }
    }
    world.recipes["interrupted"] = { world, job in
      if let target = targets[job.name] { Model.spoil(target) { world[$0] = $1 } }
      return nil
    }
  }
}

// Random graphs and edits.
extension Trial {
  private mutating func makeGraph() {
    for spec in Self.sources where generator.chance(90) { model.contents[spec] = newContent(spec) }
    for tool in Self.tools { model.contents["tool:\(tool)"] = "/usr/bin/\(tool) 1" }
    for value in Self.values { model.variables[value] = "v" }
    // Many small graphs, some large ones.
    let count =
      generator.chance(20)
      ? Int.random(in: 1...60, using: &generator) : Int.random(in: 1...15, using: &generator)
    for index in 0..<count {
      var target = Target("t\(index)")
      for _ in 0..<Int.random(in: 0...3, using: &generator) where index > 0 {
        target.needs.append("t\(Int.random(in: max(0, index - 8)..<index, using: &generator))")
      }
      for _ in 0..<Int.random(in: 0...3, using: &generator) {
        if let source = Self.sources.randomElement(using: &generator), !target.inputs.contains(source) {
          target.inputs.append(source)
        }
      }
      if generator.chance(20) { target.inputs.append("value:V0") }
      if !generator.chance(12) {
        target.run = newRecipe()
        for number in 0..<Int.random(in: 0...2, using: &generator) {
          target.outputs.append((generator.chance(25) ? "tree:" : "file:") + "${O}/t\(index).\(number)")
        }
      }
      model.targets.append(target)
      model.behaviours[target.name] = newBehaviour()
    }
    model.targets.shuffle(using: &generator)
  }

  private mutating func newBehaviour() -> Behaviour {
    let percent = Int.random(in: 0..<100, using: &generator)
    return switch percent {
    case ..<50: .mixes
    case ..<70: .coarse
    case ..<90: .preserves
    case ..<96: .fails
    default: .forgets
    }
  }

  private mutating func newRecipe() -> [String] {
    (0..<Int.random(in: 1...2, using: &generator)).map { _ in
      let tool = Self.tools.randomElement(using: &generator) ?? ""
      let value = Self.values.randomElement(using: &generator) ?? ""
      counter += 1
      return generator.chance(50) ? "\(tool) a\(counter)" : "\(tool) ${\(value)} a\(counter)"
    }
  }

  private mutating func newContent(_ spec: String) -> String {
    let length = Int.random(in: 0...2, using: &generator)
    let text = String(UInt64.random(in: 0..<4, using: &generator)) + String(repeating: "x", count: length)
    if !spec.hasPrefix("tree:") { return generator.chance(15) && spec.hasPrefix("file:") ? "#!" + text : text }
    return (0..<Int.random(in: 0...3, using: &generator)).map { "p\($0)=\(text)" }.joined(separator: " ")
  }

  private mutating func edit() {
    let name = model.targets.randomElement(using: &generator)?.name ?? ""
    guard let index = model.targets.firstIndex(where: { $0.name == name }) else { return }
    let output = model.targets[index].outputs.randomElement(using: &generator)
    switch Int.random(in: 0..<12, using: &generator) {
    case 0, 1, 2:
      guard let spec = Self.sources.randomElement(using: &generator) else { return }
      model.contents[spec] = newContent(spec)
      log.append("edit \(spec)")
    case 3:
      guard let spec = Self.sources.randomElement(using: &generator) else { return }
      model.contents[spec] = nil
      log.append("remove \(spec)")
    case 4:
      guard let name = Self.values.randomElement(using: &generator) else { return }
      model.variables[name] = "v\(Int.random(in: 0..<3, using: &generator))"
      log.append("set \(name)")
    case 5:
      guard let tool = Self.tools.randomElement(using: &generator) else { return }
      model.contents["tool:\(tool)"] = "/usr/bin/\(tool) \(Int.random(in: 1...2, using: &generator))"
      log.append("replace \(tool)")
    case 6:
      guard let output else { return }
      model.contents[output] = generator.chance(50) ? nil : output.hasPrefix("tree:") ? "p=z" : "z"
      log.append("alter \(output)")
    case 7:
      model.forget(name)
      story.world.removeStamp(of: name)
      log.append("forget \(name)")
    case 8:
      if model.targets[index].run.isEmpty { return }
      model.targets[index].run = newRecipe()
      log.append("another recipe of \(name)")
    case 9:
      if generator.chance(50), !model.targets[index].inputs.isEmpty {
        model.targets[index].inputs.removeLast()
      } else if let source = Self.sources.randomElement(using: &generator),
        !model.targets[index].inputs.contains(source)
      {
        model.targets[index].inputs.append(source)
      }
      log.append("other inputs of \(name)")
    case 10:
      if generator.chance(50), !model.targets[index].needs.isEmpty {
        model.targets[index].needs.removeFirst()
      } else if let number = Int(name.dropFirst()), number > 0 {
        model.targets[index].needs.append("t\(Int.random(in: 0..<number, using: &generator))")
      }
      log.append("other needs of \(name)")
    default:
      model.behaviours[name] = newBehaviour()
      log.append("another behaviour of \(name)")
    }
  }
}
