import BuildGraph
import BuildSettings
import Explanations
import ImageBuild
import Platform
import Stamps
import TextKit

extension Command {
  static let status = Command(
    "status", summary: "every target's verdict, and its last success", words: .none,
    options: [.json, .whatIf], run: answering(Status.text))
}

/// `sysbuild status`: every target's verdict, when it last succeeded and how long that took.
private enum Status {
  static func text(_ session: Session) throws -> String {
    let graph = session.graph
    let plan = try Plan(session.state, goals: graph.nodes.map(\.id))
    if session.invocation.wantsJSON {
      let report = PlanReport(plan: plan, graph: graph).object
      let works = session.works.map { work -> JSON in
        ["name": .string(work.name), "folder": .string("\(work.tree.folder)")]
      }
      let answer = session.settings.variant == nil ? report : report + ["works": .array(works)]
      return answer.pretty + "\n"
    }
    let rows = plan.entries.map { entry in
      let node = graph[entry.id]
      let success = session.state.success(of: entry.id)
      return [
        node.name, verdict(entry.verdict, graph),
        success.map { Clock.localTime($0.started) } ?? (node.isAlias ? "" : "never"),
        success.map { Quantity.duration($0.duration) } ?? "",
      ]
    }
    let notes = try session.works.map { try $0.note(session.settings) + "\n" }
    return Table(["target", "verdict", "last success", "took"], rows).text + notes.joined()
  }

  private static func verdict(_ verdict: Verdict, _ graph: Graph) -> String {
    switch verdict {
    case .fresh, .stale: verdict.name
    case .pending(let needs): "pending on \(needs.map { graph[$0].name }.joined(separator: ", "))"
    }
  }
}
