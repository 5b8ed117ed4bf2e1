public import Stamps

/// What is known of a graph's targets: their stamps, and the artifacts as they were last seen.
///
/// It decides whether a target matches its stamp (`reasons`), in a single walk over recipe, inputs and outputs
/// that gives the answer and its explanation at once.
public final class BuildState {
  public let graph: Graph
  private let observer: any Observer
  private let store: any StampStore
  private let assumptions: Assumptions
  /// Whether what is elsewhere can be fetched. Where it cannot, it is made if it is needed.
  public let canFetch: Bool
  /// By target; nil if the stamp has not been read yet.
  private var stamps: [Result<Stamp?, StampError>?]

  /// - Parameter assumptions: what to take for changed; nothing in a real run.
  public init(
    graph: Graph, observer: any Observer, store: any StampStore,
    assuming assumptions: Assumptions = Assumptions(), canFetch: Bool = false
  ) {
    self.canFetch = canFetch
    self.graph = graph
    self.assumptions = assumptions
    self.observer = observer
    self.store = store
    stamps = Array(repeating: nil, count: graph.nodes.count)
  }

  /// Observes everything that these targets read and make.
  public func look(at targets: [TargetID]) throws {
    let ids = unique(targets.flatMap { graph[$0].inputs + graph[$0].received + graph[$0].outputs })
    try look(at: ids)
  }

  public func look(at ids: [ArtifactID]) throws {
    try observer.look(
      at: ids.map { graph[$0] }.filter { $0.artifact.kind != .result && $0.artifact.kind != .value })
  }

  public func stamp(of id: TargetID) -> Result<Stamp?, StampError> {
    if let known = stamps[id.index] { return known }
    let result = Result { () throws(StampError) in try store.stamp(of: graph[id].name) }
    stamps[id.index] = result
    return result
  }

  /// The last success of a target; nil if none is recorded.
  public func success(of id: TargetID) -> Stamp.Success? {
    guard case .success(let stamp) = stamp(of: id) else { return nil }
    return stamp?.success
  }

  /// The record in which a target's outputs are, if they are not here.
  public func placeElsewhere(of id: TargetID) -> String? {
    guard case .success(let stamp?) = stamp(of: id), case .elsewhere(let record) = stamp.state else {
      return nil
    }
    return record
  }

  /// The record of an artifact that is not here, but elsewhere.
  private func recordElsewhere(of id: ArtifactID) -> Stamp.Record? {
    guard let maker = graph.maker(of: id), placeElsewhere(of: maker) != nil else { return nil }
    return success(of: maker)?.outputs.first { $0.artifact == graph[id].artifact }
  }

  /// Whether a program that is missing lies in O and can be fetched, as far as can be told.
  private func mayBeFetched(_ id: ArtifactID, _ record: Stamp.Record) -> Bool {
    guard graph[id].artifact.kind == .tool, observation(of: id) == nil, case .text(let place) = record.detail
    else { return false }
    return place.hasPrefix("${O}/") && graph.nodes.contains { placeElsewhere(of: $0.id) != nil }
  }

  public func write(_ stamp: Stamp, of id: TargetID) throws {
    try store.write(stamp)
    stamps[id.index] = .success(stamp)
  }

  /// The records of artifacts as they were last seen. Their listings are written.
  public func records(of ids: [ArtifactID]) throws -> [Stamp.Record] {
    try ids.map { id in
      let artifact = graph[id].artifact
      guard let observation = observation(of: id) else { return Stamp.Record(artifact, nil) }
      switch detail(of: id) {
      case .none: return Stamp.Record(artifact, observation)
      case .text(let text): return Stamp.Record(artifact, observation, .text(text))
      case .listing(let listing):
        return Stamp.Record(artifact, observation, .listing(try store.keep(listing)))
      }
    }
  }

  /// What a recipe has read, when it has ended: as it was when it began; but an artifact of which it has itself found
  /// out which parts count is recorded with these.
  public func settled(_ records: [Stamp.Record], of node: Graph.Node) throws -> [Stamp.Record] {
    try zip(node.inputs + node.received, records).map { id, record in
      guard observation(of: id) != record.observation, case .listing(let kept) = record.detail,
        let before = store.listing(kept), try observer.isNarrowed(graph[id], from: before)
      else { return record }
      return try self.records(of: [id])[0]
    }
  }

  public func observation(of id: ArtifactID) -> Observation? {
    let node = graph[id]
    switch node.artifact.kind {
    case .value:
      return graph.variables[node.artifact.name].map { Observation(SHA256.digest(of: $0.value)) }
    case .result:
      guard let maker = graph.id(of: node.artifact.name) else { return nil }
      return success(of: maker).map { Observation($0.inputsDigest) }
    default:
      if let record = recordElsewhere(of: id) { return record.observation }
      return observer.observation(of: node)
    }
  }

