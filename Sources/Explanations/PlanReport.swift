package import BuildGraph
package import TextKit

/// A plan as text, which `--dry-run` prints.
package struct PlanReport {
  package let plan: Plan
  package let graph: Graph
  /// Additional information about some of the targets.
  package var notes: [TargetID: Note] = [:]
  /// How long all takes; nil if that is not known.
  package var time: String?

  package init(plan: Plan, graph: Graph, notes: [TargetID: Note] = [:], time: String? = nil) {
    self.plan = plan
    self.graph = graph
    self.notes = notes
    self.time = time
  }

  /// Additional information about a target, as text and as JSON.
  package struct Note {
    /// The lines to print below the line of the target.
    package let lines: [String]
    /// The member to add to the JSON object of the target.
    package let member: JSON.Member

    package init(lines: [String], member: JSON.Member) {
      self.lines = lines
      self.member = member
    }
  }

  /// The report if all of `count` targets are fresh.
  package static func upToDate(_ count: Int) -> String {
    "up to date: \(Quantity.count(count, "target")) fresh\n"
  }

  /// A line for each target that is not fresh and for each of its reasons, in the order in which the targets
  /// would run, then a line with the totals.
  package var text: String {
    // `pending`, or `elsewhere` where there is one.
    let wide = plan.entries.contains(where: \.verdict.isElsewhere) ? 11 : 9
    func column(_ verdict: Verdict) -> String {
      "  \(verdict.name)" + String(repeating: " ", count: wide - verdict.name.count)
    }
    let width = plan.entries.filter { !$0.verdict.isFresh }.map { graph[$0.id].name.count }.max() ?? 0
    var lines: [String] = []
    var stale = 0
    var pending = 0
    var elsewhere = 0
    for entry in plan.entries {
      let name = graph[entry.id].name
      let label = name + String(repeating: " ", count: max(0, width - name.count))
      switch entry.verdict {
      case .fresh: continue
      case .stale(let reasons):
        if entry.verdict.isElsewhere { elsewhere += 1 } else { stale += 1 }
        for (index, reason) in reasons.enumerated() {
          let head =
            index == 0 ? label + column(entry.verdict) : String(repeating: " ", count: width + wide + 2)
          lines.append(head + Wording.text(reason))
        }
      case .pending(let needs):
        pending += 1
        lines.append(
          label + column(entry.verdict) + "on \(needs.map { graph[$0].name }.joined(separator: ", "))")
      }
      lines +=
        notes[entry.id]?.lines.map { String(repeating: " ", count: width + wide + 2) + $0 } ?? []
    }
    if lines.isEmpty { return Self.upToDate(plan.entries.count) }
    lines.append(
      "\(stale) stale, \(pending) pending, \(elsewhere > 0 ? "\(elsewhere) elsewhere, " : "")"
        + "\(plan.entries.count - stale - pending - elsewhere) fresh\(time.map { ", \($0)" } ?? "")"
    )
    return lines.joined(separator: "\n") + "\n"
  }
}
