public import Stamps

/// What a plan takes for changed although it is not, to answer "what if?". A real run assumes nothing.
public struct Assumptions: Sendable {
  /// These count as changed for every target that reads or makes them.
  public var artifacts: Set<ArtifactID>
  /// For each target the artifacts that its declaration depends on and that count as changed.
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
