package import BuildGraph
package import Stamps

/// The kinds of artifacts, in the order in which messages name them.
package enum ArtifactKinds {
  package static let all: [any ArtifactKind] = [
    FileKind(), TreeKind(), LinkKind(), LinksKind(), SetKind(), ConfigurationKind(), InstalledKind(),
    ValueKind(),
    EnvironmentKind(), ToolKind(), ResultKind(),
  ]

  /// How targets declare artifacts. What a target was made from is the engine's own affair.
  package static let declarations = all.map(\.declaration).filter { $0.kind != .result }

  /// The kind of an artifact; nil for one of another version of sysbuild.
  package static subscript(kind: Artifact.Kind) -> (any ArtifactKind)? { byKind[kind] }

  private static let byKind = Dictionary(all.map { ($0.declaration.kind, $0) }) { first, _ in first }
}
