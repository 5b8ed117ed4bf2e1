internal import BuildGraph
internal import Platform
internal import Stamps

/// What one invocation works on: the settings, the graph made of them, and what is on record of it.
///
/// Opening it reads the source tree and writes nothing.
struct Session {
  let invocation: Invocation
  let settings: Settings
  let graph: Graph
  let state: BuildState
  let index: FileIndex
  let stamps: StampFolder

  /// - Parameter index: one that was read already, if it is that of O.
  init(_ invocation: Invocation, index: FileIndex? = nil) throws {
    let witness = Witness()
    // The built-in graph is part of the program.
    _ = try witness.status(of: "/proc/self/exe")
    let source = try invocation.source()
    let declared = try TargetFiles(source, witness)
    settings = try Settings(
      invocation, source: source, hasImageGraph: !declared.startsEmpty, fileDefaults: declared.variables,
      witness: witness)
    var builder = GraphBuilder(
      variables: settings.variables, locations: settings.locations,
      pathKinds: [.link, .links, .set, .configuration, .installed], treeKinds: [.links],
      baseEnvironment: Self.baseEnvironment)
    graph = try builder.build(try declared.targets(settings))
    let file = settings.locations.build / "index"
    self.index = index.flatMap { $0.file == file ? $0 : nil } ?? FileIndex(file)
    stamps = StampFolder(settings.locations.build / "stamps", witness: witness)
    let observer = ArtifactObserver(
      graph: graph, settings: settings, index: self.index, patience: Self.patience(invocation))
    state = BuildState(
      graph: graph, observer: observer,
      history: stamps, assuming: try Self.assumptions(invocation, graph, settings))
    self.invocation = invocation
  }

  /// What hangs on the files that are to be taken for changed.
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

  private static func patience(_ invocation: Invocation) -> Patience? {
    invocation.isSilent ? nil : Patience("reading what may have changed")
  }

  private init(_ other: Session, state: BuildState) {
    invocation = other.invocation
    settings = other.settings
    graph = other.graph
    index = other.index
    stamps = other.stamps
    self.state = state
  }

  /// The same session with every stamp yet to be read, and to be written under the lock; what is known of files is
  /// kept.
  func under(_ lock: BuildLock) -> Session {
    let observer = ArtifactObserver(
      graph: graph, settings: settings, index: index, patience: Self.patience(invocation))
    let history = LockedStamps(stamps: stamps, lock: lock)
    return Session(self, state: BuildState(graph: graph, observer: observer, history: history))
  }

  /// All that a command finds in its environment besides what its target declares.
  static let baseEnvironment: [(name: String, value: Template)] = [
    ("PATH", Template(parts: [.variable("PATH")])),
    ("HOME", Template(parts: [.variable("O")])),
    ("TMPDIR", Template(parts: [.variable("O"), .text("/tmp")])),
    ("LC_ALL", Template(parts: [.text("C.UTF-8")])),
    ("TERM", Template(parts: [.text("dumb")])),
  ]

  /// The targets that the command line names, or the default one: `image`, or the first of a graph of
  /// one's own.
  func goals() throws(UserError) -> [TargetID] {
    if invocation.words.isEmpty {
      let byDefault = settings.variant == nil ? graph.firstDeclared : graph.id(of: "image")
      guard let byDefault else { throw UserError("the graph has no targets: declare one in targets.conf") }
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

  /// The targets that a query is about; none if it is about all.
  func subjects() throws(UserError) -> [String] {
    var names: [String] = []
    for name in invocation.words { names.append(graph[try target(name)].name) }
    return names
  }

  private func target(_ name: String) throws(UserError) -> TargetID {
    if let id = graph.id(of: name) { return id }
    throw .unknownTarget(name, among: graph.nodes.map(\.name) + Invocation.Query.visible)
  }
}
