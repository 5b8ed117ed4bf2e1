import Stamps

extension BuildState {
  /// The declared inputs that are paths outside O and do not exist.
  func missingSources(of node: Graph.Node) -> [Artifact] {
    node.inputs.map { (id: $0, node: graph[$0]) }
      .filter { $0.node.path != nil && !$0.node.isMade && observation(of: $0.id) == nil }
      .map(\.node.artifact)
  }

  /// The commands of a target, with references to items replaced by what was last seen.
  ///
  /// - Parameter variables: what they see instead of the graph's variables.
  public func commands(of id: TargetID, variables: Variables? = nil) -> [Job.Command] {
    graph[id].commands.map { command($0, of: id, variables: variables) }
  }

  /// A command, expanded as a target's own commands are.
  public func command(
    _ template: CommandTemplate, of id: TargetID, variables: Variables? = nil
  ) -> Job.Command {
    let node = graph[id]
    return graph.command(template, variables: variables) { artifact in
      (node.inputs + node.received).first { graph[$0].artifact == artifact }.map(items) ?? []
    }
  }

  /// An input's items as words of a command.
  private func items(of id: ArtifactID) -> [String] {
    guard case .listing(let listing) = detail(of: id) else { return [] }
    return listing.entries.map { String(decoding: $0.key, as: UTF8.self) }
  }

  /// The environment variables that a target declares as inputs, as far as they are set.
  public func passedThrough(_ node: Graph.Node) -> [(name: String, value: String)] {
    node.inputs.compactMap { id in
      guard graph[id].artifact.kind == .environment, case .text(let value) = detail(of: id) else { return nil }
      return (graph[id].artifact.name, value)
    }
  }
}
