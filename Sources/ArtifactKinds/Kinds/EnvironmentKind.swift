import BuildGraph
import Stamps

/// `env:NAME`: an environment variable, which is also passed on to the commands.
struct EnvironmentKind: ArtifactKind {
  let declaration = ArtifactDeclaration(.environment)

  func read(_ node: Graph.ArtifactNode, in context: ObservationContext) -> DetailedObservation? {
    context.recorder.variable(node.artifact.name).map(observation)
  }

  func name(of artifact: Artifact) -> String { "environment variable \(artifact.name)" }
}
