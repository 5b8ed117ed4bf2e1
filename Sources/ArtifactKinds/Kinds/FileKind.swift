import BuildGraph
import Stamps

/// `file:PATH`: the content, executable bit and existence of a file; links are followed.
struct FileKind: ArtifactKind {
  let declaration = ArtifactDeclaration(.file, takesPath: true, mayBeOutput: true)

  func subject(of node: Graph.ArtifactNode, in context: ObservationContext) -> FileIndex.Subject? {
    node.path.map { FileIndex.Subject($0, .file) }
  }

  func isAffected(by file: Place, _ node: Graph.ArtifactNode, in context: FileUseContext) throws -> Bool {
    try node.path.map { file.holds(try context.place($0)) } ?? false
  }
}
