import Explanations
import Platform
import TextKit

/// The messages about the lock on O.
extension UserError {
  static func unusableBuild(_ build: Path, _ error: SystemError) -> Self {
    if BuildRoom.isFull(error.code), let room = BuildRoom.explanation(build) { return Self(room) }
    return Self("O is '\(build)', which cannot be used: \(error): name another folder, as in O=/var/tmp/out")
  }

  static func buildInUse(_ build: Path, by holder: FileLock.Holder) -> Self {
    Self("\(inUse(build, holder)): wait for its end, as with --wait, or use another O")
  }

  static func buildRemoved(_ build: Path) -> Self {
    Self("O ('\(build)'), or the lock in it, was removed while it was in use: the run ends here")
  }

  /// The warning that another sysbuild is waited for.
  static func awaited(_ build: Path, _ holder: FileLock.Holder) -> String {
    "\(inUse(build, holder)): waiting for its end"
  }

  private static func inUse(_ build: Path, _ holder: FileLock.Holder) -> String {
    let user = "O ('\(build)') is in use by \(holder)"
    if holder.isVisible { return user }
    return user + ", which this process cannot see: "
      + (holder.isInOtherNamespace
        ? "it runs in another container"
        : "it has ended, but not all that it started ('fuser -v \(build / "lock")' lists that)")
  }
}

/// The warnings about job slots.
extension Jobserver {
  static func unusedSlots(_ jobs: Int) -> String {
    "-j\(jobs) is given, so the job slots of the make that called are not used"
  }

  static func unusableSlots(_ error: any Error) -> String {
    "the jobserver of the make that called cannot be used (\(error)), so one target runs at a time: begin the line that "
      + "calls sysbuild with '+'"
  }

  static func noSlots(_ error: any Error) -> String {
    "\(error); makes that commands call do not share job slots"
  }
}
