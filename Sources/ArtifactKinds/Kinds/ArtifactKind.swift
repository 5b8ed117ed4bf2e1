package import BuildGraph
package import Platform
package import Stamps

/// A kind of artifact: how it is declared, looked at and named, and which files it is read from.
///
/// A new kind is one file of `Kinds` and one line of `ArtifactKinds.all`. What the index can digest (a file or a tree)
/// has a `subject`; anything else is `read`.
package protocol ArtifactKind: Sendable {
  var declaration: ArtifactDeclaration { get }

  /// What the file index is asked about an artifact; nil if the index is not the one to ask.
  func subject(of node: Graph.ArtifactNode, in context: ObservationContext) -> FileIndex.Subject?

  /// What the artifact is seen as, from what the index says of its subject.
  func observation(
    of node: Graph.ArtifactNode, indexed: Observation, in context: ObservationContext
  ) -> Observation

  /// What that observation consists of, for the explanation of a change; asked only when something has changed.
  func detail(of node: Graph.ArtifactNode, _ subject: FileIndex.Subject, in context: ObservationContext)
    -> Detail

  /// What the file index has to have looked at before an artifact without a subject is read.
  func subjectsRead(by node: Graph.ArtifactNode) -> [FileIndex.Subject]

  /// What there is of an artifact without a subject; nil if it is missing.
  func read(_ node: Graph.ArtifactNode, in context: ObservationContext) throws -> Sight?

  /// Whether the artifact could be another if `file` changed, appeared or went away.
  func isAffected(by file: Place, _ node: Graph.ArtifactNode, in context: FileUseContext) throws -> Bool

  /// The files that it is read from, for the hint that a name is mistyped.
  func files(of node: Graph.ArtifactNode, in context: FileUseContext) throws -> [Path]

  /// An artifact for a person: its path, or its name with a word for the kind.
  func name(of artifact: Artifact) -> String

  /// Whether a sentence about it has the verb `are`.
  var isPlural: Bool { get }
}

/// What an artifact was seen as, and what that consists of.
package typealias Sight = (observation: Observation, detail: Detail)

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

  package func subjectsRead(by node: Graph.ArtifactNode) -> [FileIndex.Subject] { [] }

  package func read(_ node: Graph.ArtifactNode, in context: ObservationContext) throws -> Sight? { nil }

  package func isAffected(by file: Place, _ node: Graph.ArtifactNode, in context: FileUseContext) throws -> Bool
  {
    false
  }

  package func files(of node: Graph.ArtifactNode, in context: FileUseContext) throws -> [Path] {
    node.path.map { [$0] } ?? []
  }

  package func name(of artifact: Artifact) -> String { artifact.name }
  package var isPlural: Bool { false }

  /// What is seen of a text.
  func sight(of text: [UInt8]) -> Sight {
    (Observation(SHA256.digest(of: text)), .text(String(decoding: text, as: UTF8.self)))
  }

  func sight(of listing: Listing) -> Sight { (Observation(listing.digest), .listing(listing)) }
}
