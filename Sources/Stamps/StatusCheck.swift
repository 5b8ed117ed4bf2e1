import Glibc
import Platform

/// A comparison of recorded statuses with what the file system says now: one stat a path, on all processors.
///
/// It knows nothing of contents.
struct StatusCheck {
  private var pieces: [Piece] = []
  private var count = 0

  /// Adds what is recorded of a file or of the tree at `root`.
  mutating func add(_ snapshot: Snapshot, root: Path?) {
    add(snapshot.count) { records in
      if let root { .tree(snapshot, root, records) } else { .file(snapshot, records) }
    }
  }

  mutating func add(_ conclusion: Conclusion) {
    add(conclusion.count) { .conclusion(conclusion, $0) }
  }

  private mutating func add(_ records: Int, piece: (Range<Int>) -> Piece.Records) {
    for start in stride(from: 0, to: records, by: Piece.size) {
      pieces.append(Piece(item: count, records: piece(start..<min(start + Piece.size, records))))
    }
    count += 1
  }

  /// For each thing added, in order, whether all its statuses are as recorded.
  func results() -> [Bool] {
    var results = [Bool](repeating: true, count: count)
    let records = pieces.reduce(0) { $0 + $1.count }
    let minimum = pieces.count * Piece.worthAThread / max(1, records)
    for (piece, isUnchanged) in zip(pieces, concurrentMap(pieces, minimum: minimum) { $0.isUnchanged })
    where !isUnchanged {
      results[piece.item] = false
    }
    return results
  }
}

/// Some records of a block, the portion that one thread compares at a time.
private struct Piece: @unchecked Sendable {
  static let size = 512
  /// Looking up fewer paths than these (1 µs each) takes less time than starting a thread.
  static let worthAThread = 200

  enum Records {
    case file(Snapshot, Range<Int>)
    case tree(Snapshot, Path, Range<Int>)
    case conclusion(Conclusion, Range<Int>)
  }

  let item: Int
  let records: Records

  var count: Int {
    switch records {
    case .file(_, let range), .tree(_, _, let range), .conclusion(_, let range): range.count
    }
  }

  var isUnchanged: Bool {
    switch records {
    case .file(let snapshot, let range):
      return range.allSatisfy { Self.matches(snapshot, $0, in: AT_FDCWD, followingLinks: true) }
    case .tree(let snapshot, let root, let range):
      // Opened once for all paths below it; and for each piece anew, since only so many can be open.
      guard let folder = try? FileDescriptor.open(root, O_PATH | O_DIRECTORY) else { return false }
      return range.allSatisfy { Self.matches(snapshot, $0, in: folder.raw, followingLinks: false) }
    case .conclusion(let conclusion, let range): return range.allSatisfy(conclusion.holds)
    }
  }

  private static func matches(
    _ snapshot: Snapshot, _ record: Int, in root: CInt, followingLinks: Bool
  ) -> Bool {
    guard
      case .success(let status) = unsafe FileStatus.of(
        snapshot.name(of: record), in: root, followingLinks: followingLinks)
    else { return false }
    return snapshot.matches(status, record: record)
  }
}
