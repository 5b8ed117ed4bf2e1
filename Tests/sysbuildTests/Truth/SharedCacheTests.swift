import BuildGraph
import Platform
import TestSupport
import Testing

@testable import Caching
@testable import ModelSupport

/// Truth, by model, of two O's that share a cache: random graphs, random edits in both source trees, and after each run
/// every output holds what a build from nothing would make. `Campaign` says how a failure is brought back. In a process of
/// its own, since the trials set environment variables.
@Test(arguments: Campaign.parts) func truthOfSharedCaches(_ part: UInt64) async throws {
  let result = await onThreadsOfItsOwn {
    await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      [part, seed = runSeed as UInt64] in
      do {
        let campaign = Campaign(usual: 20, from: seed)
        var fetched = 0
        var ran = 0
        for seed in stride(from: campaign.firstSeed + part, to: campaign.firstSeed + campaign.count, by: 4) {
          var trial = try SharedCacheTrial(seed: seed)
          do { try trial.run() } catch {
            throw Disagreement(text: "SYSBUILD_SEED=\(seed) SYSBUILD_GRAPHS=1: \(error)")
          }
          fetched += trial.fetched
          ran += trial.ran
        }
        if campaign.count >= 20, fetched == 0 { print("too tame: \(fetched) fetched, \(ran) ran") }
      } catch {
        print("no truth: \(error)")
      }
    }
  }
  let text = String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
  #expect(text == "")
}

/// The same of two processes that write to one cache at the same time, often under the same keys.
@Test func truthOfTwoWriters() async throws {
  let folder = try TemporaryFolder(inMemory: true)
  let place = "\(folder.path)"
  async let first = writer(0, place)
  async let second = writer(1, place)
  let texts = try await [first, second]
  #expect(texts == ["", ""])
}

private func writer(_ number: UInt64, _ place: String) async throws -> String {
  let result = await onThreadsOfItsOwn {
    await #expect(processExitsWith: .success, observing: [\.standardOutputContent]) {
      [number, place, seed = runSeed as UInt64] in
      do {
        for round in 0..<(Environment.number("SYSBUILD_GRAPHS") ?? 10) {
          var trial = try SharedCacheTrial(
            seed: seed + round, edits: number, cache: Path(place) / Path("\(round)"))
          do { try trial.run() } catch { throw Disagreement(text: "SYSBUILD_SEED=\(seed + round): \(error)") }
        }
      } catch {
        print("no truth: \(error)")
      }
    }
  }
  return String(decoding: result?.standardOutputContent ?? [], as: UTF8.self)
}

private struct SharedCacheTrial {
  private var trial: Trial
  private let worlds: [FileWorld]
  private let folder: TemporaryFolder
  private let cache: Path
  private var random: SeededGenerator
  private var contents: [[String: String]] = [[:], [:]]
  private(set) var fetched = 0
  private(set) var ran = 0
  private var log: [String] = []

  /// - Parameters:
  ///   - seed: of the graph, and of the edits together with `edits`.
  ///   - cache: nil for one that no other trial has.
  init(seed: UInt64, edits: UInt64 = 0, cache: Path? = nil) throws {
    worlds = [try FileWorld(seed: seed), try FileWorld(seed: seed + 1)]
    trial = Trial(seed: seed, worlds[0])
    folder = try TemporaryFolder(inMemory: true)
    let place = cache ?? folder.path / "cache"
    self.cache = place
    random = SeededGenerator(seed: (seed ^ 0xCAC4E) &+ edits << 32)
  }

  mutating func run() throws {
    trial.makeGraph()
    // All of them do the same every time, as a build must that others share; nothing of the environment, which both have.
    for name in trial.model.behaviours.keys.sorted() where trial.model.behaviours[name]?.isSound != true {
      trial.model.behaviours[name] = .mixes
    }
    for index in trial.model.targets.indices {
      trial.model.targets[index].inputs.removeAll { $0.hasPrefix("env:") }
    }
    let specs = trial.model.contents.keys.filter { !$0.hasPrefix("env:") }.sorted()
    for spec in specs {
      for index in worlds.indices { set(spec, trial.model.contents[spec], in: index) }
    }
    for _ in 0..<Int.random(in: 3...8, using: &random) {
      let index = Int.random(in: 0...1, using: &random)
      for _ in 0..<Int.random(in: 0...2, using: &random) {
        guard let spec = specs.randomElement(using: &random) else { continue }
        let content = random.chance(30) ? contents[1 - index][spec] : trial.newContent(of: spec)
        set(spec, content, in: index)
        log.append("edit \(spec) in \(index): \(content ?? "nothing")")
      }
      if random.chance(10) { try forget(index) }
      if random.chance(15) { try damage() }
      try build(index)
    }
  }

