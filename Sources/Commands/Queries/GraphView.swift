import BuildGraph
import Explanations
import Platform
import Stamps
import TextKit

extension Command {
  static let graph = Command(
    "graph", "[TARGET…]", summary: "what needs what, as text or as a picture", words: .targets,
    options: [.format, .json, .whatIf],
    check: { invocation throws(UserError) in
      if invocation.has(.json), let format = invocation.value(of: .format),
        format != DrawingFormat.json.rawValue
      {
        throw .twoFormats(format)
      }
    },
    run: { try Program.show(bytes: GraphView.text(Session($0))) })
}

extension Option {
  static let format = Option(
    "--format",
    takes: .init(
      placeholder: "FORMAT", noun: "a format", completion: .words(DrawingFormat.allCases.map(\.rawValue))
    ) { name throws(UserError) in
      if DrawingFormat(rawValue: name) == nil {
        throw .unknownFormat(name, among: DrawingFormat.allCases.map(\.rawValue))
      }
    },
    "print the graph in this format")
}

/// `sysbuild graph [TARGET…]`: the targets and what each needs, as a tree or for a program that draws.
private enum GraphView {
  static func text(_ session: Session) throws -> [UInt8] {
    let invocation = session.invocation
    let graph = session.graph
    let goals = try invocation.words.isEmpty ? graph.tops : session.goals()
    let plan = try Plan(session.state, goals: goals, force: invocation.forces)
    let duration = { (id: TargetID) in session.state.success(of: id)?.duration }
    let drawing = GraphDrawing(plan: plan, graph: graph, duration: duration)
    return switch format(invocation) {
    case .tree:
      Array(GraphTree(plan: plan, graph: graph, goals: goals, duration: duration).text.utf8)
    case .dot: Array(drawing.dot.utf8)
    case .mermaid: Array(drawing.mermaid.utf8)
    case .json: Array(drawing.json.utf8)
    case .svg: try Graphviz.svg(of: drawing.dot)
    }
  }

  private static func format(_ invocation: Invocation) -> DrawingFormat {
    if invocation.wantsJSON { return .json }
    return invocation.value(of: .format).flatMap { DrawingFormat(rawValue: $0) } ?? .tree
  }
}

extension Graph {
  /// The targets that no other needs.
  fileprivate var tops: [TargetID] {
    let needed = Set(nodes.flatMap(\.needs))
    return nodes.map(\.id).filter { !needed.contains($0) }
  }
}
