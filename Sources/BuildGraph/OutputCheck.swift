internal import Platform
internal import Stamps

/// The rules about who may write what: each output belongs to one target, and whoever reads it needs that
/// target.
extension GraphBuilder {
  mutating func checkOutputs(_ nodes: [Graph.Node]) {
    var makers: [Path: Graph.Node] = [:]
    for node in nodes {
      for path in unique(node.outputs.compactMap { artifacts[$0.index].path }) {
        if let other = makers.updateValue(node, forKey: path) {
          problems.append(.sharedOutput(name(path), of: node.target, other: other.target))
        }
      }
    }
    let trees = treeOutputs(nodes)
    for node in nodes {
      for path in unique(node.outputs.compactMap { artifacts[$0.index].path }) {
        for (outer, other) in enclosing(path, trees) where other.id != node.id {
          problems.append(.nestedOutput(name(path), of: node.target, inside: name(outer), other: other.target))
        }
      }
      for path in node.inputs.compactMap({ artifacts[$0.index].path }) {
        let maker = makers[path] ?? enclosing(path, trees).first?.node
        guard let maker, maker.id != node.id, !isNeeded(maker.id, by: node, nodes) else { continue }
        problems.append(.missingNeed(name(path), of: node.target, maker: maker.target))
      }
    }
  }

  private func name(_ path: Path) -> String { "\(locations.name(of: path))" }

  private func treeOutputs(_ nodes: [Graph.Node]) -> [Path: Graph.Node] {
    var trees: [Path: Graph.Node] = [:]
    for node in nodes {
      for output in node.outputs where artifacts[output.index].artifact.kind == .tree {
        if let path = artifacts[output.index].path { trees[path] = node }
      }
    }
    return trees
  }

  /// The output trees that `path` lies in, the nearest first.
  private func enclosing(
    _ path: Path, _ trees: [Path: Graph.Node]
  ) -> [(path: Path, node: Graph.Node)] {
    if trees.isEmpty { return [] }
    var found: [(Path, Graph.Node)] = []
    var folder = path.parent
    while locations.isWritable(folder) {
      if let node = trees[folder] { found.append((folder, node)) }
      folder = folder.parent
    }
    return found
  }

  private func isNeeded(_ maker: TargetID, by node: Graph.Node, _ nodes: [Graph.Node]) -> Bool {
    var seen: Set<TargetID> = []
    var pending = node.needs
    while let id = pending.popLast() {
      if id == maker { return true }
      if seen.insert(id).inserted { pending += nodes[id.index].needs }
    }
    return false
  }
}
