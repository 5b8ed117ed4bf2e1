/// Decides when to warn that a target has printed and logged nothing: after ten minutes, and then whenever the silence
/// has become twice as long. Times are nanoseconds of the monotonic clock.
struct SilenceWatch {
  private static let patience: Int64 = 600_000_000_000

  private var lastSign: Int64
  /// The time of the next warning.
  private(set) var due: Int64

  init(at now: Int64) {
    lastSign = now
    due = now + Self.patience
  }

  /// Notes that the target printed something, or that a log of its packages has grown.
  mutating func sign(at now: Int64) { self = Self(at: now) }

  /// The length of the silence, if a warning is due.
  mutating func warning(at now: Int64) -> Int64? {
    if now < due { return nil }
    let silence = now - lastSign
    due = now + silence
    return silence
  }
}
