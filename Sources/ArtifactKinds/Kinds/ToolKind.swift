import BuildGraph
import BuildSettings
import Platform
import Stamps

/// `tool:NAME`: the path and content of the program that NAME finds on PATH.
struct ToolKind: ArtifactKind {
  let declaration = ArtifactDeclaration(.tool)

  func subject(of node: Graph.ArtifactNode, in context: ObservationContext) -> FileIndex.Subject? {
    context.program(of: node).map { FileIndex.Subject($0, .file) }
  }

  func observation(
    of node: Graph.ArtifactNode, indexed: Observation, in context: ObservationContext
  ) -> Observation {
    let path = context.program(of: node).map { context.graph.locations.name(of: $0).bytes } ?? []
    return Observation(SHA256.digest(of: path + Array(" \(indexed.digest.hex)".utf8)))
  }

  /// The program's path and the beginning of its digest: `/usr/bin/make 5ab1c29e`.
  func detail(of node: Graph.ArtifactNode, _ subject: FileIndex.Subject, in context: ObservationContext)
    -> Detail
  {
    guard let seen = context.index.observation(subject) else { return .none }
    return .text("\(context.graph.locations.name(of: subject.path)) \(seen.digest.hex.prefix(8))")
  }

  /// A file that would be found before the program counts, too.
  func isAffected(by file: Place, _ node: Graph.ArtifactNode, in context: FileUseContext) throws -> Bool {
    try candidates(node, context).contains { file.holds(try context.place($0)) }
  }

  /// The program that the name finds on PATH, and the places that are searched before it.
  private func candidates(_ node: Graph.ArtifactNode, _ context: FileUseContext) -> [Path] {
    let locations = context.settings.locations
    let search = node.searchPath ?? ""
    let program = node.artifact.name
    let found = ProgramSearch.find(program, in: search, from: locations.source)
    let places = search.split(separator: ":").map { locations.path(of: String($0)) / program }
    guard let found, let index = places.firstIndex(of: locations.path(of: "\(found)")) else { return places }
    return Array(places[...index])
  }

  func name(of artifact: Artifact) -> String { "program \(artifact.name)" }
}
