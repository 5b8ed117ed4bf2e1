import ArtifactKinds
import BuildGraph
import BuildSettings
import Caching
import Execution
import ImageBuild
import Platform
import RunDisplay
import Stamps
import TextKit

/// The settings, graph and records that one invocation works on.
///
/// Opening it reads the source tree and writes nothing.
struct Session {
  let invocation: Invocation
  let settings: Settings
  let graph: Graph
  let state: BuildState
  let index: FileIndex
  let stamps: StampFolder
  /// The packages that somebody works on. Their patches are up to date, except for the command that begins and ends that.
  let works: [WorkedPackage]

  /// - Parameter index: an index that was read already; it is used if it belongs to this O.
  init(_ invocation: Invocation, index: FileIndex? = nil) throws {
    let recorder = ReadRecorder()
    // The built-in graph is part of the program, so a plan depends on the file of the program.
    _ = try recorder.status(of: "/proc/self/exe")
    let source = try invocation.source()
    let declared = try TargetFiles(source, recorder)
    let builtIn = declared.startsEmpty ? nil : BuiltInImage(source, recorder)
    settings = try Settings(
      assignments: invocation.assignments, jobs: invocation.jobCount, source: source, builtIn: builtIn,
      fileDefaults: declared.variables, recorder: recorder)
    works = try WorkedPackage.all(settings)
    if invocation.command != .workon { for work in works { try work.update() } }
    HostGuard.seeAllOwners(settings)
    var builder = GraphBuilder(
      variables: settings.variables, locations: settings.locations,
      declarations: ArtifactKinds.declarations, reservedNames: Set(CommandTable.reservedNames),
      baseEnvironment: Self.baseEnvironment)
    graph = try builder.build(try declared.targets(settings, builtIn: builtIn))
    let file = settings.locations.build / "index"
    self.index = index.flatMap { $0.file == file ? $0 : nil } ?? FileIndex(file)
    stamps = StampFolder(settings.locations.build / "stamps", recorder: recorder)
    let observer = ArtifactObserver(
      graph: graph, settings: settings, index: self.index, watched: Self.watch(invocation))
    state = BuildState(
      graph: graph, observer: observer,
      store: stamps, assuming: try Self.assumptions(invocation, graph, settings),
      canFetch: try CachePlace(settings)?.isRead ?? false)
    self.invocation = invocation
  }

  /// What depends on the files that `-W` assumes to have changed.
  private static func assumptions(
    _ invocation: Invocation, _ graph: Graph, _ settings: Settings
  ) throws -> Assumptions {
    var all = Assumptions()
    for name in invocation.assumedFiles {
      let use = try FileUse(graph: graph, settings: settings)
      let found = try use.assumptions(settings.locations.path(of: name))
      if found.isEmpty { throw UserError.noReader(name, among: use.names) }
      all.add(found)
    }
    return all
  }

  /// Prints a progress line during a long look, unless the invocation is silent.
  private static func watch(_ invocation: Invocation) -> (_ look: () throws -> Void) throws -> Void {
    if invocation.isSilent { return { look in try look() } }
    let notice = SlowWorkNotice("reading what may have changed")
    return { look in try notice.during(look) }
  }

  private init(_ other: Session, state: BuildState) {
    invocation = other.invocation
    settings = other.settings
    graph = other.graph
    index = other.index
    stamps = other.stamps
    works = other.works
    self.state = state
  }

  /// The same session for a run that holds `lock`: it reads every stamp again and writes stamps under the lock,
  /// and keeps what is known of files.
  func under(_ lock: BuildLock) -> Session {
    let observer = ArtifactObserver(
      graph: graph, settings: settings, index: index, watched: Self.watch(invocation))
    let store = LockedStamps(stamps: stamps, lock: lock)
    return Session(
      self, state: BuildState(graph: graph, observer: observer, store: store, canFetch: state.canFetch))
  }

  /// The same session as if a file of the source tree had changed.
  func assuming(_ file: String) throws -> Session {
    let assumptions = try FileUse(graph: graph, settings: settings)
      .assumptions(settings.locations.path(of: file))
    let observer = ArtifactObserver(
      graph: graph, settings: settings, index: index, watched: Self.watch(invocation))
    return Session(
      self,
      state: BuildState(
        graph: graph, observer: observer, store: stamps, assuming: assumptions, canFetch: state.canFetch))
  }