  public func detail(of id: ArtifactID) -> Detail {
    let node = graph[id]
    switch node.artifact.kind {
    case .value: return graph.variables[node.artifact.name].map { .text($0.value) } ?? .none
    case .result: return .none
    default:
      guard let record = recordElsewhere(of: id) else { return observer.detail(of: node) }
      switch record.detail {
      case .none: return .none
      case .text(let text): return .text(text)
      case .listing(let kept): return store.listing(kept).map { .listing($0) } ?? .none
      }
    }
  }

  /// Why a target does not match its stamp, the root cause first; empty if it matches.
  ///
  /// - Parameter deferred: artifacts that are left out, since they are about to be made again.
  public func reasons(for id: TargetID, deferring deferred: Set<ArtifactID> = []) -> [Reason] {
    let stamp: Stamp
    switch self.stamp(of: id) {
    case .failure(let error): return [.stampUnreadable(error)]
    case .success(nil): return [.neverBuilt]
    case .success(.some(let found)): stamp = found
    }
    var reasons: [Reason] = []
    switch stamp.state {
    case .complete, .elsewhere: break
    case .started: reasons.append(.lastRunFailed("its last run was cut off before it ended"))
    case .failed(let why): reasons.append(.lastRunFailed(why))
    }
    guard let success = stamp.success else { return reasons.isEmpty ? [.neverBuilt] : reasons }
    let node = graph[id]
    let declaration = declarationChanges(of: node, since: success)
    if !declaration.isEmpty { reasons.append(.recipeChanged(declaration)) }
    reasons += (assumptions.declarations[id] ?? []).map { .assumed($0) }
    let inputs = Records(success.inputs)
    for (position, input) in (node.inputs + node.received).enumerated() where !deferred.contains(input) {
      guard let record = inputs.record(of: graph[input].artifact, near: position), !mayBeFetched(input, record)
      else { continue }
      if let changes = changes(of: input, since: record) {
        reasons.append(.inputChanged(graph[input].artifact, changes))
      } else if assumptions.artifacts.contains(input) {
        reasons.append(.assumed(graph[input].artifact))
      }
    }
    let outputs = Records(success.outputs)
    for (position, output) in node.outputs.enumerated() where !deferred.contains(output) {
      let artifact = graph[output].artifact
      guard let record = outputs.record(of: artifact, near: position) else { continue }
      if observation(of: output) == nil {
        reasons.append(.outputMissing(artifact))
      } else if let changes = changes(of: output, since: record) {
        reasons.append(.outputAltered(artifact, changes))
      } else if assumptions.artifacts.contains(output) {
        reasons.append(.assumed(artifact))
      }
    }
    return reasons
  }

  /// The changes in what a target declares: its recipe, and which inputs and outputs it names.
  private func declarationChanges(of node: Graph.Node, since success: Stamp.Success) -> [Change] {
    let recipe = node.recipe.changes(since: success.recipe, head: Graph.Node.head)
    let inputs = (node.inputs + node.received).map { graph[$0].artifact }
    let outputs = node.outputs.map { graph[$0].artifact }
    return recipe + changes("input", inputs, success.inputs, namingImplied: recipe.isEmpty)
      + changes("output", outputs, success.outputs, namingImplied: true)
  }

  private func changes(
    _ role: String, _ artifacts: [Artifact], _ records: [Stamp.Record], namingImplied: Bool
  ) -> [Change] {
    if artifacts == records.map(\.artifact) { return [] }
    let before = records.map(\.artifact)
    let isNamed = { (artifact: Artifact) in
      namingImplied || (artifact.kind != .value && artifact.kind != .tool)
    }
    let old = Set(before)
    let new = Set(artifacts)
    let item = { (artifact: Artifact) in
      artifact.kind == .result ? "need \(artifact.name)" : "\(role) \(artifact)"
    }
    return before.filter { !new.contains($0) && isNamed($0) }.map { Change(.removed, item($0)) }
      + artifacts.filter { !old.contains($0) && isNamed($0) }.map { Change(.added, item($0)) }
  }

  /// The changes of an artifact since it was recorded; nil if there are none.
  public func changes(of id: ArtifactID, since record: Stamp.Record) -> [Change]? {
    let now = observation(of: id)
    if now == record.observation { return nil }
    guard let now else { return [Change(.removed, "")] }
    guard let before = record.observation else { return [Change(.added, "")] }
    var changes: [Change] = []
    if now.isExecutable != before.isExecutable {
      changes.append(Change(now.isExecutable ? .added : .removed, "executable bit"))
    }
    if now.digest == before.digest { return changes }
    switch (record.detail, detail(of: id)) {
    case (.text(let old), .text(let new)): changes.append(Change(.changed, "", from: old, to: new))
    case (.listing(let kept), .listing(let new)):
      if let old = store.listing(kept) { changes += new.changes(since: old) }
    default: changes.append(Change(.changed, ""))
    }
    return changes
  }
}

/// The records of a stamp, by artifact. Usually a record is found at the position that is tried first.
private struct Records {
  private let records: [Stamp.Record]

  init(_ records: [Stamp.Record]) {
    self.records = records
  }

  func record(of artifact: Artifact, near position: Int) -> Stamp.Record? {
    if position < records.count, records[position].artifact == artifact { return records[position] }
    return records.first { $0.artifact == artifact }
  }
}
