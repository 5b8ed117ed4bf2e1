import BuildGraph
import BuildSettings
import Platform
import PortageFiles
package import Stamps

/// `config:PATH`: a configuration root, observed entry by entry: its `etc/portage` and every profile that its
/// `make.profile` reaches.
struct ConfigurationKind: ArtifactKind {
  let declaration = ArtifactDeclaration(.configuration, takesPath: true)

  func read(_ node: Graph.ArtifactNode, in context: ObservationContext) throws -> DetailedObservation? {
    guard let path = node.path else { return nil }
    return observation(of: try listing(path, context.settings, context.recorder))
  }

  func isAffected(by file: Place, _ node: Graph.ArtifactNode, in context: FileUseContext) throws -> Bool {
    guard let path = node.path else { return false }
    let visited = try visited(path, context)
    if try visited.contains(where: { file.holds(try context.place($0)) }) { return true }
    return try file.ways(from: context.place(path / "etc/portage")).contains(where: ConfigurationSyntax.isRead)
      || isListed(file, Set(visited))
  }

  func files(of node: Graph.ArtifactNode, in context: FileUseContext) throws -> [Path] {
    guard let path = node.path else { return [] }
    return [path] + ((try? visited(path, context)) ?? [])
  }

  private func visited(_ path: Path, _ context: FileUseContext) throws -> [Path] {
    try context.visited { _ = try listing(path, context.settings, $0) }
  }

  private func listing(_ path: Path, _ settings: Settings, _ recorder: ReadRecorder) throws -> Listing {
    try ConfigurationRoot(
      path: path, sourceTree: settings.locations.source, repositories: settings.repositories(recorder),
      recorder: recorder
    ).listing()
  }

  /// Whether the file lies in a folder of a profile, such as `package.use`, in which Portage reads every file.
  private func isListed(_ file: Place, _ visited: Set<Path>) -> Bool {
    file.names.contains { name in
      var folder = name.parent
      while folder != "/" {
        if visited.contains(folder), ConfigurationSyntax.profileNames.contains(folder.lastComponent),
          let rest = name.relative(to: folder.parent)
        {
          return ConfigurationSyntax.isReadInProfile(rest)
        }
        folder = folder.parent
      }
      return false
    }
  }
}

extension Artifact.Kind {
  package static let configuration = Self(rawValue: "config")
}
