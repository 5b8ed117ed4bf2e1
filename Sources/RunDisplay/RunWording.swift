import BuildGraph
import Explanations
import TextKit

/// The texts about a run in progress that all views share.
extension Wording {
  /// The first reason, and the number of the others.
  static func cause(_ reasons: [Reason]) -> String {
    let why = reasons.first.map { text($0) } ?? ""
    return why + (reasons.count > 1 ? " (and \(Quantity.count(reasons.count - 1, "reason")) more)" : "")
  }

  /// A line about a target; nil for steps that have a complaint instead.
  static func line(_ name: String, _ step: RunEvent.Step) -> String? {
    switch step {
    case .started(let reasons): "\(name): \(cause(reasons))"
    case .spared: "\(name): fresh after all, what it needs came out as before"
    case .recorded: "\(name): recorded as made, not run"
    case .succeeded, .fetched, .failed, .interrupted: ending(step).map { "\(name): \($0.verb)\($0.rest)" }
    case .skipped: "\(name): not tried, since what it needs failed"
    case .retried, .silent, .inputsMissing, .inputsChanged, .warned, .lost: nil
    case .kept(let size): "\(name): kept in the cache, \(Quantity.size(size))"
    }
  }

  /// How a target's run ended: `done`, ` in 3:20`.
  static func ending(_ step: RunEvent.Step) -> (verb: String, rest: String)? {
    switch step {
    case .succeeded(let duration): ("done", " in \(Quantity.duration(duration))")
    case .fetched(let duration): ("fetched", " in \(Quantity.duration(duration))")
    case .interrupted(let duration): ("interrupted", " after \(Quantity.duration(duration))")
    case .failed(_, let duration, _): ("failed", " after \(Quantity.duration(duration))")
    default: nil
    }
  }

  /// The warning about a step, if it needs one.
  static func complaint(_ name: String, _ step: RunEvent.Step) -> String? {
    switch step {
    case .retried(let why, let attempt, let attempts, _):
      "\(name): \(why); attempt \(attempt) of \(attempts)"
    case .silent(let duration):
      "\(name): no output for \(Quantity.duration(duration)); 'sysbuild log \(name)' shows where it stands"
    case .inputsMissing(let artifacts):
      "\(name): declared as input, but not there: \(artifacts.map(self.name).joined(separator: ", "))"
    case .inputsChanged(let artifacts):
      "\(name): changed while it ran, so it is stale again: \(artifacts.map(self.name).joined(separator: ", "))"
    case .warned(let text): "\(name): warning: \(text)"
    case .lost(let why): "\(name): warning: what another build made could not be fetched: \(why)"
    default: nil
    }
  }

  /// The last line of a run in which nothing failed.
  static func conclusion(_ end: RunEnd, after duration: Int64, warnings: Int) -> String? {
    switch end {
    case .succeeded(let ran):
      "done: \(Quantity.count(ran, "target")) ran in \(Quantity.duration(duration))"
        + (warnings > 0 ? ", \(Quantity.count(warnings, "warning"))" : "")
    case .recorded(let number): "done: \(Quantity.count(number, "target")) recorded"
    case .failed, .interrupted, .aborted: nil
    }
  }
}
