internal import BuildGraph
internal import Platform
internal import Stamps

/// `sysbuild status`: every target's verdict, when it last succeeded and how long that took.
enum Status {
  static func text(_ session: Session) throws -> String {
    let graph = session.graph
    let plan = try Plan(session.state, goals: graph.nodes.map(\.id))
    if session.invocation.wantsJSON { return PlanReport(plan: plan, graph: graph).json }
    let rows = plan.entries.map { entry in
      let node = graph[entry.id]
      let success = session.state.success(of: entry.id)
      return [
        node.name, verdict(entry.verdict, graph),
        success.map { Clock.localTime($0.started) } ?? (node.isAlias ? "" : "never"),
        success.map { Wording.duration($0.duration) } ?? "",
      ]
    }
    return Table(["target", "verdict", "last success", "took"], rows).text
  }

  private static func verdict(_ verdict: Verdict, _ graph: Graph) -> String {
    switch verdict {
    case .fresh: "fresh"
    case .stale: "stale"
    case .pending(let needs): "pending on \(needs.map { graph[$0].name }.joined(separator: ", "))"
    }
  }
}
