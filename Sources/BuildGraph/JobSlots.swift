/// Slots for jobs, shared with other builds that run at the same time, as those of GNU make's jobserver are.
///
/// Whoever builds has one slot from the start, for its first job, which this does not count.
public protocol JobSlots: AnyObject {
  /// Takes a slot if one is free now; does not wait.
  func take() throws -> Bool
  /// Gives back one that was taken.
  func giveBack() throws
}

/// How many slots the jobs that run have taken. It knows no job, only how many there are.
struct SlotAccount {
  private let slots: (any JobSlots)?
  private var taken = 0

  /// - Parameter slots: nil if they are not shared: then there is always one.
  init(_ slots: (any JobSlots)?) {
    self.slots = slots
  }

  /// Sees to a slot for a job besides `running` others; false if none is free.
  mutating func reserve(besides running: Int) throws -> Bool {
    guard let slots, taken < running else { return true }
    guard try slots.take() else { return false }
    taken += 1
    return true
  }

  /// Gives back all that `running` jobs do not need.
  mutating func giveBack(allBut running: Int) throws {
    while let slots, taken > max(0, running - 1) {
      try slots.giveBack()
      taken -= 1
    }
  }
}