  /// The environment in which Portage resolves the packages of the image.
  func portageEnvironment() throws -> [String: String] {
    guard let resolution = graph.id(of: "resolution") else { throw UserError.noImageGraph }
    return Dictionary(graph.environment(of: resolution).map { ($0.name, $0.value) }) { $1 }
  }

  /// What earlier runs in this O tell of the time that things take.
  func earlierRuns() throws -> EarlierRuns {
    let runs = try HistoryFile.runs(in: settings.locations.build)
    return EarlierRuns(runs.flatMap { $0.end?["targets"]?.elements ?? [] })
  }

  /// The cache that the builds of the variant share; nil if there is none.
  func cache() throws -> BuildCache? {
    guard let place = try CachePlace(settings) else { return nil }
    return try BuildCache(place, of: self, listings: stamps)
  }

  /// Answers a question about the cache. Stamps that are adopted for it are only in memory, and its files in a folder
  /// that is removed.
  func asking<Answer>(_ body: (Session, BuildCache?) throws -> Answer) throws -> Answer {
    guard let place = try CachePlace(settings) else { return try body(self, nil) }
    let scratch = try Directory.createTemporary(prefix: "/tmp/sysbuild-cache-")
    defer { try? Directory.removeTree(scratch) }
    let asked = scratch / "asked"
    if let text = try? File.read(RepositoryParts.asked(in: settings.locations.build)) {
      try File.write(text, to: asked)
    }
    let observer = ArtifactObserver(
      graph: graph, settings: settings, index: index, asked: asked, watched: Self.watch(invocation))
    let store = MemoryStamps(over: stamps)
    let session = Session(
      self, state: BuildState(graph: graph, observer: observer, store: store, canFetch: state.canFetch))
    let cache = try BuildCache(
      place, of: session, listings: store, scratch: scratch, narrowed: { _ in asked })
    return try body(session, cache)
  }

  /// The environment of every command, to which the declared variables of its target are added.
  static let baseEnvironment: [(name: String, value: Template)] = [
    ("PATH", Template(parts: [.variable("PATH")])),
    ("HOME", Template(parts: [.variable("O")])),
    ("TMPDIR", Template(parts: [.variable("O"), .text("/tmp")])),
    ("LC_ALL", Template(parts: [.text("C.UTF-8")])),
    ("TERM", Template(parts: [.text("dumb")])),
  ]

  /// The targets that the command line names. The default is `image`, or the first target if the source tree
  /// has a graph of its own.
  func goals() throws(UserError) -> [TargetID] {
    if invocation.words.isEmpty {
      let byDefault = settings.variant == nil ? graph.firstDeclared : graph.id(of: "image")
      guard let byDefault else { throw .noTargets }
      return [byDefault]
    }
    var goals: [TargetID] = []
    for name in invocation.words { goals.append(try target(name)) }
    return goals
  }

  /// The one target that a query is about.
  func subject(of query: String) throws(UserError) -> TargetID {
    guard let name = invocation.words.first else { throw .needsTarget(query) }
    guard invocation.words.count == 1 else { throw .tooManyWords(query) }
    return try target(name)
  }

  /// The names of the targets that a query is about; none if it is about all.
  func subjects() throws(UserError) -> [String] {
    var names: [String] = []
    for name in invocation.words { names.append(graph[try target(name)].name) }
    return names
  }

  func target(_ name: String) throws(UserError) -> TargetID {
    if let id = graph.id(of: name) { return id }
    throw .unknownTarget(name, among: graph.nodes.map(\.name))
  }
}

extension Command {
  /// A `run` that opens a session and prints the answer to a question about the build.
  static func answering(
    _ answer: @escaping @Sendable (Session) throws -> String
  ) -> @Sendable (Invocation) throws -> Ending {
    { try Program.show(answer(Session($0))) }
  }
}

extension BuildCache {
  fileprivate convenience init(
    _ place: CachePlace, of session: Session, listings: any StampStore, scratch: Path? = nil,
    narrowed: ((Path) -> Path)? = nil
  ) throws {
    let settings = session.settings
    try self.init(
      place, units: settings.variant == nil ? [] : BuiltInImage.units(settings), variant: settings.variant,
      state: session.state, listings: listings, scratch: scratch, narrowed: narrowed, warn: Program.complain)
  }
}
