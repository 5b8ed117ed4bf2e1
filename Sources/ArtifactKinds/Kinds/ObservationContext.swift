package import BuildGraph
package import BuildSettings
package import Platform
package import Stamps

/// What kinds of artifacts look at, and what one look has found for all of them.
package final class ObservationContext {
  package let graph: Graph
  package let settings: Settings
  package let index: FileIndex
  /// The program that each tool was found as at the last look.
  private var programs: [Graph.ArtifactNode: Path] = [:]

  package init(graph: Graph, settings: Settings, index: FileIndex) {
    self.graph = graph
    self.settings = settings
    self.index = index
  }

  package var witness: Witness { settings.witness }

  /// The program that a tool's name finds on its PATH; nil if there is none.
  package func program(of node: Graph.ArtifactNode) -> Path? {
    if let known = programs[node] { return known }
    let found = ProgramSearch.find(
      node.artifact.name, in: node.searchPath ?? "", from: graph.locations.source,
      isExecutable: witness.isExecutable)
    programs[node] = found
    return found
  }

  /// Has the programs of these artifacts looked for again.
  func forgetPrograms(of nodes: [Graph.ArtifactNode]) {
    for node in nodes { programs[node] = nil }
  }
}
