package import BuildGraph
import Stamps
import TextKit

/// Explains to a person why a target is not fresh: the root causes first, each with the path from it to the
/// target.
///
/// The caller says how many lines there is room for; the report does not look at the terminal.
package struct WhyReport {
  package let plan: Plan
  package let graph: Graph
  package let subject: TargetID
  /// The number of characters to which values are cut, as in `Wording.valueWidth`; nil for no limit.
  package var width: Int? = Wording.valueWidth

  package init(plan: Plan, graph: Graph, subject: TargetID, width: Int? = Wording.valueWidth) {
    self.plan = plan
    self.graph = graph
    self.subject = subject
    self.width = width
  }

  /// A line, with the changes to list below it.
  private struct Line {
    let text: String
    /// Whether the line itself describes a change.
    var isChange = false
    /// Whether the line makes no sense without the lines below it.
    var isHeading = false
    var changes: [String] = []
  }

  /// - Parameters:
  ///   - limit: the maximum number of lines; nil for no limit.
  ///   - command: the command line that prints the whole report; a report that is cut ends with it.
  package func text(limit: Int?, command: String) -> String {
    let lines = lines()
    let height = { (most: Int) in lines.reduce(0) { $0 + 1 + min(most, $1.changes.count) } }
    guard let limit, height(.max) > limit else { return text(flat(lines, changes: .max)) }
    // Limits the number of changes for each reason first, then the number of reasons.
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

  /// The lines, with the first `most` changes of each below it.
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
      if entry.verdict.isElsewhere && !isSubject { continue }
      let itself = isSubject && !lines.isEmpty ? "itself " : ""
      lines.append(Line(text: "\(graph[entry.id].name) is \(itself)\(entry.verdict.name):", isHeading: true))
      lines += reasons.map(line)
      if !isSubject { lines.append(way(from: entry.id)) }
    }
    return plan[subject]?.isStale == true ? lines : lines + [ending(isCut: false)]
  }

  /// A reason, with a single change on the same line, or with several changes on lines of their own.
  private func line(_ reason: Reason) -> Line {
    let (head, changes) = Wording.parts(reason, width: width)
    if changes.count > 1 { return Line(text: "  \(head):", isHeading: true, changes: changes) }
    return Line(text: "  " + Wording.text(reason, width: width), isChange: true)
  }

  private func ending(isCut: Bool) -> Line {
    let name = graph[subject].name
    return switch plan[subject] {
    case .stale: Line(text: isCut ? "\(name) is itself stale" : "")
    case .pending where graph[subject].isAlias: Line(text: "\(name) is pending: it only gathers what it needs")
    case .pending: Line(text: "\(name) is pending: it runs if what it needs comes out different")
    case .fresh, nil: Line(text: "\(name) is fresh: nothing that it depends on has changed")
    }
  }

  /// The shortest path from `root` to the subject through targets that are not fresh.
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
