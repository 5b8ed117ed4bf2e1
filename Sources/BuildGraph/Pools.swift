/// Which pools are taken, and which targets wait for them. Of the targets of a pool one runs at a time.
struct Pools {
  private var holders: [String: TargetID] = [:]
  private var waiting: [String: [TargetID]] = [:]

  /// Takes the pool for `id`. If it is taken, returns false and notes that `id` waits.
  mutating func enter(_ pool: String, _ id: TargetID) -> Bool {
    if let holder = holders[pool], holder != id {
      waiting[pool, default: []].append(id)
      return false
    }
    holders[pool] = id
    return true
  }

  /// Releases the pool if `id` has it. Returns the targets that waited, which may all try again.
  mutating func leave(_ pool: String, _ id: TargetID) -> [TargetID] {
    guard holders[pool] == id else { return [] }
    holders[pool] = nil
    return waiting.removeValue(forKey: pool) ?? []
  }
}
