package import BuildGraph
package import EmergeOutput
package import Platform
package import Stamps

/// A moment in nanoseconds by both clocks: the wall clock, for people, and the monotonic clock, for durations.
package struct RunTime {
  let wall: Int64
  let monotonic: Int64

  static var now: RunTime { RunTime(wall: Clock.wall, monotonic: Clock.monotonic) }
}

/// Something that happens in a run.
package enum RunEvent {
  /// What becomes of a target.
  package enum Step {
    case started([Reason])
    case spared
    /// What another build made is here now.
    case fetched(duration: Int64)
    /// What another build made could not be had. It is made here, if it is still needed.
    case lost(String)
    /// What the target made, with what is kept with it, is in the cache now, in so many bytes.
    case kept(Int)
    /// With `--touch`: its stamp says that it was made, but it did not run.
    case recorded
    case succeeded(duration: Int64)
    /// The log is that of the last attempt; nil if the target failed before its first command began.
    case failed(String, duration: Int64, log: Path?)
    /// Its commands failed and are started again. The log is that of the attempt that failed.
    case retried(String, attempt: Int, attempts: Int, log: Path?)
    /// The run ended before the target did.
    case interrupted(duration: Int64)
    case skipped
    /// It is still running, but has printed and logged nothing for so many nanoseconds.
    case silent(Int64)
    case inputsMissing([Artifact])
    case inputsChanged([Artifact])
    /// Its commands printed this warning. The event comes after the target has ended.
    case warned(String)
  }

  case target(String, Step)
  /// A whole line that a target's command printed.
  case output(String, [UInt8])
  /// Something about a package that the target builds, from a line that it printed.
  case package(String, PackageEvent)
  /// A signal that ends the run arrived.
  case signalled(CInt)
  /// The terminal has another size.
  case resized
  /// The run was stopped, for example by Ctrl-Z, and continues. Other programs have written to the terminal.
  case resumed
  /// Time has passed.
  case tick
  /// The last event.
  case ended(RunEnd)
}

/// How a run ended.
package enum RunEnd: Equatable {
  case succeeded(ran: Int)
  /// With `--touch`: this number of stamps was written.
  case recorded(Int)
  case failed([String])
  case interrupted(by: CInt)
  /// sysbuild itself could not go on.
  case aborted(String)
}

/// A receiver of the events of a run, such as a view or a file of events.
///
/// A write error of a listener does not end the run.
package protocol RunListener: AnyObject {
  func receive(_ event: RunEvent, at time: RunTime)
  /// The time on the monotonic clock at which it wants a `tick`; nil for never.
  var nextTick: Int64? { get }
  /// Its first write error.
  var problem: (any Error)? { get }
}

extension RunListener {
  package var nextTick: Int64? { nil }
  package var problem: (any Error)? { nil }
}
