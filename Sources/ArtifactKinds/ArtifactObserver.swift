package import BuildGraph
package import BuildSettings
package import Platform
package import Stamps

/// Observes artifacts through their kinds: files and trees with the file index, all others by reading them.
///
/// It writes nothing, and it does not decide what is stale.
package final class ArtifactObserver: Observer {
  private let context: ObservationContext
  /// Runs a look; it may print a message if that takes long.
  private let watched: (_ look: () throws -> Void) throws -> Void
  /// What was read of the artifacts that the index does not cover; the inner value is nil if the artifact was
  /// missing.
  private var observations: [Artifact: DetailedObservation?] = [:]

  /// - Parameters:
  ///   - asked: the file that names the packages of repositories that count, if it is not that of O.
  ///   - watched: runs the look that it is given; it may print a message if that takes long.
  package init(
    graph: Graph, settings: Settings, index: FileIndex, asked: Path? = nil,
    watched: @escaping (_ look: () throws -> Void) throws -> Void = { look in try look() }
  ) {
    context = ObservationContext(graph: graph, settings: settings, index: index, asked: asked)
    self.watched = watched
  }

  package func look(at nodes: [Graph.ArtifactNode]) throws { try watched { try lookAtAll(nodes) } }

  private func lookAtAll(_ nodes: [Graph.ArtifactNode]) throws {
    context.forgetPrograms(of: nodes)
    var subjects: [FileIndex.Subject] = []
    var others: [(kind: any ArtifactKind, node: Graph.ArtifactNode)] = []
    for node in nodes {
      guard let kind = ArtifactKinds[node.artifact.kind] else { continue }
      if let subject = kind.subject(of: node, in: context) {
        subjects.append(subject)
      } else {
        others.append((kind, node))
      }
    }
    // Most are among the subjects: the links of a tree are declared beside the tree.
    let more = Set(others.flatMap { $0.kind.subjectsRead(by: $0.node, in: context) }).subtracting(subjects)
    try context.index.refresh(subjects + more.sorted { $0.path < $1.path })
    for (kind, node) in others { observations[node.artifact] = .some(try kind.read(node, in: context)) }
  }

  package func observation(of node: Graph.ArtifactNode) -> Observation? {
    guard let kind = ArtifactKinds[node.artifact.kind] else { return nil }
    guard let subject = kind.subject(of: node, in: context) else {
      return (observations[node.artifact] ?? nil)?.observation
    }
    return context.index.observation(subject).map { kind.observation(of: node, indexed: $0, in: context) }
  }

  package func isNarrowed(_ node: Graph.ArtifactNode, from before: Listing) throws -> Bool {
    try ArtifactKinds[node.artifact.kind]?.isNarrowed(node, from: before, in: context) ?? false
  }

  package func detail(of node: Graph.ArtifactNode) -> Detail {
    guard let kind = ArtifactKinds[node.artifact.kind] else { return .none }
    guard let subject = kind.subject(of: node, in: context) else {
      return (observations[node.artifact] ?? nil)?.detail ?? .none
    }
    return kind.detail(of: node, subject, in: context)
  }
}
