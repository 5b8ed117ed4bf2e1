import BuildGraph
import Caching
import Explanations
import Platform
import TextKit

extension Command {
  static let why = Command(
    "why", "[--all] TARGET", summary: "why it is stale, the root cause first",
    details: [
      "Prints the stale targets behind TARGET in the order in which they would run, each change on its line, and the "
        + "shortest way from each to TARGET; at most a screenful unless --all is given.",
      "With --cache it compares with what the cache has: with what was made of the same inputs, or else with the newest.",
    ],
    words: .targets, options: [.all, .cached, .json, .whatIf],
    run: answering { session in
      if !session.invocation.has(.cached) { return try Why.text(session) }
      return try session.asking { session, cache in
        guard let cache else { throw UserError.noCache }
        try cache.resolve([session.subject(of: "why")], comparing: true)
        return try Why.text(session)
      }
    })
}

extension Option {
  static let cached = Option("--cache", "compare with what the cache has")
}

/// `sysbuild why TARGET`: the root causes of its state, at most a screenful unless all is asked for.
private enum Why {
  static func text(_ session: Session) throws -> String {
    let invocation = session.invocation
    let graph = session.graph
    let subject = try session.subject(of: "why")
    let plan = try Plan(session.state, goals: [subject], force: invocation.forces)
    if invocation.wantsJSON { return PlanReport(plan: plan, graph: graph).json }
    var report = WhyReport(plan: plan, graph: graph, subject: subject)
    let all = invocation.commandLine(["why", "--all", graph[subject].name])
    if invocation.wantsAll {
      report.width = nil
      return report.text(limit: nil, command: all)
    }
    if let columns = StandardStream.output.width { report.width = max(24, (columns - 16) / 2) }
    // The line below the answer is the prompt's.
    let height = StandardStream.output.height.map { $0 - 1 } ?? 24
    return report.text(limit: max(8, height), command: all)
  }
}
