import BuildGraph
import BuildSettings
import Platform
import PortageFiles
import Stamps

/// `repository:NAME`: an ebuild repository with everything in it but files that each synchronisation changes and that
/// affect no build. Its name stands for it, so that a checkout may be moved.
struct RepositoryKind: ArtifactKind {
  let declaration = ArtifactDeclaration(.repository)

  /// Advisories, news, the cache, times.
  static let unread =
    [".git"]
    + ["glsa", "md5-cache", "news", "timestamp.chk", "timestamp.commit", "timestamp.x"].map { "metadata/\($0)" }

  func subject(of node: Graph.ArtifactNode, in context: ObservationContext) -> FileIndex.Subject? {
    context.settings.folder(ofRepository: node.artifact.name).map {
      FileIndex.Subject($0, .tree(excluding: Self.unread))
    }
  }

  func detail(of node: Graph.ArtifactNode, _ subject: FileIndex.Subject, in context: ObservationContext)
    -> Detail
  {
    context.index.listing(subject).map { .listing($0) } ?? .none
  }

  func isAffected(by file: Place, _ node: Graph.ArtifactNode, in context: FileUseContext) throws -> Bool {
    guard let path = context.settings.folder(ofRepository: node.artifact.name) else { return false }
    let place = try context.place(path)
    let excluded = Exclusions(Self.unread)
    return file.ways(from: place).contains { !excluded.contain($0) } || file.holds(place)
  }

  func files(of node: Graph.ArtifactNode, in context: FileUseContext) -> [Path] {
    context.settings.folder(ofRepository: node.artifact.name).map { [$0] } ?? []
  }
}

extension Artifact.Kind {
  static let repository = Self(rawValue: "repository")
  static let repositoryLinks = Self(rawValue: "repository-links")
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
