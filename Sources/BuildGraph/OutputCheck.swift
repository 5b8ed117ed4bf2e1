import Platform
import Stamps

/// The rules about outputs: each belongs to one target, and a target that reads it, or a tree around it, needs
/// that target.
extension GraphBuilder {
  mutating func checkOutputs(_ nodes: [Graph.Node]) {
    var makers: [Path: Graph.Node] = [:]
    for node in nodes {
      for path in outputPaths(of: node) {
        if let other = makers.updateValue(node, forKey: path) {
          problems.append(.sharedOutput(name(path), of: node.target, other: other.target))
        }
      }
    }
    let trees = outputTrees(nodes)
    for node in nodes {
      for path in outputPaths(of: node) {
        for (outer, other) in enclosing(path, trees) where other.id != node.id {
          problems.append(.nestedOutput(name(path), of: node.target, inside: name(outer), other: other.target))
        }
      }
    }
    checkInputs(nodes, makers, trees)
  }

  /// A path that one target reads and another makes.
  fileprivate struct Reading {
    let path: Path
    let reader: Graph.Node
    let maker: Graph.Node
  }

  private mutating func checkInputs(
    _ nodes: [Graph.Node], _ makers: [Path: Graph.Node], _ trees: [Path: Graph.Node]
  ) {
    let within = outputsWithin(inputTrees(nodes), nodes)
    var readings: [Reading] = []
    for node in nodes {
      for input in node.inputs {
        let artifact = artifacts[input.index].artifact
        guard let path = artifacts[input.index].path else { continue }
        if artifact.kind == .tree, holdsBuild(artifact, path) {
          problems.append(.readsBuild("\(artifact)", of: node.target))
        }
        var found = [makers[path] ?? enclosing(path, trees).first?.node].compactMap(\.self)
        let exclusions = Exclusions(artifact.excluding)
        for (output, maker) in within[path] ?? [] {
          if let rest = output.relative(to: path), !exclusions.contain(rest) { found.append(maker) }
        }
        for maker in unique(found.map(\.id)) {
          if maker == node.id { problems.append(.readsOwnOutput("\(artifact)", of: node.target)) }
          readings.append(Reading(path: path, reader: node, maker: nodes[maker.index]))
        }
      }
      for path in programs(of: node) {
        if let maker = makers[path] ?? enclosing(path, trees).first?.node {
          readings.append(Reading(path: path, reader: node, maker: maker))
        }
      }
    }
    for reading in readings.withoutNeeded(nodes) {
      problems.append(
        .missingNeed(name(reading.path), of: reading.reader.target, maker: reading.maker.target))
    }
  }

  private func name(_ path: Path) -> String { "\(locations.name(of: path))" }

  private func outputPaths(of node: Graph.Node) -> [Path] {
    unique(node.outputs.compactMap { artifacts[$0.index].path })
  }

  private func outputTrees(_ nodes: [Graph.Node]) -> [Path: Graph.Node] {
    var trees: [Path: Graph.Node] = [:]
    for node in nodes {
      for output in node.outputs where artifacts[output.index].artifact.kind == .tree {
        if let path = artifacts[output.index].path { trees[path] = node }
      }
    }
    return trees
  }

  private func inputTrees(_ nodes: [Graph.Node]) -> Set<Path> {
    Set(
      nodes.flatMap(\.inputs).filter { artifacts[$0.index].artifact.kind == .tree }
        .compactMap { artifacts[$0.index].path })
  }

  /// For each of `folders` the outputs that lie in it.
  private func outputsWithin(
    _ folders: Set<Path>, _ nodes: [Graph.Node]
  ) -> [Path: [(Path, Graph.Node)]] {
    var within: [Path: [(Path, Graph.Node)]] = [:]
    if folders.isEmpty { return within }
    for node in nodes {
      for path in outputPaths(of: node) {
        var folder = path
        while folder != "/" {
          folder = folder.parent
          if folders.contains(folder) { within[folder, default: []].append((path, node)) }
        }
      }
    }
    return within
  }

  /// The output trees around `path`, the innermost first.
  private func enclosing(
    _ path: Path, _ trees: [Path: Graph.Node]
  ) -> [(path: Path, node: Graph.Node)] {
    if trees.isEmpty { return [] }
    var found: [(Path, Graph.Node)] = []
    var folder = path.parent
    while locations.isWritable(folder) {
      if let node = trees[folder] { found.append((folder, node)) }
      if folder == "/" { break }
      folder = folder.parent
    }
    return found
  }

  /// Whether a tree contains O, whose stamps and logs change in every run.
  private func holdsBuild(_ tree: Artifact, _ path: Path) -> Bool {
    guard let rest = locations.build.relative(to: path) else { return false }
    return !Exclusions(tree.excluding).contain(rest)
  }

  /// The programs of a target's commands that are given by their path.
  private func programs(of node: Graph.Node) -> [Path] {
    let names = node.commands.compactMap { command in
      command.words.first?.expanded { variables[$0]?.value ?? "" }
    }
    return unique(names.filter { $0.contains("/") }.map { locations.path(of: $0) })
  }
}

extension [GraphBuilder.Reading] {
  /// The readings whose reader does not need the maker, directly or indirectly. Walks over the graph once for
  /// every 64 makers.
  fileprivate func withoutNeeded(_ nodes: [Graph.Node]) -> Self {
    var rest = filter { $0.maker.id != $0.reader.id && !$0.reader.needs.contains($0.maker.id) }
    let makers = unique(rest.map(\.maker.id))
    for start in stride(from: 0, to: makers.count, by: 64) {
      let group = makers[start..<Swift.min(start + 64, makers.count)]
      let bits = Dictionary(uniqueKeysWithValues: group.enumerated().map { ($1, UInt64(1) << UInt64($0)) })
      // For each target the makers of the group that it needs or is. Its needs come before it.
      var reached: [UInt64] = []
      for node in nodes {
        reached.append(node.needs.reduce(bits[node.id] ?? 0) { $0 | reached[$1.index] })
      }
      rest.removeAll { reading in
        bits[reading.maker.id].map { reached[reading.reader.id.index] & $0 != 0 } ?? false
      }
    }
    return rest
  }
}
