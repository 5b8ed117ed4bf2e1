internal import BuildGraph
internal import Platform
internal import Stamps

/// Looks at every kind of artifact: files, trees and programs through the file index, environment variables
/// in the environment, and what Portage defines through its own readers.
///
/// It decides nothing and writes nothing.
final class ArtifactObserver: Observer {
  private typealias Sight = (observation: Observation, detail: Detail)

  private let graph: Graph
  private let settings: Settings
  private let index: FileIndex
  private let patience: Patience?
  private var sights: [Artifact: Sight?] = [:]
  private var programs: [Graph.ArtifactNode: Path] = [:]

  /// - Parameter patience: says that it still looks; nil to say nothing.
  init(graph: Graph, settings: Settings, index: FileIndex, patience: Patience? = nil) {
    self.graph = graph
    self.settings = settings
    self.index = index
    self.patience = patience
  }

  func look(at nodes: [Graph.ArtifactNode]) throws {
    if let patience { try patience.during { try lookAtAll(nodes) } } else { try lookAtAll(nodes) }
  }

  private func lookAtAll(_ nodes: [Graph.ArtifactNode]) throws {
    for node in nodes where node.artifact.kind == .tool {
      programs[node] = ProgramSearch.find(
        node.artifact.name, in: node.searchPath ?? "", from: graph.locations.source,
        isExecutable: settings.witness.isExecutable)
    }
    // A tree whose links are looked at is mostly an input itself: once is enough.
    let trees = nodes.compactMap { $0.artifact.kind == .links ? LinksOut($0)?.tree : nil }
    let subjects = nodes.compactMap(subject)
    try index.refresh(subjects + Set(trees).subtracting(subjects).sorted { $0.path < $1.path })
    for node in nodes {
      switch node.artifact.kind {
      case .file, .tree, .tool: continue
      default: sights[node.artifact] = .some(try read(node))
      }
    }
  }

  func observation(of node: Graph.ArtifactNode) -> Observation? {
    guard let subject = subject(node) else { return (sights[node.artifact] ?? nil)?.observation }
    let seen = index.observation(subject)
    guard node.artifact.kind == .tool, let seen else { return seen }
    let path = programs[node]?.bytes ?? []
    return Observation(SHA256.digest(of: path + Array(" \(seen.digest.hex)".utf8)))
  }

  func detail(of node: Graph.ArtifactNode) -> Detail {
    guard let subject = subject(node) else { return (sights[node.artifact] ?? nil)?.detail ?? .none }
    switch node.artifact.kind {
    case .tree: return index.listing(subject).map { .listing($0) } ?? .none
    case .tool: return index.observation(subject).map { .text(programText(node, $0)) } ?? .none
    default: return .none
    }
  }

  /// What the file index is asked about an artifact; nil if it is not the one to ask.
  private func subject(_ node: Graph.ArtifactNode) -> FileIndex.Subject? {
    switch node.artifact.kind {
    case .file: node.path.map { FileIndex.Subject($0, .file) }
    case .tree: node.path.map { FileIndex.Subject($0, .tree(excluding: node.artifact.excluding)) }
    case .tool: programs[node].map { FileIndex.Subject($0, .file) }
    default: nil
    }
  }

  /// A program's place and the beginning of its digest: `/usr/bin/make 5ab1c29e`.
  private func programText(_ node: Graph.ArtifactNode, _ seen: Observation) -> String {
    let path = programs[node].map { graph.locations.name(of: $0) } ?? ""
    return "\(path) \(seen.digest.hex.prefix(8))"
  }

  private func read(_ node: Graph.ArtifactNode) throws -> Sight? {
    switch (node.artifact.kind, node.path) {
    case (.environment, _): return settings.witness.variable(node.artifact.name).map(text)
    case (.link, .some(let path)):
      return (try? settings.witness.linkTarget(of: path)).map(text)
    case (.links, _):
      return try LinksOut(node)?.listing(index, settings).map { (Observation($0.digest), .listing($0)) }
    case (_, .some(let path)):
      return try PortageArtifacts(settings, witness: settings.witness).listing(node.artifact, path).map {
        listing in
        (Observation(listing.digest), .listing(listing))
      }
    case (_, nil): return nil
    }
  }

  private func text(_ value: [UInt8]) -> Sight {
    (Observation(SHA256.digest(of: value)), .text(String(decoding: value, as: UTF8.self)))
  }
}
