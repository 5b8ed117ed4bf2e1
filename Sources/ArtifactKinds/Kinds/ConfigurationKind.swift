import BuildGraph
import BuildSettings
import Platform
import PortageFiles
package import Stamps

/// `config:PATH`: a configuration root, observed entry by entry: its `etc/portage` and every profile that its
/// `make.profile` reaches. One of the variant stands on those of the variants that it builds on.
struct ConfigurationKind: ArtifactKind {
  let declaration = ArtifactDeclaration(.configuration, takesPath: true)

  func read(_ node: Graph.ArtifactNode, in context: ObservationContext) throws -> DetailedObservation? {
    guard let path = node.path else { return nil }
    let reading = try root(path, context.settings, context.recorder).read()
    let checkouts = try Set(Checkout.all(in: reading.ingredients).map(\.path)).sorted().map {
      FileIndex.Subject($0, .tree(excluding: Checkout.unread))
    }
    if checkouts.isEmpty { return observation(of: reading.listing) }
    try context.index.refresh(checkouts)
    let sources = checkouts.flatMap { checkout in
      (context.index.listing(checkout)?.entries ?? []).map {
        Listing.Entry(key: (checkout.path / Path(bytes: $0.key)).bytes, value: $0.value)
      }
    }
    return observation(of: Listing(reading.listing.entries + sources))
  }

  func isAffected(by file: Place, _ node: Graph.ArtifactNode, in context: FileUseContext) throws -> Bool {
    guard let path = node.path else { return false }
    let reading = try root(path, context.settings, ReadRecorder()).read()
    for checkout in try Checkout.all(in: reading.ingredients) {
      let place = try context.place(checkout.path)
      let ways = file.ways(from: place)
      if file.holds(place) || ways.contains(where: { !Exclusions(Checkout.unread).contain($0) }) { return true }
    }
    let visited = try visited(path, context)
    for tree in visited.compactMap(WorkPatch.tree) {
      let place = try context.place(tree)
      let ways = file.ways(from: place)
      if file.holds(place) || ways.contains(where: { $0.components.first != ".git" }) { return true }
    }
    if try visited.contains(where: { file.holds(try context.place($0)) }) { return true }
    let roots = context.settings.configuration(at: path, ReadRecorder()).roots
    return try roots.contains { root in
      try file.ways(from: context.place(root / "etc/portage")).contains(where: ConfigurationSyntax.isRead)
    } || isListed(file, Set(visited))
  }

  func files(of node: Graph.ArtifactNode, in context: FileUseContext) throws -> [Path] {
    guard let path = node.path else { return [] }
    return context.settings.configuration(at: path, ReadRecorder()).roots
      + ((try? visited(path, context)) ?? [])
  }

  private func visited(_ path: Path, _ context: FileUseContext) throws -> [Path] {
    try context.visited { _ = try root(path, context.settings, $0).read() }
  }

  private func root(_ path: Path, _ settings: Settings, _ recorder: ReadRecorder) throws -> ConfigurationRoot {
    try ConfigurationRoot(
      settings.configuration(at: path, recorder), sourceTree: settings.locations.source,
      repositories: settings.repositories(recorder),
      recorder: recorder)
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
