import Platform
import Stamps

/// The verdict on each wanted target, and so what a run will do: every stale target, some of the pending ones,
/// and no other.
///
/// Making a plan has no side effects.
public struct Plan: Sendable {
  public struct Entry: Sendable {
    public let id: TargetID
    public let verdict: Verdict
  }

  /// The wanted targets, in the order in which they would run.
  public let entries: [Entry]
  /// By target; nil for targets that are not wanted.
  private let verdicts: [Verdict?]

  public subscript(id: TargetID) -> Verdict? { verdicts[id.index] }

  public var isUpToDate: Bool { entries.allSatisfy(\.verdict.isFresh) }

  /// The plan for `goals` and everything that they need.
  ///
  /// - Parameter force: whether every wanted target is to run.
  /// - Throws: what the observer throws for an artifact that cannot be digested.
  public init(_ state: BuildState, goals: [TargetID], force: Bool = false) throws {
    let graph = state.graph
    let wanted = graph.closure(of: goals)
    try state.look(at: wanted)
    var verdicts = [Verdict?](repeating: nil, count: graph.nodes.count)
    var entries: [Entry] = []
    for id in wanted {
      let verdict = Self.verdict(on: graph[id], state, verdicts, force: force)
      verdicts[id.index] = verdict
      entries.append(Entry(id: id, verdict: verdict))
    }
    for id in Self.readHere(entries, goals, state) where verdicts[id.index] == .fresh {
      guard state.placeElsewhere(of: id) != nil else { continue }
      let missing = graph[id].outputs.map { Reason.outputMissing(graph[$0].artifact) }
      verdicts[id.index] = .stale(state.canFetch || missing.isEmpty ? [.elsewhere] : missing)
    }
    // What waits for a group of targets waits for those that come from elsewhere.
    for id in wanted where graph[id].isAlias && verdicts[id.index] == .fresh {
      let coming = graph[id].needs.filter { verdicts[$0.index] != .fresh }
      if !coming.isEmpty { verdicts[id.index] = .pending(on: coming) }
    }
    self.entries = entries.map { Entry(id: $0.id, verdict: verdicts[$0.id.index] ?? $0.verdict) }
    self.verdicts = verdicts
  }

  /// The targets whose outputs have to be here: the goals, and all that targets that run may read.
  private static func readHere(_ entries: [Entry], _ goals: [TargetID], _ state: BuildState) -> Set<TargetID> {
    let graph = state.graph
    var grouped = goals
    var found: Set<TargetID> = []
    while let id = grouped.popLast() {
      if found.insert(id).inserted, graph[id].isAlias { grouped += graph[id].needs }
    }
    let stale = entries.filter { !$0.verdict.isFresh && !graph[$0.id].isAlias }.map(\.id)
    // What cannot be fetched is made.
    let missing = state.canFetch ? [] : found.filter { state.placeElsewhere(of: $0) != nil }
    return found.union(graph.closure(of: (stale + missing).flatMap { graph[$0].needs }))
  }

  /// What is not fresh, and for what of that it waits.
  ///
  /// What is fetched waits only for that with which it is kept, since all of it comes at once. What runs may also read
  /// what its needs needed, such as a program in O.
  func waits(_ graph: Graph, keptTogether: (TargetID) -> [TargetID]) -> [(id: TargetID, needs: [TargetID])] {
    // Without any the closures would be for nothing.
    let hasElsewhere = entries.contains(where: \.verdict.isElsewhere)
    return entries.filter { !$0.verdict.isFresh }.map { entry in
      let needs = graph[entry.id].needs
      let waits =
        if entry.verdict.isElsewhere {
          keptTogether(entry.id).filter { $0 < entry.id && self[$0]?.isElsewhere == true }
        } else if hasElsewhere {
          needs + graph.closure(of: needs).filter { self[$0]?.isElsewhere == true && !needs.contains($0) }
        } else {
          needs
        }
      return (entry.id, waits.filter { self[$0]?.isFresh == false })
    }
  }

  private static func verdict(
    on node: Graph.Node, _ state: BuildState, _ verdicts: [Verdict?], force: Bool
  ) -> Verdict {
    let moving = node.needs.filter { verdicts[$0.index]?.isFresh != true }
    if !node.isAlias {
      let deferred = moving.isEmpty ? [] : state.deferred(node) { verdicts[$0.index] == .fresh }
      let reasons = state.reasons(for: node.id, deferring: deferred)
      if force { return .stale([.forced] + reasons.filter { $0 != .neverBuilt }) }
      if !reasons.isEmpty { return .stale(reasons) }
    }
    return moving.isEmpty ? .fresh : .pending(on: moving)
  }
}

extension BuildState {
  /// What targets that are about to run may change for `node`: their outputs, files in O that no target
  /// declares, and programs, which may be found in O next. Outputs of fresh targets do not change.
  fileprivate func deferred(_ node: Graph.Node, isFresh: (TargetID) -> Bool) -> Set<ArtifactID> {
    Set(
      (node.inputs + node.received).filter { id in
        let artifact = graph[id]
        switch artifact.artifact.kind {
        case .tool: return isMadeOrMissing(id)
        case .result: return !(graph.id(of: artifact.artifact.name).map(isFresh) ?? false)
        default: return artifact.isMade && !(graph.maker(of: id).map(isFresh) ?? false)
        }
      })
  }

  /// Whether a program is missing or lies in O.
  private func isMadeOrMissing(_ id: ArtifactID) -> Bool {
    guard observation(of: id) != nil, case .text(let path) = detail(of: id) else { return true }
    return graph.locations.isWritable(graph.locations.path(of: path))
  }
}
