internal import BuildGraph

/// A graph as a tree for a terminal: the goals at the top, below each target what it needs.
///
/// A target that is met again is named and not unfolded again.
struct GraphTree {
  let plan: Plan
  let graph: Graph
  let goals: [TargetID]
  /// How long a target's last success took, in nanoseconds.
  let duration: (TargetID) -> Int64?

  /// A target yet to be written, and what stands before its name and before those below it.
  private struct Item {
    let id: TargetID
    let branch: String
    let below: String
  }

  var text: String {
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
        duration(node.id).map { Wording.duration($0) } ?? "",
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
