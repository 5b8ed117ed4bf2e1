import Platform

/// How long a job may take, and what is due when its time is up. Times are nanoseconds of the monotonic clock.
///
/// It knows no process.
struct TimeLimit {
  enum Measure {
    case end, kill
  }

  /// How long a command may take to end after SIGTERM before it gets SIGKILL.
  static let grace: Int64 = 10_000_000_000

  let duration: Int64
  private(set) var isOver = false
  /// When something is due; nil after the last.
  private(set) var next: Int64?

  init(_ duration: Int64) {
    self.duration = duration
    next = Clock.monotonic + duration
  }

  /// What is due at `now`, each measure once.
  mutating func due(at now: Int64) -> Measure? {
    guard let time = next, now >= time else { return nil }
    next = isOver ? nil : now + Self.grace
    defer { isOver = true }
    return isOver ? .kill : .end
  }

  mutating func extend(by duration: Int64) {
    next = next.map { $0 + duration }
  }
}
