public import Stamps

/// What a question takes for changed though nothing differs: what if?
///
/// It knows no file; a real run has none of it.
public struct Assumptions: Sendable {
  /// Each is another to every target that reads or makes it.
  public var artifacts: Set<ArtifactID>
  /// What the declaration itself of a target hangs on.
  public var declarations: [TargetID: [Artifact]]

  public init(artifacts: Set<ArtifactID> = [], declarations: [TargetID: [Artifact]] = [:]) {
    self.artifacts = artifacts
    self.declarations = declarations
  }

  public var isEmpty: Bool { artifacts.isEmpty && declarations.isEmpty }

  public mutating func add(_ other: Assumptions) {
    artifacts.formUnion(other.artifacts)
    declarations.merge(other.declarations) { unique($0 + $1) }
  }
}
