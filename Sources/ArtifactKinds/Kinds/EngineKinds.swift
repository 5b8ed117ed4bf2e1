import BuildGraph
import Stamps

/// `value:NAME`: the value of a variable as the recipe sees it. The engine observes it itself (`BuildState`).
struct ValueKind: ArtifactKind {
  let declaration = ArtifactDeclaration(.value)

  func name(of artifact: Artifact) -> String { "variable \(artifact.name)" }
}

/// What a target without declared outputs was last made from. The engine observes it itself, and targets cannot
/// declare it.
struct ResultKind: ArtifactKind {
  let declaration = ArtifactDeclaration(.result)

  func name(of artifact: Artifact) -> String { "target \(artifact.name)" }
}
