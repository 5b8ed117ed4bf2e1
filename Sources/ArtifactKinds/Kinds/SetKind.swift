package import BuildGraph
package import BuildSettings
package import Platform
package import PortageFiles
package import Stamps

/// `set:PATH`: the atoms of a package set, including those of the sets that it includes and of the variants;
/// their order does not matter.
package struct SetKind: ArtifactKind {
  package let declaration = ArtifactDeclaration(.set, takesPath: true)

  package func read(_ node: Graph.ArtifactNode, in context: ObservationContext) throws -> DetailedObservation? {
    guard let path = node.path else { return nil }
    return observation(of: try Self.set(path, context.settings, context.recorder).listing)
  }

  package func isAffected(by file: Place, _ node: Graph.ArtifactNode, in context: FileUseContext) throws -> Bool
  {
    try visited(node, context).contains { file.holds(try context.place($0)) }
  }

  package func files(of node: Graph.ArtifactNode, in context: FileUseContext) throws -> [Path] {
    (node.path.map { [$0] } ?? []) + ((try? visited(node, context)) ?? [])
  }

  private func visited(_ node: Graph.ArtifactNode, _ context: FileUseContext) throws -> [Path] {
    guard let path = node.path else { return [] }
    return try context.visited { _ = try Self.set(path, context.settings, $0) }
  }

  /// The set that an artifact's path names: `build` for `sets/build.packages`.
  package static func set(_ path: Path, _ settings: Settings, _ recorder: ReadRecorder) throws -> PackageSet {
    let file = "\(path.lastComponent)"
    let name = file.hasSuffix(".packages") ? String(file.dropLast(".packages".count)) : file
    return try PackageSet(
      named: name, in: settings.locations.source, variants: settings.layers, recorder: recorder)
  }
}

extension Artifact.Kind {
  package static let set = Self(rawValue: "set")
}
