internal import BuildGraph
internal import Platform
internal import Stamps

/// What a file is part of: the artifacts that might be others if it changed, appeared or went away, and the
/// declarations that it takes part in. A folder stands for all that lies in it.
///
/// It knows no verdict, and reads the source tree as it is.
struct FileUse {
  private let graph: Graph
  private let settings: Settings
  private let reader: SourceReader
  /// Each once, in the order of the targets.
  private let artifacts: [ArtifactID]

  init(graph: Graph, settings: Settings) throws {
    self.graph = graph
    var seen: Set<ArtifactID> = []
    artifacts = graph.nodes.flatMap { $0.inputs + $0.received + $0.outputs }.filter { seen.insert($0).inserted }
    self.settings = settings
    reader = try SourceReader(sourceTree: settings.locations.source)
  }

  /// What hangs on the file at `path`.
  func assumptions(_ path: Path) throws -> Assumptions {
    let file = try Place(path, reader)
    let artifacts = try self.artifacts.filter { try isPart(file, of: graph[$0]) }
    let variables = try variables(setIn: file)
    var found = Assumptions(artifacts: Set(artifacts))
    for id in self.artifacts where graph[id].artifact.kind == .value {
      if variables.contains(graph[id].artifact.name) { found.artifacts.insert(id) }
    }
    let declared = try targets(declaredIn: file)
    for node in graph.nodes {
      let files = declared[node.name] ?? []
      let named = node.declaredVariables.filter { name in
        variables.contains(name) && !node.inputs.contains { graph[$0].artifact == Artifact(.value, name) }
      }
      let all = files.map { Artifact(.file, $0) } + named.map { Artifact(.value, $0) }
      if !all.isEmpty { found.declarations[node.id] = all }
    }
    return found
  }

  /// The names of files that targets read, for the error that one is mistyped.
  var names: [String] {
    let paths = artifacts.flatMap { id -> [Path] in
      let node = graph[id]
      guard let path = node.path, node.artifact.kind != .installed else { return [] }
      return [path] + (isPortages(node.artifact.kind) ? (try? visited(node.artifact, path)) ?? [] : [])
    }
    return paths.map { "\(settings.locations.name(of: $0))" }
  }

  /// Every path that a reading of what Portage defines looks at, whether something is there or not.
  private func visited(_ artifact: Artifact, _ path: Path) throws -> [Path] {
    if artifact.kind == .installed { return [InstalledPackages.database(of: path)] }
    let witness = Witness()
    _ = try PortageArtifacts(settings, witness: witness).listing(artifact, path)
    return witness.paths
  }

  private func isPortages(_ kind: Artifact.Kind) -> Bool {
    [.set, .configuration, .installed].contains(kind)
  }

  // MARK: Artifacts

  private func isPart(_ file: Place, of node: Graph.ArtifactNode) throws -> Bool {
    if node.artifact.kind == .tool {
      return try candidates(for: node).contains { file.holds(try Place($0, reader)) }
    }
    guard let path = node.path else { return false }
    let place = try Place(path, reader)
    switch node.artifact.kind {
    case .file: return file.holds(place)
    case .link: return file.holds(nameOf: place)
    case .tree:
      let excluded = Exclusions(node.artifact.excluding)
      return file.ways(from: place).contains { !excluded.contain($0) } || file.holds(place)
    case .links:
      return try LinksOut(node)?.places(reader).contains { place in
        let place = try Place(place, reader)
        return file.holds(place) || !file.ways(from: place).isEmpty
      } ?? false
    case let kind where isPortages(kind): return try isPart(file, ofPortages: node.artifact, at: path)
    default: return false
    }
  }

  private func isPart(_ file: Place, ofPortages artifact: Artifact, at path: Path) throws -> Bool {
    let visited = try self.visited(artifact, path)
    if try visited.contains(where: { file.holds(try Place($0, reader)) }) { return true }
    switch artifact.kind {
    case .installed: return try visited.contains { !file.ways(from: try Place($0, reader)).isEmpty }
    case .configuration:
      let folder = try Place(path / "etc/portage", reader)
      return file.ways(from: folder).contains(where: ConfigurationSyntax.isRead)
        || isListed(file, Set(visited))
    default: return false
    }
  }

  /// Whether the file lies in a folder of a profile, such as `package.use`, all of which Portage reads.
  private func isListed(_ file: Place, _ visited: Set<Path>) -> Bool {
    file.names.contains { name in
      var folder = name.parent
      while folder != "/" {
        if visited.contains(folder), ConfigurationSyntax.profileNames.contains(folder.lastComponent),
          let rest = name.relative(to: folder.parent)
        {
          return ConfigurationSyntax.isReadInProfile(rest)
        }
        folder = folder.parent
      }
      return false
    }
  }

  /// The program that the name finds on PATH, and the places that are looked at before.
  private func candidates(for node: Graph.ArtifactNode) -> [Path] {
    let search = node.searchPath ?? ""
    let program = node.artifact.name
    let found = ProgramSearch.find(program, in: search, from: settings.locations.source)
    let folders = search.split(separator: ":").map { settings.locations.path(of: String($0)) }
    let places = folders.map { $0 / program }
    guard let found, let index = places.firstIndex(of: settings.locations.path(of: "\(found)")) else {
      return places
    }
    return Array(places[...index])
  }

  // MARK: Declarations

  /// The variables whose values come from the file.
  private func variables(setIn file: Place) throws -> Set<String> {
    var isSet: [String: Bool] = [:]
    return Set(
      try settings.variables.names.filter { name in
        // `profiles/demo/variant.conf:3`; other origins name no file.
        let parts = (settings.variables[name]?.origin ?? "").split(separator: ":")
        guard parts.count == 2, parts[1].utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return false }
        let origin = String(parts[0])
        if let known = isSet[origin] { return known }
        let answer = file.holds(try Place(settings.locations.path(of: origin), reader))
        isSet[origin] = answer
        return answer
      })
  }

  /// The targets that the file, if it is a targets file, declares or changes, and its name.
  private func targets(declaredIn file: Place) throws -> [String: [String]] {
    var declared: [String: [String]] = [:]
    for name in ["targets.conf"] + (settings.variant.map { ["profiles/\($0)/targets.conf"] } ?? []) {
      let path = settings.locations.source / name
      guard file.holds(try Place(path, reader)), File.exists(path) else { continue }
      for target in Set(try TargetsFile(try File.read(path), name: name).sections.map(\.name)) {
        declared[target, default: []].append(name)
      }
    }
    return declared
  }
}

extension Graph.Node {
  /// The variables in what it declares to read and to make.
  fileprivate var declaredVariables: [String] {
    var seen: Set<String> = []
    return (target.inputs + target.outputs).flatMap { (try? Template($0))?.variables ?? [] }
      .filter { seen.insert($0).inserted }
  }
}
