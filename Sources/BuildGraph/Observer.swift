public import Stamps

/// Observes what state artifacts are in. Only `look` reads anything; the other operations return what it saw
/// last.
public protocol Observer: AnyObject {
  /// Observes these again. Throws if one cannot be digested; a missing one is no error.
  func look(at nodes: [Graph.ArtifactNode]) throws
  /// What the last `look` saw; nil if the artifact was missing.
  func observation(of node: Graph.ArtifactNode) -> Observation?
  /// The parts of that observation.
  func detail(of node: Graph.ArtifactNode) -> Detail
  /// Whether what the last `look` saw differs from `before` only in which parts of the artifact count, which the
  /// recipe that reads it finds out.
  func isNarrowed(_ node: Graph.ArtifactNode, from before: Listing) throws -> Bool
}

extension Observer {
  public func isNarrowed(_ node: Graph.ArtifactNode, from before: Listing) throws -> Bool { false }
}
