import BuildGraph
import Stamps

/// `link:PATH`: the target of a symbolic link, whatever is there.
struct LinkKind: ArtifactKind {
  let declaration = ArtifactDeclaration(.link, takesPath: true, mayBeOutput: true)

  func read(_ node: Graph.ArtifactNode, in context: ObservationContext) -> DetailedObservation? {
    guard let path = node.path, let target = try? context.recorder.linkTarget(of: path) else { return nil }
    return observation(of: target)
  }

  func isAffected(by file: Place, _ node: Graph.ArtifactNode, in context: FileUseContext) throws -> Bool {
    try node.path.map { file.holds(nameOf: try context.place($0)) } ?? false
  }
}
