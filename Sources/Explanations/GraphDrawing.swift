package import BuildGraph
import Stamps
import TextKit

/// Writes a graph for drawing programs: an arrow from each target to each target that it needs, and a colour
/// for each verdict.
package struct GraphDrawing {
  package let plan: Plan
  package let graph: Graph
  /// How long a target's last success took, in nanoseconds.
  package let duration: (TargetID) -> Int64?

  package init(plan: Plan, graph: Graph, duration: @escaping (TargetID) -> Int64?) {
    self.plan = plan
    self.graph = graph
    self.duration = duration
  }

  private static let colours = [
    (verdict: "fresh", fill: "#c8e6c9", line: "#2e7d32"), (verdict: "stale", fill: "#ffcdd2", line: "#c62828"),
    (verdict: "pending", fill: "#fff3c4", line: "#f9a825"),
    (verdict: "elsewhere", fill: "#bbdefb", line: "#1565c0"),
  ]

  /// The graph in the DOT language of Graphviz.
  package var dot: String {
    var lines = [
      "digraph sysbuild {", "  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\"];",
    ]
    for (node, verdict) in nodes {
      let colour = Self.colours.first { $0.verdict == verdict }
      lines.append(
        "  \(quoted(node.name)) [label=\"\(escaped(node.name))\\n\(escaped(state(node.id, verdict)))\", "
          + "tooltip=\(quoted(node.target.summary)), fillcolor=\"\(colour?.fill ?? "white")\", "
          + "color=\"\(colour?.line ?? "black")\"];")
    }
    for (node, _) in nodes {
      lines += node.needs.map { "  \(quoted(node.name)) -> \(quoted(graph[$0].name));" }
    }
    return lines.joined(separator: "\n") + "\n}\n"
  }

  /// The graph as a flowchart in the language of Mermaid. The targets are numbered in it, because names such as
  /// `end` are keywords of Mermaid.
  package var mermaid: String {
    let nodes = nodes
    let numbers = Dictionary(uniqueKeysWithValues: nodes.enumerated().map { ($1.node.id, "t\($0)") })
    var lines = ["flowchart TD"]
    for (node, verdict) in nodes {
      lines.append("  \(numbers[node.id] ?? "")[\"\(node.name)<br/>\(state(node.id, verdict))\"]:::\(verdict)")
    }
    for (node, _) in nodes {
      lines += node.needs.map { "  \(numbers[node.id] ?? "") --> \(numbers[$0] ?? "")" }
    }
    let used = Self.colours.filter { colour in
      colour.verdict != "elsewhere" || nodes.contains { $0.verdict == colour.verdict }
    }
    lines += used.map { "  classDef \($0.verdict) fill:\($0.fill),stroke:\($0.line),color:#000000" }
    return lines.joined(separator: "\n") + "\n"
  }

  /// The graph as JSON. docs/reference.md has the schema, version 1.
  package var json: String {
    let targets = nodes.map { node, verdict in
      [
        "name": .string(node.name), "summary": .string(node.target.summary), "verdict": .string(verdict),
        "needs": .array(node.needs.map { .string(graph[$0].name) }),
        "seconds": duration(node.id).map { .seconds($0) } ?? .null,
      ] as JSON
    }
    return (["version": 1, "targets": .array(targets)] as JSON).pretty + "\n"
  }

  private var nodes: [(node: Graph.Node, verdict: String)] {
    plan.entries.map { (graph[$0.id], $0.verdict.name) }
  }

  private func state(_ id: TargetID, _ verdict: String) -> String {
    verdict + (duration(id).map { ", \(Quantity.duration($0))" } ?? "")
  }

  private func quoted(_ text: String) -> String { "\"\(escaped(text))\"" }

  /// Escapes quotes and backslashes. A backslash is an escape character in labels and tooltips.
  private func escaped(_ text: String) -> String {
    var escaped = String.UnicodeScalarView()
    for scalar in text.unicodeScalars {
      if scalar == "\"" || scalar == "\\" { escaped.append("\\") }
      escaped.append(scalar)
    }
    return String(escaped)
  }
}
