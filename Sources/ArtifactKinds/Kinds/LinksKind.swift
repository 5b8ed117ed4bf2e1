import BuildGraph
import BuildSettings
import Platform
import PortageFiles
import Stamps

/// `links:PATH !NAME…`: what the symbolic links in a tree lead to, where that is no part of the tree. To `tree:` a link
/// is what it says.
struct LinksKind: ArtifactKind {
  let declaration = ArtifactDeclaration(.links, takesPath: true, takesExclusions: true)

  func subjectsRead(by node: Graph.ArtifactNode, in context: ObservationContext) -> [FileIndex.Subject] {
    links(of: node).map { [$0.tree] } ?? []
  }

  func read(_ node: Graph.ArtifactNode, in context: ObservationContext) throws -> DetailedObservation? {
    guard let links = links(of: node) else { return nil }
    let reader = try SourceReader(
      sourceTree: context.settings.locations.source, recorder: context.recorder)
    return try links.listing(context.index, reader).map(observation)
  }

  func isAffected(by file: Place, _ node: Graph.ArtifactNode, in context: FileUseContext) throws -> Bool {
    try links(of: node)?.places(context.reader).contains { path in
      let place = try context.place(path)
      return file.holds(place) || !file.ways(from: place).isEmpty
    } ?? false
  }

  private func links(of node: Graph.ArtifactNode) -> LinksOut? {
    node.path.map { LinksOut($0, excluding: node.artifact.excluding) }
  }
}

extension Artifact.Kind {
  static let links = Self(rawValue: "links")
}
