package import BuildGraph
package import BuildSettings
package import Platform
package import Stamps

/// What a kind of artifact needs to observe an artifact, and results that all kinds share during one look.
package final class ObservationContext {
  package let graph: Graph
  package let settings: Settings
  package let index: FileIndex
  /// The file that names the packages of repositories that count.
  package let asked: Path
  /// The program that was found for each tool at the last look.
  private var programs: [Graph.ArtifactNode: Path] = [:]

  package init(graph: Graph, settings: Settings, index: FileIndex, asked: Path? = nil) {
    self.asked = asked ?? RepositoryParts.asked(in: settings.locations.build)
    self.graph = graph
    self.settings = settings
    self.index = index
  }

  package var recorder: ReadRecorder { settings.recorder }

  /// The program that the name of a tool finds on its PATH; nil if there is none.
  package func program(of node: Graph.ArtifactNode) -> Path? {
    if let known = programs[node] { return known }
    let found = ProgramSearch.find(
      node.artifact.name, in: node.searchPath ?? "", from: graph.locations.source,
      isExecutable: recorder.isExecutable)
    programs[node] = found
    return found
  }

  /// Makes the next look search for the programs of these artifacts again.
  func forgetPrograms(of nodes: [Graph.ArtifactNode]) {
    for node in nodes { programs[node] = nil }
  }
}
