import BuildGraph
import Stamps
import Testing

/// What a plan makes of artifacts that are only assumed to have changed.
@Suite struct AssumptionTests {
  /// The verdicts of a, b and c of a chain that is up to date.
  private func verdicts(
    _ story: Story, _ assume: (Graph) -> Assumptions
  ) throws -> [String] {
    let graph = try story.graph()
    let state = BuildState(graph: graph, observer: story.world, store: story.world, assuming: assume(graph))
    return try Plan(state, goals: graph.nodes.map(\.id)).entries.map { entry in
      guard case .stale(let reasons) = entry.verdict else { return entry.verdict.name }
      return reasons.map { reason in
        if case .assumed(let artifact) = reason { "assumed \(artifact)" } else { reason.kind }
      }.joined(separator: ", ")
    }
  }

  private func artifacts(_ specs: String...) -> (Graph) -> Assumptions {
    { graph in
      let all = graph.nodes.flatMap { $0.inputs + $0.received + $0.outputs }
      return Assumptions(artifacts: Set(all.filter { specs.contains(graph[$0].artifact.description) }))
    }
  }

  @Test func readersAreStaleAndThoseBehindPending() throws {
    let story = try built()
    #expect(try verdicts(story, artifacts()) == ["fresh", "fresh", "fresh"])
    #expect(try verdicts(story, artifacts("file:y")) == ["fresh", "assumed file:y", "pending"])
    #expect(
      try verdicts(story, artifacts("tool:cc")) == ["assumed tool:cc", "assumed tool:cc", "assumed tool:cc"])
  }

  @Test func theMakerPutsItsOutputRight() throws {
    #expect(try verdicts(built(), artifacts("file:${O}/a")) == ["assumed file:${O}/a", "pending", "pending"])
  }

  @Test func whatReallyChangedIsNotAssumed() throws {
    let story = try built()
    story.world["file:y"] = "y2"
    #expect(try verdicts(story, artifacts("file:y")) == ["fresh", "inputChanged", "pending"])
  }

  @Test func declarations() throws {
    let file = Artifact(.file, "targets.conf")
    let found = try verdicts(built()) { graph in
      var assumptions = Assumptions()
      #expect(assumptions.isEmpty)
      for _ in 0..<2 { assumptions.add(Assumptions(declarations: [graph.nodes[2].id: [file]])) }
      return assumptions
    }
    #expect(found == ["fresh", "fresh", "assumed file:targets.conf"], "each reason once")
  }
}
