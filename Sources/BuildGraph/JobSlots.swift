/// Slots for jobs that are shared with other builds, as those of GNU make's jobserver are.
///
/// Each build has one slot of its own for its first job. It is not taken and not given back.
public protocol JobSlots: AnyObject {
  /// Takes a slot. Returns false at once if none is free.
  func take() throws -> Bool
  /// Gives back a slot that was taken.
  func giveBack() throws
}

/// Takes slots and gives them back as the number of running jobs changes.
struct SlotAccount {
  private let slots: (any JobSlots)?
  private var taken = 0

  /// - Parameter slots: nil if slots are not shared, so that one is always free.
  init(_ slots: (any JobSlots)?) {
    self.slots = slots
  }

  /// Makes sure that there is a slot for one more job beside `running` others. Returns false if none is free.
  mutating func reserve(besides running: Int) throws -> Bool {
    guard let slots, taken < running else { return true }
    guard try slots.take() else { return false }
    taken += 1
    return true
  }

  /// Gives back the slots that `running` jobs do not need.
  mutating func giveBack(allBut running: Int) throws {
    while let slots, taken > max(0, running - 1) {
      try slots.giveBack()
      taken -= 1
    }
  }
}
