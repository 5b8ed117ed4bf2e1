import BuildGraph
import EmergeOutput
import Execution
import Explanations
import Platform
import Stamps
import TextKit

/// `--events FILE`: the events of a run, one JSON object on each line, for programs that follow the run.
/// docs/reference.md has the schema, version 1.
final class EventsFile: RunListener {
  static let version = 1

  private let file: RecordFile
  private let began: RunTime
  private let build: Path

  var problem: (any Error)? { file.problem }

  init(_ path: Path, _ outline: RunOutline, build: Path, at time: RunTime = .now) throws(SystemError) {
    file = try RecordFile(path)
    began = time
    self.build = build
    let targets = outline.targets.map { target -> JSON in
      [
        "name": .string(target.name), "verdict": .string(target.verdict.name),
        "seconds": target.isAlias ? .null : target.expected.map(JSON.seconds) ?? .null,
      ]
    }
    write(
      "runStarted", time,
      [
        "version": .integer(Self.version), "goals": .array(outline.goals.map { .string($0) }),
        "jobs": .integer(outline.jobs), "targets": .array(targets),
      ])
  }

  func receive(_ event: RunEvent, at time: RunTime) {
    switch event {
    case .target(let name, let step): write(name, step, time)
    case .package(let target, let event): write(target, event, time)
    case .signalled(let signal): write("signalled", time, ["signal": .string(signalName(signal))])
    case .ended(let end):
      write("runEnded", time, ["seconds": .seconds(time.monotonic - began.monotonic)] + end.json)
    case .output, .resized, .resumed, .tick: break
    }
  }

  private func write(_ name: String, _ step: RunEvent.Step, _ time: RunTime) {
    let target: JSON = ["target": .string(name)]
    switch step {
    case .started(let reasons):
      let log = LogFile.folder(of: name, in: build) / "latest"
      write(
        "targetStarted", time,
        target + ["reasons": .array(reasons.map(JSON.init)), "log": .string("\(log)")])
    case .spared: write("targetSpared", time, target)
    case .recorded: write("targetRecorded", time, target)
    case .succeeded(let duration): write("targetSucceeded", time, target + ["seconds": .seconds(duration)])
    case .failed(let why, let duration, let log):
      write(
        "targetFailed", time,
        target + ["seconds": .seconds(duration), "message": .string(why), "log": Self.json(log)])
    case .interrupted(let duration):
      write("targetInterrupted", time, target + ["seconds": .seconds(duration)])
    case .retried(let why, let attempt, let attempts, let log):
      write(
        "targetRetried", time,
        target + [
          "message": .string(why), "attempt": .integer(attempt), "attempts": .integer(attempts),
          "log": Self.json(log),
        ])
    case .skipped: write("targetSkipped", time, target)
    case .fetched(let duration): write("targetFetched", time, target + ["seconds": .seconds(duration)])
    case .kept(let size): write("targetKept", time, target + ["bytes": .integer(size)])
    case .lost(let why): write("targetLost", time, target + ["message": .string(why)])
    case .silent(let duration): write("targetSilent", time, target + ["seconds": .seconds(duration)])
    case .inputsMissing(let artifacts):
      write("inputsMissing", time, target + ["inputs": .array(artifacts.map(JSON.init))])
    case .inputsChanged(let artifacts):
      write("inputsChanged", time, target + ["inputs": .array(artifacts.map(JSON.init))])
    case .warned(let text): write("targetWarned", time, target + ["message": .string(text)])
    }
  }

  private static func json(_ log: Path?) -> JSON { log.map { .string("\($0)") } ?? .null }

  private func write(_ target: String, _ event: PackageEvent, _ time: RunTime) {
    func about(_ version: String) -> JSON { ["target": .string(target), "package": .string(version)] }
    switch event {
    case .started(let package):
      write(
        "packageStarted", time,
        about(package.version) + ["number": .integer(package.number), "count": .integer(package.count)])
    case .phase(let phase, let version):
      write("packagePhase", time, about(version) + ["phase": .string(phase)])
    case .ended(let version, let hasFailed):
      write("packageEnded", time, about(version) + ["outcome": hasFailed ? "failed" : "succeeded"])
    }
  }

  private func write(_ event: String, _ time: RunTime, _ members: JSON) {
    let head: JSON = ["event": .string(event), "time": .string(Clock.iso8601(time.wall))]
    file.write((head + members).line + "\n")
  }
}

extension RunEnd {
  /// The member `outcome`, and the members that say more about it.
  var json: JSON {
    switch self {
    case .succeeded, .recorded: ["outcome": "succeeded"]
    case .failed(let names): ["outcome": "failed", "failed": .array(names.map { .string($0) })]
    case .interrupted(let signal): ["outcome": "interrupted", "signal": .string(signalName(signal))]
    case .aborted(let why): ["outcome": "aborted", "message": .string(why)]
    }
  }
}
