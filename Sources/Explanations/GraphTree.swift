package import BuildGraph
import TextKit

/// A graph drawn as a tree for a terminal: the goals at the top, and below each target what it needs.
///
/// A target that occurs again is named, but what it needs is not repeated.
package struct GraphTree {
  package let plan: Plan
  package let graph: Graph
  package let goals: [TargetID]
  /// How long a target's last success took, in nanoseconds.
  package let duration: (TargetID) -> Int64?

  package init(plan: Plan, graph: Graph, goals: [TargetID], duration: @escaping (TargetID) -> Int64?) {
    self.plan = plan
    self.graph = graph
    self.goals = goals
    self.duration = duration
  }

  /// A target still to be written, with the prefix of its own line and that of the lines below it.
  private struct Item {
    let id: TargetID
    let branch: String
    let below: String
  }

  package var text: String {
    var rows: [[String]] = []
    var seen: Set<TargetID> = []
    var items = goals.reversed().map { Item(id: $0, branch: "", below: "") }
    while let item = items.popLast() {
      let node = graph[item.id]
      if !seen.insert(node.id).inserted {
        rows.append(["\(item.branch)\(node.name) (above)", "", ""])
        continue
      }
      rows.append([
        item.branch + node.name, plan[node.id]?.name ?? "",
        duration(node.id).map { Quantity.duration($0) } ?? "",
      ])
      for (index, need) in node.needs.enumerated().reversed() {
        let isLast = index == node.needs.count - 1
        items.append(
          Item(
            id: need, branch: item.below + (isLast ? "└─ " : "├─ "),
            below: item.below + (isLast ? "   " : "│  ")))
      }
    }
    return Table(["target", "verdict", "took"], rows).text
  }
}
