import BuildGraph
import Stamps

/// `tree:PATH !NAME…`: a folder with everything below it: names, types, contents, executable bits, link
/// targets.
struct TreeKind: ArtifactKind {
  let declaration = ArtifactDeclaration(.tree, takesPath: true, mayBeOutput: true, takesExclusions: true)

  func subject(of node: Graph.ArtifactNode, in context: ObservationContext) -> FileIndex.Subject? {
    node.path.map { FileIndex.Subject($0, .tree(excluding: node.artifact.excluding)) }
  }

  func detail(of node: Graph.ArtifactNode, _ subject: FileIndex.Subject, in context: ObservationContext)
    -> Detail
  {
    context.index.listing(subject).map { .listing($0) } ?? .none
  }

  func isAffected(by file: Place, _ node: Graph.ArtifactNode, in context: FileUseContext) throws -> Bool {
    guard let path = node.path else { return false }
    let place = try context.place(path)
    let excluded = Exclusions(node.artifact.excluding)
    return file.ways(from: place).contains { !excluded.contain($0) } || file.holds(place)
  }
}
