/// The targets that may be tried now, since all their needs are settled, in the order of the graph.
///
/// Each target is handed out once. All together take a step for each need, and O(log n) for each target to keep
/// the order.
struct ReadyQueue {
  private var unsettledNeeds: [TargetID: Int] = [:]
  private var dependents: [TargetID: [TargetID]] = [:]
  private var lost: Set<TargetID> = []
  /// A binary heap: no element comes after its two children.
  private var heap: [TargetID] = []

  /// Whether no target may be tried now.
  var isEmpty: Bool { heap.isEmpty }

  /// Adds a target that waits for `needs`.
  mutating func add(_ id: TargetID, behind needs: [TargetID]) {
    unsettledNeeds[id] = needs.count
    for need in needs { dependents[need, default: []].append(id) }
    if needs.isEmpty { push(id) }
  }

  /// Notes that `id` has ended. If it is lost, its dependents are lost too, and ready at once.
  mutating func settle(_ id: TargetID, isLost: Bool) {
    for dependent in dependents[id] ?? [] where !lost.contains(dependent) {
      unsettledNeeds[dependent, default: 0] -= 1
      if isLost { lost.insert(dependent) }
      if isLost || unsettledNeeds[dependent] == 0 { push(dependent) }
    }
  }

  /// Removes and returns the first target that may be tried, and whether a need of it was lost.
  mutating func next() -> (id: TargetID, isLost: Bool)? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if !heap.isEmpty {
      heap[0] = last
      sink()
    }
    return (first, lost.contains(first))
  }

  /// Adds a target again that was handed out and could not be tried.
  mutating func putBack(_ id: TargetID) { push(id) }

  private mutating func push(_ id: TargetID) {
    heap.append(id)
    var place = heap.count - 1
    while place > 0, heap[place] < heap[(place - 1) / 2] {
      heap.swapAt(place, (place - 1) / 2)
      place = (place - 1) / 2
    }
  }

  private mutating func sink() {
    var place = 0
    while let least = [2 * place + 1, 2 * place + 2].filter({ $0 < heap.count }).min(by: { heap[$0] < heap[$1] }
    ),
      heap[least] < heap[place]
    {
      heap.swapAt(place, least)
      place = least
    }
  }
}
