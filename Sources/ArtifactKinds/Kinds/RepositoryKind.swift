import BuildGraph
import BuildSettings
import Platform
import PortageFiles
import Stamps

/// `repository:NAME`: an ebuild repository, as far as it says which packages an image consists of and what these are
/// built from: the packages of which the last resolution asked which versions there are, the eclasses, and the files of
/// `profiles` that concern every profile. Portage follows symbolic links, so what they lead to counts.
///
/// Which packages those are stands in a file that the resolution writes (`RepositoryParts.asked`). Without it all
/// packages count. The repository's name stands for it, so that a checkout may be moved.
struct RepositoryKind: ArtifactKind {
  let declaration = ArtifactDeclaration(.repository)

  func subjectsRead(by node: Graph.ArtifactNode, in context: ObservationContext) -> [FileIndex.Subject] {
    parts(of: node, context.settings, context.recorder, context.asked)?.all.map(\.subject) ?? []
  }

  func read(_ node: Graph.ArtifactNode, in context: ObservationContext) throws -> DetailedObservation? {
    guard let parts = parts(of: node, context.settings, context.recorder, context.asked),
      context.recorder.exists(parts.repository)
    else { return nil }
    let reader = try SourceReader(
      sourceTree: context.settings.locations.source, recorder: context.recorder)
    return observation(of: try parts.listing(context.index, reader))
  }

  /// Which packages count is found out by the resolution itself, so the listing before it and the one after it may be
  /// about different packages.
  func isNarrowed(_ node: Graph.ArtifactNode, from before: Listing, in context: ObservationContext) throws
    -> Bool
  {
    guard let parts = parts(of: node, context.settings, context.recorder, context.asked),
      case .listing(let now)? = try read(node, in: context)?.detail
    else { return false }
    return parts.isEqual(before, now)
  }

  func isAffected(by file: Place, _ node: Graph.ArtifactNode, in context: FileUseContext) throws -> Bool {
    guard let parts = parts(of: node, context.settings, ReadRecorder()) else { return false }
    let root = try context.place(parts.repository)
    if file.holds(root) || file.ways(from: root).contains(where: parts.contain) { return true }
    return try parts.placesBehindLinks(context.reader).contains { path in
      let place = try context.place(path)
      return file.holds(place) || !file.ways(from: place).isEmpty
    }
  }

  func files(of node: Graph.ArtifactNode, in context: FileUseContext) -> [Path] {
    context.settings.folder(ofRepository: node.artifact.name).map { [$0] } ?? []
  }

  private func parts(
    of node: Graph.ArtifactNode, _ settings: Settings, _ recorder: ReadRecorder, _ asked: Path? = nil
  ) -> RepositoryParts? {
    settings.folder(ofRepository: node.artifact.name).map {
      RepositoryParts($0, asked: asked ?? RepositoryParts.asked(in: settings.locations.build), recorder)
    }
  }
}

extension Artifact.Kind {
  static let repository = Self(rawValue: "repository")
}

extension Settings {
  /// The repositories of the image, which were read when the settings were.
  func repositories(_ recorder: ReadRecorder) throws -> Repositories {
    try Repositories(
      inReposConf: reposConf, reader: SourceReader(sourceTree: locations.source, recorder: recorder))
  }

  func folder(ofRepository name: String) -> Path? { repositoryFolders.first { $0.name == name }?.path }

  private var repositoryFolders: [(name: String, path: Path)] {
    Repositories.folders(inReposConf: reposConf)
  }

  private var reposConf: String { variables["PORTAGE_REPOSITORIES"]?.value ?? "" }
}
