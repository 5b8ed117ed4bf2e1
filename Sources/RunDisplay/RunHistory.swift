import BuildGraph
import Explanations
package import Platform
import TextKit

/// Records a run for `sysbuild history`: which targets ran, why, how long, and how the run ended.
package final class RunHistory: RunListener {
  /// Nil after a write error, so that no incomplete record is written.
  private var file: HistoryFile?
  private let began: RunTime
  private var reasons: [String: [Reason]] = [:]
  private var targets: [JSON] = []
  private var packages: [String: PackageTimes] = [:]
  package private(set) var problem: (any Error)?

  package init(in build: Path, command: String, goals: [String], at time: RunTime = .now) {
    began = time
    do {
      file = try HistoryFile(in: build)
      try file?.append([
        "version": .integer(HistoryFile.version), "run": .string(Clock.iso8601(time.wall)),
        "command": .string(command), "goals": .array(goals.map { .string($0) }),
      ])
    } catch {
      problem = error
      file = nil
    }
  }

  package func receive(_ event: RunEvent, at time: RunTime) {
    switch event {
    case .target(let name, .started(let why)): reasons[name] = why
    case .package(let name, let event):
      packages[name, default: PackageTimes()].receive(event, at: time.monotonic)
    case .target(let name, .spared): note(name, at: time, "spared")
    case .target(let name, .recorded): note(name, at: time, "recorded")
    case .target(let name, .skipped): note(name, at: time, "skipped")
    case .target(let name, .fetched(let duration)): note(name, at: time, "fetched", duration)
    case .target(let name, .lost(let why)): note(name, at: time, "lost", nil, ["message": .string(why)])
    case .target(let name, .succeeded(let duration)): note(name, at: time, "succeeded", duration)
    case .target(let name, .interrupted(let duration)): note(name, at: time, "interrupted", duration)
    case .target(let name, .failed(let why, let duration, _)):
      note(name, at: time, "failed", duration, ["message": .string(why)])
    case .target(let name, .warned(let text)): note(name, warning: text)
    case .ended(let end): append(end, after: time.monotonic - began.monotonic)
    default: break
    }
  }

  private func note(
    _ name: String, at time: RunTime, _ outcome: String, _ duration: Int64? = nil, _ more: JSON = [:]
  ) {
    var target: JSON = ["name": .string(name), "outcome": .string(outcome)]
    if let duration {
      let why = (reasons[name] ?? []).prefix(10).map { JSON.string(Wording.text($0)) }
      let begin = time.monotonic - duration - began.monotonic
      target =
        target + ["began": .seconds(begin), "seconds": .seconds(duration), "reasons": .array(why)]
      if let times = packages.removeValue(forKey: name) { target = target + times.json(since: began.monotonic) }
    }
    targets.append(target + more)
  }

  /// A warning arrives after its target has ended.
  private func note(_ name: String, warning: String) {
    guard let place = targets.lastIndex(where: { $0["name"]?.text == name }),
      case .object(let members) = targets[place]
    else { return }
    let warnings = (targets[place]["warnings"]?.elements ?? []) + [.string(warning)]
    targets[place] = .object(members.filter { $0.name != "warnings" }) + ["warnings": .array(warnings)]
  }

  private func append(_ end: RunEnd, after duration: Int64) {
    let head: JSON = ["run": .string(Clock.iso8601(began.wall)), "seconds": .seconds(duration)]
    do {
      try file?.append(head + end.json + ["targets": .array(targets)])
    } catch {
      problem = error
    }
  }
}
