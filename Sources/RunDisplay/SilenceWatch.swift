/// How long a target has shown no sign of life, and when that is to be said: after ten minutes, and then each time
/// that twice as long has passed. Times are nanoseconds of the monotonic clock.
struct SilenceWatch {
  private static let patience: Int64 = 600_000_000_000

  private var lastSign: Int64
  /// When something is to be said.
  private(set) var due: Int64

  init(at now: Int64) {
    lastSign = now
    due = now + Self.patience
  }

  /// It printed something, or a log of its packages has grown.
  mutating func sign(at now: Int64) { self = Self(at: now) }

  /// How long it has been silent, if that is to be said now.
  mutating func warning(at now: Int64) -> Int64? {
    if now < due { return nil }
    let silence = now - lastSign
    due = now + silence
    return silence
  }
}
