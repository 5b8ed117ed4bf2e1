import EmergeOutput
import Platform
import TextKit

/// The content of the live part of a terminal: a line for each running target, and a last line about the whole run.
/// `LiveArea` draws it.
enum Screen {
  /// The lines for a terminal of this size. None is wider than the terminal, and there are fewer than it has rows, so
  /// that the line below them, which has the cursor, is visible too.
  ///
  /// - Parameter now: the time on the monotonic clock, in nanoseconds.
  static func lines(_ model: RunModel, width: Int, height: Int, now: Int64) -> [StyledText] {
    let room = height - 2
    if room < 0 { return [] }
    var shown = model.running.map { line($0, now: now) }
    if shown.count > room {
      let hidden = shown.count - max(0, room - 1)
      shown = Array(shown.prefix(max(0, room - 1)))
      if room > 0 { shown.append(StyledText("… and \(hidden) more")) }
    }
    // One column is left free, because terminals differ in where the cursor is after a full line.
    return (shown + [summary(model, now: now)]).map { $0.cut(to: width - 1) }
  }

  /// `world 12/57 sys-libs/pam compile 0:41`, `kernel 1:20  CC kernel/fork.o`.
  private static func line(_ target: RunModel.Running, now: Int64) -> StyledText {
    let said = target.reached == nil ? RunDisplay.shown(target.lastLine) : ""
    return StyledText(phrase(target, now: now) + (said.isEmpty ? "" : "  " + said))
  }

  /// What a target is doing, and how long it has been running.
  static func phrase(_ target: RunModel.Running, now: Int64) -> String {
    var words = [target.name]
    if let reached = target.reached { words.append("\(reached.number)/\(reached.count)") }
    let packages = target.packages.map { $0.name + ($0.phase.map { " \($0)" } ?? "") }
    if !packages.isEmpty { words.append(packages.joined(separator: ", ")) }
    return (words + [Quantity.clock(now - target.began)]).joined(separator: " ")
  }

  /// `3 done, 1 failed, 5 left, 4:10 to go`.
  static func summary(_ model: RunModel, now: Int64) -> StyledText {
    if let signal = model.signal {
      return StyledText("\(signalName(signal)): waiting for the commands to end; a second one kills them")
    }
    var text = StyledText("\(model.done) done")
    if model.failed > 0 { text += StyledText(", ") + StyledText("\(model.failed) failed", .bad) }
    if model.skipped > 0 { text += StyledText(", \(model.skipped) not tried") }
    text += StyledText(", \(model.left) left")
    guard let rest = model.timeToGo(at: now) else { return text }
    // The run is not over, so it must not say that no time is left.
    if rest.time == 0 { return rest.isPartial ? text : text + StyledText(", longer than the last time") }
    return text + StyledText(", \(rest.isPartial ? "over " : "")\(Quantity.clock(rest.time)) to go")
  }
}
