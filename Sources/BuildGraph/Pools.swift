/// Which pools are taken, and who waits for them: of a pool one target runs at a time.
struct Pools {
  private var holders: [String: TargetID] = [:]
  private var waiting: [String: [TargetID]] = [:]

  /// Takes the pool for `id`, or notes that it waits.
  mutating func enter(_ pool: String, _ id: TargetID) -> Bool {
    if let holder = holders[pool], holder != id {
      waiting[pool, default: []].append(id)
      return false
    }
    holders[pool] = id
    return true
  }

  /// Gives the pool up if `id` has it; returns those that waited, who may all try again.
  mutating func leave(_ pool: String, _ id: TargetID) -> [TargetID] {
    guard holders[pool] == id else { return [] }
    holders[pool] = nil
    return waiting.removeValue(forKey: pool) ?? []
  }
}
