internal import BuildGraph

/// `sysbuild why TARGET`: the root cause of its state first, then the chain of needs that leads to it.
enum Why {
  static func text(_ session: Session) throws -> String {
    let graph = session.graph
    let subject = try session.subject(of: "why")
    let plan = try Plan(session.state, goals: [subject])
    if session.invocation.wantsJSON { return PlanReport(plan: plan, graph: graph).json }
    let name = graph[subject].name
    switch plan[subject] {
    case .fresh, nil: return "\(name) is fresh: nothing that it depends on has changed\n"
    case .stale(let reasons): return "\(name) is stale:\n" + lines(reasons)
    case .pending:
      let causes = plan.entries.compactMap { entry -> String? in
        guard case .stale(let reasons) = entry.verdict else { return nil }
        let chain = chain(from: entry.id, to: subject, plan, graph).map { graph[$0].name }
        return "\(graph[entry.id].name) is stale:\n" + lines(reasons)
          + "  and then \(chain.dropFirst().joined(separator: ", then "))\n"
      }
      let then =
        graph[subject].isAlias
        ? "it only gathers what it needs" : "it runs if what it needs comes out different"
      return causes.joined() + "\(name) is pending: \(then)\n"
    }
  }

  private static func lines(_ reasons: [Reason]) -> String {
    reasons.map { "  \(Wording.text($0, changes: 20))\n" }.joined()
  }

  /// The shortest way over needs that are not fresh.
  private static func chain(
    from root: TargetID, to subject: TargetID, _ plan: Plan, _ graph: Graph
  ) -> [TargetID] {
    var paths: [[TargetID]] = [[subject]]
    var seen: Set<TargetID> = [subject]
    while !paths.isEmpty {
      let path = paths.removeFirst()
      guard let last = path.last else { continue }
      if last == root { return path.reversed() }
      for need in graph[last].needs where plan[need] != .fresh && seen.insert(need).inserted {
        paths.append(path + [need])
      }
    }
    return [root, subject]
  }
}
