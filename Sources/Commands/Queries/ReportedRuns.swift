import Platform
import ReportPage
import RunDisplay
import TextKit

/// What a report tells of earlier runs, from their records.
enum ReportedRuns {
  /// The newest first.
  static func runs(in build: Path) throws -> [ReportContent.Run] {
    try HistoryFile.runs(in: build).reversed().map { run in
      let end = run.end
      return ReportContent.Run(
        began: time(run), command: run.command, ending: ending(of: run),
        hasFailed: end?["outcome"]?.text != "succeeded" && !run.isRunning, seconds: end?["seconds"]?.double,
        targets: (end?["targets"]?.elements ?? []).compactMap(target))
    }
  }

  /// The warnings and the failure of the last run of each target, the newest first.
  static func warnings(in build: Path) throws -> [ReportContent.Warning] {
    var seen: Set<String> = []
    var warnings: [ReportContent.Warning] = []
    for run in try HistoryFile.runs(in: build).reversed() {
      for target in run.end?["targets"]?.elements ?? [] {
        guard let name = target["name"]?.text, target["seconds"] != nil, seen.insert(name).inserted else {
          continue
        }
        if target["outcome"]?.text == "failed", let message = target["message"]?.text {
          warnings.append(.init(target: name, run: time(run), text: message, isFailure: true))
        }
        warnings += (target["warnings"]?.elements ?? []).compactMap(\.text).map {
          .init(target: name, run: time(run), text: $0, isFailure: false)
        }
      }
    }
    return warnings
  }

  /// In UTC, so that a report is the same wherever it is drawn: `2026-11-28 11:25 UTC`.
  private static func time(_ run: HistoryFile.Run) -> String {
    Clock.iso8601(run.began).prefix(16).replacing("T", with: " ") + " UTC"
  }

  private static func ending(of run: HistoryFile.Run) -> String {
    guard let end = run.end else { return run.isRunning ? "still running" : "cut off before it ended" }
    switch end["outcome"]?.text {
    case "succeeded": return "done"
    case "interrupted": return "interrupted by \(end["signal"]?.text ?? "a signal")"
    case "aborted": return "ended: \(end["message"]?.text ?? "")"
    default: return "failed"
    }
  }

  /// Nil for a target that did not run.
  private static func target(_ record: JSON) -> ReportContent.Target? {
    guard let name = record["name"]?.text, let seconds = record["seconds"]?.double else { return nil }
    let outcome = record["outcome"]?.text ?? ""
    let packages = (record["packages"]?.elements ?? []).compactMap { work -> ReportContent.Work? in
      guard let name = work["name"]?.text, let seconds = work["seconds"]?.double else { return nil }
      return .init(
        name: name, isBinary: work["binary"] == .bool(true), began: work["began"]?.double, seconds: seconds)
    }
    return .init(
      name: name, ending: outcome == "succeeded" ? "" : outcome,
      hasFailed: !["succeeded", "fetched"].contains(outcome), began: record["began"]?.double,
      seconds: seconds,
      reasons: (record["reasons"]?.elements ?? []).compactMap(\.text), packages: packages)
  }
}
