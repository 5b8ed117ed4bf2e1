package import BuildGraph
package import Platform
package import Stamps

/// A kind of artifact: how it is declared, observed and named, and which files it is read from.
///
/// To add a kind, add a file to `Kinds` and a line to `ArtifactKinds.all`. A kind that the file index can
/// digest (a file or a tree) has a `subject`; any other kind is `read`.
package protocol ArtifactKind: Sendable {
  var declaration: ArtifactDeclaration { get }

  /// What to ask the file index about an artifact; nil if the kind does not use the index.
  func subject(of node: Graph.ArtifactNode, in context: ObservationContext) -> FileIndex.Subject?

  /// The observation of the artifact, made from what the index says of its subject.
  func observation(
    of node: Graph.ArtifactNode, indexed: Observation, in context: ObservationContext
  ) -> Observation

  /// The content behind that observation, which explains a change; called only if something has changed.
  func detail(of node: Graph.ArtifactNode, _ subject: FileIndex.Subject, in context: ObservationContext)
    -> Detail

  /// What the file index has to have looked at before an artifact without a subject is read.
  func subjectsRead(by node: Graph.ArtifactNode, in context: ObservationContext) -> [FileIndex.Subject]

  /// Reads an artifact that has no subject; nil if it is missing.
  func read(_ node: Graph.ArtifactNode, in context: ObservationContext) throws -> DetailedObservation?

  /// Whether the artifact differs from what it was before its reader ran only in which parts of it count, and that is
  /// for the reader to find out.
  func isNarrowed(_ node: Graph.ArtifactNode, from before: Listing, in context: ObservationContext) throws
    -> Bool

  /// Whether the artifact could change if `file` changed, appeared or disappeared.
  func isAffected(by file: Place, _ node: Graph.ArtifactNode, in context: FileUseContext) throws -> Bool

  /// The files that the artifact is read from, which are suggested for a mistyped name.
  func files(of node: Graph.ArtifactNode, in context: FileUseContext) throws -> [Path]

  /// The name of an artifact for a person: its path, or its name with its kind in front.
  func name(of artifact: Artifact) -> String

  /// A change of one entry in the words of the kind; nil if its values speak for themselves.
  func text(of change: Change) -> String?

  /// Whether the name is a plural, so that `are` follows it.
  var isPlural: Bool { get }
}

/// An observation of an artifact, with the content behind it.
package typealias DetailedObservation = (observation: Observation, detail: Detail)

extension ArtifactKind {
  package func subject(of node: Graph.ArtifactNode, in context: ObservationContext) -> FileIndex.Subject? {
    nil
  }

  package func observation(
    of node: Graph.ArtifactNode, indexed: Observation, in context: ObservationContext
  ) -> Observation { indexed }

  package func detail(
    of node: Graph.ArtifactNode, _ subject: FileIndex.Subject, in context: ObservationContext
  ) -> Detail { .none }

  package func subjectsRead(by node: Graph.ArtifactNode, in context: ObservationContext) -> [FileIndex.Subject]
  { [] }

  package func read(_ node: Graph.ArtifactNode, in context: ObservationContext) throws -> DetailedObservation? {
    nil
  }

  package func isNarrowed(
    _ node: Graph.ArtifactNode, from before: Listing, in context: ObservationContext
  ) throws -> Bool { false }

  package func isAffected(by file: Place, _ node: Graph.ArtifactNode, in context: FileUseContext) throws -> Bool
  {
    false
  }

  package func files(of node: Graph.ArtifactNode, in context: FileUseContext) throws -> [Path] {
    node.path.map { [$0] } ?? []
  }

  package func name(of artifact: Artifact) -> String { artifact.name }
  package func text(of change: Change) -> String? { nil }
  package var isPlural: Bool { false }

  /// The digest of a text and the text itself.
  func observation(of text: [UInt8]) -> DetailedObservation {
    (Observation(SHA256.digest(of: text)), .text(String(decoding: text, as: UTF8.self)))
  }

  func observation(of listing: Listing) -> DetailedObservation {
    (Observation(listing.digest), .listing(listing))
  }
}
