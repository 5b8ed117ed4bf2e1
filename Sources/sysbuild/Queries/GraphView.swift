internal import BuildGraph
internal import Platform
internal import Stamps

/// `sysbuild graph [TARGET…]`: the targets and what each needs, as a tree or for a program that draws.
enum GraphView {
  static func text(_ session: Session) throws -> [UInt8] {
    let invocation = session.invocation
    let graph = session.graph
    let goals = try invocation.words.isEmpty ? graph.tops : session.goals()
    let plan = try Plan(session.state, goals: goals, force: invocation.forces)
    let duration = { (id: TargetID) in session.state.success(of: id)?.duration }
    let drawing = GraphDrawing(plan: plan, graph: graph, duration: duration)
    return switch invocation.wantsJSON ? .json : invocation.format ?? .tree {
    case .tree:
      Array(GraphTree(plan: plan, graph: graph, goals: goals, duration: duration).text.utf8)
    case .dot: Array(drawing.dot.utf8)
    case .mermaid: Array(drawing.mermaid.utf8)
    case .json: Array(drawing.json.utf8)
    case .svg: try Graphviz.svg(of: drawing.dot)
    }
  }
}

extension Graph {
  /// The targets that no other needs.
  fileprivate var tops: [TargetID] {
    let needed = Set(nodes.flatMap(\.needs))
    return nodes.map(\.id).filter { !needed.contains($0) }
  }
}
