package import BuildGraph
package import EmergeOutput
package import Platform
package import Stamps

/// A moment by both clocks, in nanoseconds: one for people, one for durations.
package struct RunTime {
  let wall: Int64
  let monotonic: Int64

  static var now: RunTime { RunTime(wall: Clock.wall, monotonic: Clock.monotonic) }
}

/// Something that happens in a run, in the order in which it happens.
package enum RunEvent {
  /// What becomes of a target.
  package enum Step {
    case started([Reason])
    case spared
    /// `--touch`: its stamp says so, but it did not run.
    case recorded
    case succeeded(duration: Int64)
    /// With the log of its last attempt; nil if none of its commands was to begin.
    case failed(String, duration: Int64, log: Path?)
    /// Its commands failed, and begin again. The log is that of the attempt that failed.
    case retried(String, attempt: Int, attempts: Int, log: Path?)
    /// The run ended before it had.
    case interrupted(duration: Int64)
    case skipped
    /// It goes on, but has shown no sign of life for so many nanoseconds.
    case silent(Int64)
    case inputsMissing([Artifact])
    case inputsChanged([Artifact])
    /// Its commands warned of something; said when it has ended.
    case warned(String)
  }

  case target(String, Step)
  /// A whole line that a target's command printed.
  case output(String, [UInt8])
  /// What a line told of a package that the target builds.
  case package(String, PackageEvent)
  /// A signal came that ends the run.
  case signalled(CInt)
  /// The terminal has another size.
  case resized
  /// The run was stopped, as by Ctrl-Z, and goes on: others have written on the terminal.
  case resumed
  /// Time has passed.
  case tick
  /// Nothing comes after this.
  case ended(RunEnd)
}

/// How a run ended.
package enum RunEnd: Equatable {
  case succeeded(ran: Int)
  /// `--touch`: so many stamps say so.
  case recorded(Int)
  case failed([String])
  case interrupted(by: CInt)
  /// sysbuild itself could not go on.
  case aborted(String)
}

/// Who wants to know how a run goes: a view, a file of events.
///
/// What it cannot write is no reason to end the run.
package protocol RunListener: AnyObject {
  func receive(_ event: RunEvent, at time: RunTime)
  /// When it wants a `tick`, by the monotonic clock; nil for never.
  var nextTick: Int64? { get }
  /// The first thing that it could not write.
  var problem: (any Error)? { get }
}

extension RunListener {
  package var nextTick: Int64? { nil }
  package var problem: (any Error)? { nil }
}