  private mutating func set(_ spec: String, _ content: String?, in index: Int) {
    contents[index][spec] = content
    worlds[index][spec] = content
  }

  /// A machine that is thrown away.
  private mutating func forget(_ index: Int) throws {
    let world = worlds[index]
    try Directory.removeTree(world.locations.build)
    try Directory.removeTree(world.locations.images)
    // What lies in O without being made there is there again.
    for (spec, content) in contents[index] where spec.contains("${O}") { world[spec] = content }
    log.append("O of \(index) is lost")
  }

  /// Something in the cache is lost, cut short or altered.
  private mutating func damage() throws {
    let folder = cache / (random.chance(50) ? "ac" : "cas")
    guard File.exists(folder),
      let name = try Directory.entries(of: folder).map(\.name).sorted().randomElement(using: &random)
    else { return }
    let file = folder / name
    // Another process may write there, too.
    guard var bytes = try? File.read(file) else { return }
    switch Int.random(in: 0...2, using: &random) {
    case 0: return try File.remove(file, missingIsFine: true)
    case 1: bytes = Array(bytes.prefix(Int.random(in: 0...bytes.count, using: &random)))
    default:
      if let place = bytes.indices.randomElement(using: &random) {
        bytes[place] ^= 1 << UInt8.random(in: 0...7, using: &random)
      }
    }
    try File.write(bytes, to: file)
    log.append("\(file) is damaged")
  }

  private mutating func build(_ index: Int) throws {
    let (world, targets) = (worlds[index], trial.model.targets)
    world.declare(targets, trial.model.variables)
    // Some runs do without it, also after others have left there what they made.
    world.sharedCache = random.chance(15) ? nil : CachePlace("\(cache)", mode: .both)
    // From nothing, by the model.
    var model = Model()
    model.targets = targets
    model.variables = trial.model.variables
    model.behaviours = trial.model.behaviours
    model.contents = contents[index]
    var options = Scheduler.Options()
    options.jobs = Int.random(in: 1...3, using: &random)
    let (plan, state) = try world.plan([], force: false)
    _ = model.run(
      plan.entries.map { state.graph[$0.id].name }, force: true, keepsGoing: false, interruptedAt: nil)
    let known = trial.model
    let commands = TrialCommands(
      work: { [unowned world] name in
        guard let target = known[name] else { return "there is no such target" }
        var now = known
        now.contents = [:]
        for spec in known.inputs(target).keys where !spec.hasPrefix("result:") && !spec.hasPrefix("value:") {
          now.contents[spec] = world[spec]
        }
        let inputs = now.inputs(target).filter { !$0.key.hasPrefix("result:") }
        Model.perform(target, known.behaviours[name] ?? .mixes, inputs) { world[$0] = $1 }
        return nil
      }, spoil: { _ in }, interruption: nil)
    let outcome = try world.run((plan, state), options, commands)
    log.append(
      "build \(index)\(world.sharedCache == nil ? " without the cache" : ""): \(outcome.ran.map { state.graph[$0].name }), \(world.fetched) fetched"
    )
    fetched += world.fetched
    ran += outcome.ran.count
    guard outcome.isSuccess else { throw story("it failed") }
    for output in targets.flatMap(\.outputs) where world[output] != model.contents[output] {
      throw story("\(output) holds \(world[output] ?? "nothing"), not \(model.contents[output] ?? "nothing")")
    }
  }

  private func story(_ text: String) -> Disagreement {
    let declarations = trial.model.targets.map { target in
      "\(target.name) \(trial.model.behaviours[target.name].map { "\($0)" } ?? ""): needs \(target.needs) inputs"
        + " \(target.inputs) outputs \(target.outputs) run \(target.run)"
    }
    return Disagreement(text: ([text] + declarations + log).joined(separator: "\n  "))
  }
}

extension Behaviour {
  fileprivate var isSound: Bool { !isFailure && self != .forgets }
}
