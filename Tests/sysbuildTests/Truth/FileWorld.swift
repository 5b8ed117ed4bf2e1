import BuildGraph
import Glibc
import Platform
import Stamps
import TestSupport

@testable import ArtifactKinds
@testable import BuildSettings
@testable import Caching
@testable import Commands
@testable import ModelSupport

/// A world of real files for trials, which the real observer, index and stamp folder work on; only the
/// commands are the trial's own, so that no process is started.
///
/// It changes the environment of its process, which must be one of its own.
final class FileWorld {
  let folder: TemporaryFolder
  let locations: Locations
  /// How things are written down is its own choice, told by the seed.
  var generator: SeededGenerator
  /// What was written where it is not read back.
  var meanings: [String: String] = [:]
  /// Copies of the index from before.
  var formerIndex: [UInt8]?
  private var written = 0

  private var targets: [Target] = []
  private var variables: [String: String] = [:]
  private var declared: (graph: Graph, settings: Settings)?
  /// The session that made the last plan, and what it asked.
  private var index: FileIndex?
  private var question: [UInt8] = []

  /// Why something could not be read or written; no trial goes on with it.
  private var problem: (any Error)?
  private(set) var spared = 0
  private(set) var answers = 0
  /// A cache that it shares with other worlds.
  var sharedCache: CachePlace?
  /// How many targets the last run fetched.
  private(set) var fetched = 0
  private var running: [Job] = []
  private var ends = 0
  private var commands = TrialCommands(work: { _ in nil }, spoil: { _ in }, interruption: nil)

  init(seed: UInt64) throws {
    folder = try TemporaryFolder(inMemory: true)
    locations = Locations(
      source: folder.path / "src", build: folder.path / "O", images: folder.path / "images")
    generator = SeededGenerator(seed: seed ^ 0x5EED)
    for path in [locations.source, folder.path / "aside"] { try Directory.create(path) }
  }

  /// The path that `KIND:NAME !EXCLUDED…` names.
  func path(of spec: String) -> Path {
    let name = spec.drop { $0 != ":" }.dropFirst().prefix { $0 != " " }
    for (variable, place) in [("${O}/", locations.build), ("${IMAGESDIR}/", locations.images)]
    where name.hasPrefix(variable) {
      return place / String(name.dropFirst(variable.count))
    }
    return locations.source / String(name)
  }

  /// A path that nothing was ever at, on the same file system.
  func newPath() -> Path {
    written += 1
    return folder.path / "aside/\(written)"
  }

  /// Waits until nothing written so far is racy.
  func settle() {
    let now = Clock.wall
    while Clock.coarseWall <= now { usleep(200) }
  }
}

extension FileWorld: TrialWorld {
  var sources: [String] {
    (0..<6).map { "file:f\($0)" }
      + [
        "file:sub/f6", "file:${O}/stray", "tree:t0", "tree:t1", "tree:t2 !skip !a/x", "tree:${O}/strays",
        "link:l0", "link:sub/l1", "set:sets/s0.packages", "set:sets/s1.packages", "config:c0", "config:sub/c1",
        "installed:root", "env:SYSBUILD_TRIAL_0", "env:SYSBUILD_TRIAL_1",
      ]
  }

  var outputKinds: [String] { ["file", "file", "file", "tree", "tree", "link", "installed"] }

  subscript(spec: String) -> String? {
    get {
      do { return try read(spec) } catch { problem = error }
      return nil
    }
    set {
      do { try write(newValue, as: spec) } catch { problem = error }
    }
  }

  private func read(_ spec: String) throws -> String? {
    let path = path(of: spec)
    switch Kind(spec) {
    case .file: return try readFile(path)
    case .tree: return try readTree(path, excluding: exclusions(spec))
    case .link: return try readLink(path)
    case .installed: return try readInstalled(path)
    default: return meanings[spec]
    }
  }

  private func write(_ content: String?, as spec: String) throws {
    let path = path(of: spec)
    meanings[spec] = content
    try Directory.create(path.parent, intermediates: true)
    switch Kind(spec) {
    case .file: try writeFile(content, to: path)
    case .tree: try writeTree(content, to: path, excluding: exclusions(spec))
    case .link: try writeLink(content, to: path)
    case .installed: try writeInstalled(content, to: path)
    case .set: try writeSet(content ?? "", to: path)
    case .configuration: try writeConfiguration(content ?? "", to: path)
    case .tool: try writeTool(content, named: path.lastComponent)
    case .environment:
      let name = "\(path.lastComponent)"
      _ = content.map { setenv(name, $0, 1) } ?? unsetenv(name)
    }
  }

  enum Kind: String {
    case file, tree, link, installed, set, tool
    case configuration = "config"
    case environment = "env"

    init(_ spec: String) {
      guard let kind = Kind(rawValue: String(spec.prefix { $0 != ":" })) else { fatalError(spec) }
      self = kind
    }
  }

  func exclusions(_ spec: String) -> [String] {
    spec.split(separator: " ").dropFirst().map { String($0.dropFirst()) }
  }

  func declare(_ targets: [Target], _ variables: [String: String]) {
    if self.targets == targets, self.variables == variables { return }
    self.targets = targets
    self.variables = variables
    declared = nil
  }

  /// Every path with all that a write to it, or to what it holds, would change.
  func traces() throws -> [String] {
    if let problem { throw problem }
    var lines: [String] = []
    var pending = [folder.path]
    while let path = pending.popLast() {
      for (name, kind) in try Directory.entries(of: path) {
        let status = try FileStatus(path / name)
        lines.append(
          "\(path / name) \(status.kind.rawValue) \(status.inode) \(status.permissions) \(status.size)"
            + " \(status.modified) \(status.changed)")
        if kind == .directory { pending.append(path / name) }
      }
    }
    return lines.sorted()
  }

