public import Stamps

/// How artifacts of a kind are declared: what a graph has to know of the kind before anything is looked at.
public struct ArtifactDeclaration: Hashable, Sendable {
  public let kind: Artifact.Kind
  /// Whether its name is a path.
  public let takesPath: Bool
  /// Whether a target may make it; only what has a path.
  public let mayBeOutput: Bool
  /// Whether ` !NAME` may follow its name.
  public let takesExclusions: Bool

  public init(
    _ kind: Artifact.Kind, takesPath: Bool = false, mayBeOutput: Bool = false, takesExclusions: Bool = false
  ) {
    self.kind = kind
    self.takesPath = takesPath
    self.mayBeOutput = takesPath && mayBeOutput
    self.takesExclusions = takesExclusions
  }

  /// The kinds that the engine itself knows.
  public static let engine = [
    ArtifactDeclaration(.file, takesPath: true, mayBeOutput: true),
    ArtifactDeclaration(.tree, takesPath: true, mayBeOutput: true, takesExclusions: true),
    ArtifactDeclaration(.value), ArtifactDeclaration(.environment), ArtifactDeclaration(.tool),
  ]
}
