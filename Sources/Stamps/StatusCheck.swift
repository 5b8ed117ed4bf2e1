import Platform

/// Compares recorded statuses with those in the file system: one stat for each path, on all processors.
struct StatusCheck {
  private let base: Path?
  private var portions: [Portion] = []
  private var count = 0

  /// - Parameter base: a folder that many of the paths lie in, if there is one.
  init(base: Path?) {
    self.base = base
  }

  mutating func add(_ snapshot: Snapshot) {
    add(snapshot.count) { Span(item: $0, records: $1, source: .snapshot(snapshot)) }
  }

  mutating func add(_ cachedAnswer: CachedAnswer) {
    add(cachedAnswer.count) { Span(item: $0, records: $1, source: .cachedAnswer(cachedAnswer)) }
  }

  private mutating func add(_ records: Int, span: (Int, Range<Int>) -> Span) {
    for start in stride(from: 0, to: records, by: Portion.limit) {
      let range = start..<min(start + Portion.limit, records)
      if portions.isEmpty || portions[portions.count - 1].size + range.count > Portion.limit {
        portions.append(Portion())
      }
      portions[portions.count - 1].spans.append(span(count, range))
      portions[portions.count - 1].size += range.count
    }
    count += 1
  }

  /// For each snapshot and cached answer in the order they were added, whether all its statuses are as recorded.
  func results() -> [Bool] {
    var results = [Bool](repeating: true, count: count)
    let changed = concurrentMap(portions, minimum: 2) { [base] portion in
      let lookup = PathLookup(base: base)
      return portion.spans.filter { !$0.isUnchanged(lookup) }.map(\.item)
    }
    for items in changed {
      for item in items { results[item] = false }
    }
    return results
  }
}

/// The spans that a thread compares before it takes another portion.
private struct Portion {
  /// The most records of a portion. A thread is started only for two portions or more: to look up 400 paths
  /// takes 400 µs or more, to start a thread 20 to 50 µs.
  static let limit = 200

  var spans: [Span] = []
  /// The number of records in all spans.
  var size = 0
}

/// Some records of one block.
private struct Span: @unchecked Sendable {
  enum Source {
    case snapshot(Snapshot)
    case cachedAnswer(CachedAnswer)
  }

  let item: Int
  let records: Range<Int>
  let source: Source

  func isUnchanged(_ lookup: borrowing PathLookup) -> Bool {
    switch source {
    case .cachedAnswer(let cachedAnswer): return records.allSatisfy { cachedAnswer.holds($0, lookup) }
    case .snapshot(let snapshot) where snapshot.isTree:
      return unsafe lookup.matchAll(
        records, below: snapshot.root, name: { unsafe snapshot.name(of: $0) },
        matches: { snapshot.matches($0, record: $1) })
    case .snapshot(let snapshot):
      return records.allSatisfy { record in
        guard
          case .success(let status) = unsafe lookup.status(of: snapshot.name(of: record), followingLinks: true)
        else { return false }
        return snapshot.matches(status, record: record)
      }
    }
  }
}
