import BuildGraph
import BuildSettings
import Platform
import RunDisplay
import TextKit

extension Command {
  static let history = Command(
    "history", "[TARGET…]", summary: "the last runs: what ran, why, how long, how it ended", words: .targets,
    options: [.all, .json], run: answering(HistoryView.text))
}

/// `sysbuild history [TARGET…]`: the runs on record, the newest last: what was asked for, what ran, why, how
/// long it took and how it ended. With targets, only runs of these.
private enum HistoryView {
  /// How many runs are shown unless `--all` is given.
  private static let few = 10

  static func text(_ session: Session) throws -> String {
    let wanted = Set(try session.subjects())
    var runs = try HistoryFile.runs(in: session.settings.locations.build).filter { run in
      wanted.isEmpty || !targets(of: run, wanted).isEmpty
    }
    if !session.invocation.wantsAll { runs = runs.suffix(few) }
    if session.invocation.wantsJSON { return json(runs) }
    if runs.isEmpty { return "no run is on record\n" }
    return runs.map { run in
      let rows = targets(of: run, wanted).map { target in
        [
          "  " + (target["name"]?.text ?? ""), word(target["outcome"]?.text ?? ""),
          target["seconds"]?.double.map(duration) ?? "",
          target["reasons"]?.elements.compactMap(\.text).joined(separator: "; ") ?? "",
          target["message"]?.text ?? "",
        ]
      }
      let warnings = targets(of: run, wanted).flatMap { target in
        (target["warnings"]?.elements ?? []).compactMap(\.text).map {
          "  \(target["name"]?.text ?? ""): warning: \($0)\n"
        }
      }
      return "\(Clock.localTime(run.began))  \(run.command): \(ending(of: run))\n" + Table(rows).text
        + warnings.joined()
    }.joined()
  }

  private static func targets(of run: HistoryFile.Run, _ wanted: Set<String>) -> [JSON] {
    (run.end?["targets"]?.elements ?? []).filter { target in
      wanted.isEmpty || target["seconds"] != nil && target["name"]?.text.map(wanted.contains) == true
    }
  }

  /// How a run ended, for a person.
  private static func ending(of run: HistoryFile.Run) -> String {
    guard let end = run.end else { return run.isRunning ? "still running" : "cut off before it ended" }
    let time = duration(end["seconds"]?.double ?? 0)
    switch end["outcome"]?.text {
    case "succeeded": return "done in \(time)"
    case "interrupted": return "interrupted by \(end["signal"]?.text ?? "a signal") after \(time)"
    case "aborted": return "ended after \(time): \(end["message"]?.text ?? "")"
    default: return "failed after \(time)"
    }
  }

  private static func word(_ outcome: String) -> String {
    switch outcome {
    case "succeeded": "done"
    case "skipped": "not tried"
    default: outcome
    }
  }

  private static func duration(_ seconds: Double) -> String {
    // A damaged record may hold any number.
    Quantity.duration(Int64(min(max(0, seconds), 1e9) * 1e9))
  }

  private static func json(_ runs: [HistoryFile.Run]) -> String {
    let list = runs.map { run -> JSON in
      let head: JSON = [
        "began": .string(Clock.iso8601(run.began)), "command": .string(run.command),
        "goals": .array(run.goals.map { .string($0) }),
      ]
      guard case .object(let members)? = run.end else {
        return head + ["outcome": run.isRunning ? "running" : "cutOff"]
      }
      return head + .object(members.filter { $0.name != "run" })
    }
    let object: JSON = ["version": .integer(HistoryFile.version), "runs": .array(list)]
    return object.pretty + "\n"
  }
}
