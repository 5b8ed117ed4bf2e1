package import BuildGraph
package import Stamps

/// The kinds of artifacts, in the order in which messages name them.
package enum ArtifactKinds {
  package static let all: [any ArtifactKind] = [
    FileKind(), TreeKind(), LinkKind(), LinksKind(), SetKind(), ConfigurationKind(),
    RepositoryKind(), ListKind(), InstalledKind(), SourcesKind(), ValueKind(),
    EnvironmentKind(), ToolKind(), ResultKind(),
  ]

  /// The declarations of the kinds that a target can declare. Only the engine itself uses `.result`.
  package static let declarations = all.map(\.declaration).filter { $0.kind != .result }

  /// The implementation of a kind; nil for a kind of another version of sysbuild.
  package static subscript(kind: Artifact.Kind) -> (any ArtifactKind)? { byKind[kind] }

  private static let byKind = Dictionary(all.map { ($0.declaration.kind, $0) }) { first, _ in first }
}
