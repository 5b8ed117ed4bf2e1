import BuildGraph
import BuildSettings
import Platform
import Stamps

/// `sources:PATH`: the files of DISTDIR that a file names, one on a line, by name and size. One that is not there is left
/// out.
struct SourcesKind: ArtifactKind {
  let declaration = ArtifactDeclaration(.sources, takesPath: true, mayBeOutput: true)

  func read(_ node: Graph.ArtifactNode, in context: ObservationContext) throws -> DetailedObservation? {
    guard let path = node.path, let folder = context.settings.variables["DISTDIR"]?.value,
      context.recorder.exists(path)
    else { return nil }
    let names = try context.recorder.content(of: path).split(separator: UInt8(ascii: "\n"))
    let entries = names.compactMap { name -> Listing.Entry? in
      guard let status = try? context.recorder.status(of: Path(folder) / Path(bytes: name)) else { return nil }
      return Listing.Entry(key: name, value: "\(status.size)".utf8)
    }
    return observation(of: Listing(entries))
  }

  func isAffected(by file: Place, _ node: Graph.ArtifactNode, in context: FileUseContext) throws -> Bool {
    try node.path.map { file.holds(try context.place($0)) } ?? false
  }

  func name(of artifact: Artifact) -> String { "DISTDIR" }
}
