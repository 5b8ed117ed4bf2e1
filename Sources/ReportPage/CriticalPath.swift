/// The chain of targets that a run had to wait for, however many jobs it may have: of all chains in which each target
/// needs the one before, that which took longest.
struct CriticalPath {
  /// In the order in which they ran.
  let targets: [String]
  /// Seconds.
  let length: Double
  /// When each target ends at the earliest, in seconds from the beginning of the run.
  let ends: [String: Double]

  /// - Parameters:
  ///   - seconds: how long each target took that ran.
  ///   - needs: what each target needs. A target of it that did not run took no time.
  init(_ seconds: [String: Double], needs: [String: [String]]) {
    var search = Search(seconds: seconds, needs: needs)
    for name in seconds.keys.sorted() { _ = search.end(of: name) }
    ends = search.ends
    var last = seconds.keys.sorted().max { (search.ends[$0] ?? 0) < (search.ends[$1] ?? 0) }
    length = last.flatMap { search.ends[$0] } ?? 0
    var chain: [String] = []
    while let name = last {
      if seconds[name] != nil { chain.append(name) }
      last = search.before[name]
    }
    targets = chain.reversed()
  }

  private struct Search {
    let seconds: [String: Double]
    let needs: [String: [String]]
    var ends: [String: Double] = [:]
    /// The target of those that each needs that ends last.
    var before: [String: String] = [:]

    mutating func end(of name: String) -> Double {
      if let end = ends[name] { return end }
      ends[name] = 0  // So that needs in a circle, which no graph has, come to an end.
      var latest = 0.0
      for needed in needs[name] ?? [] {
        let end = end(of: needed)
        if end > latest {
          latest = end
          before[name] = needed
        }
      }
      let end = latest + max(0, seconds[name] ?? 0)
      ends[name] = end
      return end
    }
  }

  /// `kernel → image`; of many targets the first and the last.
  var summary: String {
    guard let first = targets.first, let last = targets.last else { return "" }
    return targets.count <= 4 ? targets.joined(separator: " → ") : "\(first) → … → \(last)"
  }
}
