package import BuildGraph
package import BuildSettings
package import Platform
import PortageFiles
import Stamps

/// Finds what depends on a file: the artifacts that could change if it changed, appeared or disappeared, and
/// the declarations that it contributes to. A folder stands for everything in it.
///
/// It reads the source tree as it is now, and computes no verdict.
package struct FileUse {
  private let graph: Graph
  private let context: FileUseContext
  /// The artifacts of the graph, each once, in the order of the targets.
  private let artifacts: [ArtifactID]

  package init(graph: Graph, settings: Settings) throws {
    self.graph = graph
    var seen: Set<ArtifactID> = []
    artifacts = graph.nodes.flatMap { $0.inputs + $0.received + $0.outputs }.filter { seen.insert($0).inserted }
    context = try FileUseContext(settings: settings)
  }

  /// What depends on the file at `path`.
  package func assumptions(_ path: Path) throws -> Assumptions {
    let file = try context.place(path)
    let artifacts = try self.artifacts.filter { id in
      try ArtifactKinds[graph[id].artifact.kind]?.isAffected(by: file, graph[id], in: context) ?? false
    }
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

  /// The names of the files that targets read, which are suggested for a mistyped name.
  package var names: [String] {
    let paths = artifacts.flatMap { id in
      (try? ArtifactKinds[graph[id].artifact.kind]?.files(of: graph[id], in: context)) ?? []
    }
    return paths.map { "\(context.settings.locations.name(of: $0))" }
  }

  // MARK: Declarations

  /// The variables whose values come from the file.
  private func variables(setIn file: Place) throws -> Set<String> {
    let settings = context.settings
    var isSet: [String: Bool] = [:]
    return Set(
      try settings.variables.names.filter { name in
        // `profiles/demo/variant.conf:3`; other origins name no line.
        let origin = SourcePlace(parsing: settings.variables[name]?.origin ?? "")
        guard origin.line != nil else { return false }
        if let known = isSet[origin.file] { return known }
        let answer = file.holds(try context.place(settings.locations.path(of: origin.file)))
        isSet[origin.file] = answer
        return answer
      })
  }

  /// The targets that the file declares or changes, each with the names of the targets files concerned; empty
  /// if the file is not a targets file.
  private func targets(declaredIn file: Place) throws -> [String: [String]] {
    let settings = context.settings
    var declared: [String: [String]] = [:]
    for name in TargetFiles.names(settings) {
      let path = settings.locations.source / name
      guard file.holds(try context.place(path)), File.exists(path) else { continue }
      for target in Set(try TargetsFile(try File.read(path), name: name).sections.map(\.name)) {
        declared[target, default: []].append(name)
      }
    }
    return declared
  }
}

extension Graph.Node {
  /// The variables in the declared inputs and outputs.
  fileprivate var declaredVariables: [String] {
    var seen: Set<String> = []
    return (target.inputs + target.outputs).flatMap { (try? Template($0))?.variables ?? [] }
      .filter { seen.insert($0).inserted }
  }
}
