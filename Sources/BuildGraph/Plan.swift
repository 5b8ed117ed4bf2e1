import Platform
import Stamps

/// What each wanted target's verdict is, and so what a run will do: every stale target, some of the pending
/// ones, and no other.
///
/// Made without a side effect, from a graph, its stamps and what was observed.
public struct Plan: Sendable {
  public struct Entry: Sendable {
    public let id: TargetID
    public let verdict: Verdict
  }

  /// The wanted targets in the order they would run.
  public let entries: [Entry]
  /// By target; nil for one that is not wanted.
  private let verdicts: [Verdict?]

  public subscript(id: TargetID) -> Verdict? { verdicts[id.index] }

  public var isUpToDate: Bool { entries.allSatisfy(\.verdict.isFresh) }

  /// The plan for `goals` and all that they need.
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
    self.entries = entries
    self.verdicts = verdicts
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
  /// What targets that are about to run may change under `node`: what they make, what may be made in O
  /// without being declared, and programs, which may be found there next. What a fresh target made stays.
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

  /// Whether a program is missing now or lies in O.
  private func isMadeOrMissing(_ id: ArtifactID) -> Bool {
    guard observation(of: id) != nil, case .text(let path) = detail(of: id) else { return true }
    return graph.locations.isWritable(graph.locations.path(of: path))
  }
}