  private func declarations() throws -> (graph: Graph, settings: Settings) {
    if let declared { return declared }
    let assignments = [
      "O=\(locations.build)", "IMAGESDIR=\(locations.images)",
      "PATH=\(locations.source)/bin0:\(locations.source)/bin1",
    ]
    let settings = try Settings(
      assignments: assignments.compactMap { Assignment($0) }, jobs: 1, source: locations.source, builtIn: nil,
      fileDefaults: variables.sorted { $0.key < $1.key }.map {
        Settings.Default(name: $0.key, value: $0.value, origin: "trial")
      })
    var builder = GraphBuilder(
      variables: settings.variables, locations: settings.locations,
      declarations: ArtifactKinds.declarations, baseEnvironment: Session.baseEnvironment)
    let made = (graph: try builder.build(targets), settings: settings)
    declared = made
    return made
  }

  /// What is known when a process begins, but for the index, which it may have used before.
  private func state(_ index: FileIndex) throws -> BuildState {
    let (graph, settings) = try declarations()
    return BuildState(
      graph: graph, observer: ArtifactObserver(graph: graph, settings: settings, index: index),
      store: StampFolder(locations.build / "stamps", recorder: settings.recorder), canFetch: sharedCache != nil)
  }

  func plan(_ goals: [String], force: Bool) throws -> (plan: Plan, state: BuildState) {
    if generator.chance(25) { settle() }
    let index = FileIndex(locations.build / "index")
    self.index = index
    // Another process, which has witnessed nothing yet.
    declared = nil
    // The declarations are in no file here, so they are part of the question.
    question = force ? [] : Array("\(goals) \(targets) \(variables.sorted { $0.key < $1.key })".utf8)
    let isAnswered = !force && index.answer(to: question) != nil
    let state = try state(index)
    let ids = goals.isEmpty ? state.graph.nodes.map(\.id) : goals.compactMap { state.graph.id(of: $0) }
    let plan = try Plan(state, goals: ids, force: force)
    if isAnswered {
      answers += 1
      guard plan.isUpToDate else { throw Disagreement(text: "the answer on record is that all is fresh") }
    }
    return (plan, state)
  }

  /// As `Build` goes on from a plan: it plans anew under the lock, with the same index, and saves that.
  func run(
    _ planned: (plan: Plan, state: BuildState), _ options: Scheduler.Options, _ commands: TrialCommands
  ) throws -> Scheduler.Outcome {
    guard let index else { throw Disagreement(text: "nothing was planned") }
    self.commands = commands
    (running, ends, spared, fetched) = ([], 0, 0, 0)
    let state = try state(index)
    let force = planned.plan.entries.contains { $0.verdict.isForced }
    let goals = planned.plan.entries.map(\.id)
    var plan = try Plan(state, goals: goals, force: force)
    guard plan.entries.map(\.verdict) == planned.plan.entries.map(\.verdict) else {
      throw Disagreement(text: "a second plan is another one")
    }
    let cache = try sharedCache.map { place in
      try BuildCache(
        place, units: [], variant: "trial", state: state, listings: StampFolder(locations.build / "stamps"),
        warn: { _ in })
    }
    if let cache {
      try cache.resolve(goals)
      plan = try Plan(state, goals: goals)
    }
    func run(_ plan: Plan) throws -> Scheduler.Outcome {
      try Scheduler(
        plan, of: state, runner: self, options: options, others: cache, now: { Clock.wall },
        timer: { Clock.monotonic },
        report: { [unowned self] event in
          if case .spared = event { spared += 1 }
          if case .fetched = event { fetched += 1 }
        }
      ).run()
    }
    var outcome = try run(plan)
    while !outcome.lost.isEmpty, outcome.failed.isEmpty, outcome.signal == nil {
      try cache?.giveUpIfHopeless()
      outcome.continue(with: try run(Plan(state, goals: goals)))
    }
    try cache?.keep(
      outcome.settled.union(plan.entries.filter(\.verdict.isFresh).map(\.id)), ran: Set(outcome.ran),
      isGuarded: true, tell: { _, _ in })
    if plan.isUpToDate, !force { index.cache([], to: question, from: try declarations().settings.recorder) }
    // Killed just before its end, a run leaves the index as it was.
    if generator.chance(90) {
      formerIndex = try? File.read(locations.build / "index")
      try index.save()
      let kept = state.graph.nodes.compactMap { (try? state.stamp(of: $0.id).get()) ?? nil }
      try StampFolder(locations.build / "stamps").tidyUp(keeping: kept)
    }
    self.index = nil
    return outcome
  }
}

extension Verdict {
  fileprivate var isForced: Bool {
    if case .stale(let reasons) = self { reasons.contains(.forced) } else { false }
  }
}

extension FileWorld: CommandRunner {
  func start(_ job: Job) { running.append(job) }

  func wait(orForSlot: Bool) throws -> RunnerEvent {
    if commands.interruption == ends {
      for job in running { commands.spoil(job.name) }
      return .interrupted(by: SIGINT)
    }
    ends += 1
    let job = running.remove(at: Int.random(in: running.indices, using: &generator))
    if let words = job.commands.first?.words, words.starts(with: ["sysbuild", "helper", "fetch"]) {
      do { try Fetch.run(Array(words.dropFirst(3)), tell: { _ in }) } catch {
        return .failed(job.id, "\(error)")
      }
      return .succeeded(job.id)
    }
    return commands.work(job.name).map { .failed(job.id, $0) } ?? .succeeded(job.id)
  }

  func stop() { running = [] }
}
