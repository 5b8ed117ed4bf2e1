import BuildGraph
import Stamps

/// `value:NAME`: a variable's value as the recipe sees it. The engine looks at it itself (`BuildState`).
struct ValueKind: ArtifactKind {
  let declaration = ArtifactDeclaration(.value)

  func name(of artifact: Artifact) -> String { "variable \(artifact.name)" }
}

/// What a target that declares no output was last made from. The engine looks at it itself, and no target declares it.
struct ResultKind: ArtifactKind {
  let declaration = ArtifactDeclaration(.result)

  func name(of artifact: Artifact) -> String { "target \(artifact.name)" }
}
