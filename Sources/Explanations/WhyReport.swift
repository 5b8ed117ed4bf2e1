package import BuildGraph
import Stamps
import TextKit

/// Why a target is not fresh, for a person: the root causes first, each with the way from it to the target.
///
/// It knows the plan and how many lines there are to fill, not what a terminal is.
package struct WhyReport {
  package let plan: Plan
  package let graph: Graph
  package let subject: TargetID
  /// See `Wording.valueWidth`.
  package var width: Int? = Wording.valueWidth

  package init(plan: Plan, graph: Graph, subject: TargetID, width: Int? = Wording.valueWidth) {
    self.plan = plan
    self.graph = graph
    self.subject = subject
    self.width = width
  }

  /// A line, and the changes that it is the heading of.
  private struct Line {
    let text: String
    /// Whether it tells a change itself.
    var isChange = false
    /// Whether it says nothing without the lines below it.
    var isHeading = false
    var changes: [String] = []
  }

  /// - Parameters:
  ///   - limit: the number of lines at most; nil for as many as there are.
  ///   - command: what prints the rest.
  package func text(limit: Int?, command: String) -> String {
    let lines = lines()
    let height = { (most: Int) in lines.reduce(0) { $0 + 1 + min(most, $1.changes.count) } }
    guard let limit, height(.max) > limit else { return text(flat(lines, changes: .max)) }
    // As many changes of each reason as there is room for, then as many reasons.
    var most = limit
    while height(most) >= limit, most > 1 { most -= 1 }
    var shown = flat(lines, changes: most)
    if shown.count >= limit {
      shown = Array(shown.prefix(limit - 2))
      while let last = shown.last, last.isHeading { shown.removeLast() }
      shown.append(ending(isCut: true))
    }
    let count = { (lines: [Line]) in lines.reduce(0) { $0 + ($1.isChange ? 1 : 0) + $1.changes.count } }
    let rest = count(lines) - shown.count { $0.isChange }
    let more = "… and \(rest > 0 ? Quantity.count(rest, "more change") : "more"): \(command)"
    return text(shown + [Line(text: more)])
  }

  private func text(_ lines: [Line]) -> String {
    lines.map { $0.text + "\n" }.joined()
  }

  /// The lines with the first `most` changes of each below it.
  private func flat(_ lines: [Line], changes most: Int) -> [Line] {
    lines.flatMap { line in
      [Line(text: line.text, isChange: line.isChange, isHeading: line.isHeading)]
        + line.changes.prefix(most).map { Line(text: "    " + $0, isChange: true) }
    }
  }

  private func lines() -> [Line] {
    var lines: [Line] = []
    for entry in plan.entries {
      guard case .stale(let reasons) = entry.verdict else { continue }
      let isSubject = entry.id == subject
      let too = isSubject && !lines.isEmpty ? " of its own, too" : ""
      lines.append(Line(text: "\(graph[entry.id].name) is stale\(too):", isHeading: true))
      lines += reasons.map(line)
      if !isSubject { lines.append(way(from: entry.id)) }
    }
    return plan[subject]?.isStale == true ? lines : lines + [ending(isCut: false)]
  }

  /// A reason with its one change on its line, or with a line for each change.
  private func line(_ reason: Reason) -> Line {
    let (head, changes) = Wording.parts(reason, width: width)
    if changes.count > 1 { return Line(text: "  \(head):", isHeading: true, changes: changes) }
    return Line(text: "  " + Wording.text(reason, width: width), isChange: true)
  }

  private func ending(isCut: Bool) -> Line {
    let name = graph[subject].name
    return switch plan[subject] {
    case .stale: Line(text: isCut ? "\(name) is stale of its own, too" : "")
    case .pending where graph[subject].isAlias: Line(text: "\(name) is pending: it only gathers what it needs")
    case .pending: Line(text: "\(name) is pending: it runs if what it needs comes out different")
    case .fresh, nil: Line(text: "\(name) is fresh: nothing that it depends on has changed")
    }
  }

  /// The shortest way from `root` to the subject over needs that are not fresh.
  private func way(from root: TargetID) -> Line {
    var paths: [[TargetID]] = [[subject]]
    var seen: Set<TargetID> = [subject]
    var next = 0
    while next < paths.count {
      let path = paths[next]
      next += 1
      guard let last = path.last else { continue }
      if last == root {
        let names = path.reversed().dropFirst().map { graph[$0].name }
        return Line(text: "  and then \(names.joined(separator: ", then "))")
      }
      for need in graph[last].needs where plan[need]?.isFresh != true && seen.insert(need).inserted {
        paths.append(path + [need])
      }
    }
    return Line(text: "  and then \(graph[subject].name)")
  }
}
