import ArtifactKinds
import BuildGraph
import BuildSettings
import Explanations
import Stamps
import TextKit

extension Command {
  static let affects = Command(
    "affects", "FILE…", summary: "which targets read FILE, and which are behind those",
    details: ["A folder stands for all that lies in it."],
    words: .files, options: [.json],
    check: { invocation throws(UserError) in
      if invocation.words.isEmpty { throw .needsFile("affects") }
    },
    run: answering(Affects.text))
}

/// `sysbuild affects FILE…`: which targets read each file, through what, and which are behind those.
private enum Affects {
  /// A target that a file affects.
  private struct Affected {
    let name: String
    let reads: [Artifact]
    let makes: [Artifact]
    /// The affected targets that it needs.
    let behind: [String]
  }

  static func text(_ session: Session) throws -> String {
    let use = try FileUse(graph: session.graph, settings: session.settings)
    let files = try session.invocation.words.map { word in
      let path = session.settings.locations.path(of: word)
      let name = "\(session.settings.locations.name(of: path))"
      return (name: name, targets: affected(try use.assumptions(path), session.graph))
    }
    if session.invocation.wantsJSON {
      let files = files.map { ["file": .string($0.name), "targets": .array($0.targets.map(json))] as JSON }
      return (["version": 1, "files": .array(files)] as JSON).pretty + "\n"
    }
    return files.map { text($0.name, $0.targets) }.joined()
  }

  private static func affected(_ assumptions: Assumptions, _ graph: Graph) -> [Affected] {
    var affected: [TargetID: Affected] = [:]
    for node in graph.nodes {
      let artifacts = { (ids: [ArtifactID]) in
        ids.filter(assumptions.artifacts.contains).map { graph[$0].artifact }
      }
      let target = Affected(
        name: node.name,
        reads: artifacts(node.inputs + node.received) + (assumptions.declarations[node.id] ?? []),
        makes: artifacts(node.outputs), behind: node.needs.compactMap { affected[$0]?.name })
      if !target.reads.isEmpty || !target.makes.isEmpty || !target.behind.isEmpty { affected[node.id] = target }
    }
    return graph.nodes.compactMap { affected[$0.id] }
  }

  private static func text(_ file: String, _ targets: [Affected]) -> String {
    if targets.isEmpty { return "\(file): no target reads it\n" }
    let width = targets.map(\.name.count).max() ?? 0
    return "\(file):\n"
      + targets.map { target in
        let list = { (artifacts: [Artifact]) in artifacts.map(\.description).joined(separator: ", ") }
        var parts: [String] = []
        if !target.reads.isEmpty { parts.append("reads \(list(target.reads))") }
        if !target.makes.isEmpty { parts.append("makes \(list(target.makes))") }
        if parts.isEmpty { parts.append("through \(target.behind.joined(separator: ", "))") }
        let name = target.name + String(repeating: " ", count: width - target.name.count)
        return "  \(name)  \(parts.joined(separator: "; "))\n"
      }.joined()
  }

  private static func json(_ target: Affected) -> JSON {
    [
      "name": .string(target.name), "inputs": .array(target.reads.map(JSON.init)),
      "outputs": .array(target.makes.map(JSON.init)), "through": .array(target.behind.map { .string($0) }),
    ]
  }
}
