import Platform

/// A comparison of recorded statuses with what the file system says now: one stat a path, on all processors.
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

  mutating func add(_ conclusion: Conclusion) {
    add(conclusion.count) { Span(item: $0, records: $1, source: .conclusion(conclusion)) }
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

  /// For each thing added, in order, whether all its statuses are as recorded.
  func results() -> [Bool] {
    var results = [Bool](repeating: true, count: count)
    let changed = concurrentMap(portions, minimum: 1) { [base] portion in
      let lookup = PathLookup(base: base)
      return portion.spans.filter { !$0.isUnchanged(lookup) }.map(\.item)
    }
    for items in changed {
      for item in items { results[item] = false }
    }
    return results
  }
}

/// What a thread compares at a time.
private struct Portion {
  /// Looking up so many paths (1 µs each) takes much longer than starting a thread (20 to 50 µs).
  static let limit = 256

  var spans: [Span] = []
  /// How many records that are.
  var size = 0
}

/// Some records of one block.
private struct Span: @unchecked Sendable {
  enum Source {
    case snapshot(Snapshot)
    case conclusion(Conclusion)
  }

  let item: Int
  let records: Range<Int>
  let source: Source

  func isUnchanged(_ lookup: borrowing PathLookup) -> Bool {
    switch source {
    case .conclusion(let conclusion): return records.allSatisfy { conclusion.holds($0, lookup) }
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
