import BuildGraph
import Platform
import Stamps

/// `list:PATH`: a listing in its stored form. Its places do not count.
struct ListKind: ArtifactKind {
  let declaration = ArtifactDeclaration(.list, takesPath: true, mayBeOutput: true)

  func read(_ node: Graph.ArtifactNode, in context: ObservationContext) throws -> DetailedObservation? {
    guard let path = node.path, context.recorder.exists(path) else { return nil }
    let text = try context.recorder.content(of: path)
    guard let listing = Listing(stored: text) else {
      // A file that is damaged differs from every list.
      return (Observation(SHA256.digest(of: Array("damaged ".utf8) + text)), .none)
    }
    return observation(of: listing)
  }

  func isAffected(by file: Place, _ node: Graph.ArtifactNode, in context: FileUseContext) throws -> Bool {
    try node.path.map { file.holds(try context.place($0)) } ?? false
  }

  /// `resolution/world`.
  func name(of artifact: Artifact) -> String {
    artifact.name.hasPrefix("${O}/") ? String(artifact.name.dropFirst(5)) : artifact.name
  }
}

extension Artifact.Kind {
  static let list = Self(rawValue: "list")
}
