internal import BuildGraph
internal import Platform

/// Tells a person how a run goes: a line when a target begins and why, a line when it ends, and after a
/// failure what is needed to mend it.
///
/// It decides nothing and is told everything.
final class Progress {
  private let session: Session
  private let showsEverything: Bool
  private var failures: [(name: String, why: String)] = []
  private let began = Clock.monotonic

  init(_ session: Session) {
    self.session = session
    showsEverything = session.settings.variables["V"]?.value == "1"
  }

  func report(_ event: Scheduler.Event) {
    switch event {
    case .started(let id, let reasons):
      let why = reasons.first.map { Wording.text($0) } ?? ""
      let more = reasons.count > 1 ? " (and \(Wording.count(reasons.count - 1, "reason")) more)" : ""
      say("\(name(id)): \(why)\(more)")
    case .spared(let id): say("\(name(id)): fresh after all, what it needs came out as before")
    case .succeeded(let id, _) where session.invocation.touches:
      say("\(name(id)): recorded as made, not run")
    case .succeeded(let id, let duration): say("\(name(id)): done in \(Wording.duration(duration))")
    case .retried(let id, let why, let attempt, let attempts):
      say("\(name(id)): \(why); attempt \(attempt) of \(attempts)")
    case .failed(let id, let why, let duration):
      failures.append((name(id), why))
      say("\(name(id)): failed after \(Wording.duration(duration))")
    case .skipped(let id): say("\(name(id)): not tried, since what it needs failed")
    case .inputsMissing(let id, let artifacts):
      let list = artifacts.map(Wording.name).joined(separator: ", ")
      Tool.complain("\(name(id)): declared as input, but not there: \(list)")
    case .inputsChanged(let id, let artifacts):
      let list = artifacts.map(Wording.name).joined(separator: ", ")
      Tool.complain("\(name(id)): changed while it ran, so it is stale again: \(list)")
    }
  }

  /// A line that a target's command printed.
  func output(_ target: String, _ line: [UInt8]) {
    if showsEverything || EmergeProgress.isWorthShowing(line) { say("\(target): \(printable(line))") }
  }

  func end(_ outcome: Scheduler.Outcome) {
    if outcome.isSuccess {
      let ran = Wording.count(outcome.ran.count, "target")
      if session.invocation.touches { return say("done: \(ran) recorded") }
      return say("done: \(ran) ran in \(Wording.duration(Clock.monotonic - began))")
    }
    if let signal = outcome.signal { return Tool.complain("interrupted by \(signalName(signal))") }
    for failure in failures { Tool.complain(explain(failure.name, failure.why)) }
  }

  /// The last lines of the log, what failed, what Portage meant, where the log is, and how to try again.
  private func explain(_ name: String, _ why: String) -> String {
    let path = LogFile.path(of: name, in: session.settings.locations.build)
    let log = ((try? File.read(path)) ?? []).suffix(1 << 20)
    var lines = log.split(separator: UInt8(ascii: "\n")).suffix(13).map { "  | \(printable($0))" }
    // The log ends with what is said next anyway.
    if lines.last == "  | # \(why)" { lines.removeLast() }
    lines.append("\(name) failed: \(why)")
    if let diagnosis = Diagnosis(emergeOutput: log) {
      lines.append(diagnosis.headline)
      lines += diagnosis.details.map { "  \($0)" }
      if let remedy = diagnosis.remedy { lines.append(remedy) }
    }
    lines.append("log: \(path)")
    lines.append("again: \(session.invocation.commandLine([name]))")
    return lines.joined(separator: "\n")
  }

  private func name(_ id: TargetID) -> String { session.graph[id].name }

  private func say(_ line: String) {
    if !session.invocation.isSilent { _ = try? StandardStream.output.write(line + "\n") }
  }
}
