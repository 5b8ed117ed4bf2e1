import BuildGraph
import EmergeOutput
import Explanations
import Platform

/// Shows a run without a terminal: a line with the reason when a target begins, a line when it ends, and at least one
/// line a minute, so that users can see that a long run is still going on.
final class PlainView: RunListener {
  /// The longest silence, in nanoseconds.
  private static let silence: Int64 = 60_000_000_000

  private var model: RunModel
  private let write: (String) -> Void
  private let complain: (String) -> Void
  private let showsEverything: Bool
  private let began: Int64
  private var lastLine: Int64

  init(
    _ outline: RunOutline, showsEverything: Bool, at time: RunTime = .now, write: @escaping (String) -> Void,
    complain: @escaping (String) -> Void
  ) {
    model = RunModel(outline)
    self.write = write
    self.complain = complain
    self.showsEverything = showsEverything
    began = time.monotonic
    lastLine = began
  }

  var nextTick: Int64? { lastLine + Self.silence }

  func receive(_ event: RunEvent, at time: RunTime) {
    model.take(event, at: time)
    switch event {
    case .target(let name, let step):
      if let complaint = Wording.complaint(name, step) {
        complain(complaint)
      } else if let line = Wording.line(name, step) {
        say(line, at: time)
      }
    case .output(let name, let line) where showsEverything: say("\(name): \(shown(line))", at: time)
    case .package(let name, .started(let package)) where !showsEverything:
      say("\(name): \(package.number)/\(package.count) \(package.version)", at: time)
    case .tick: say(sign(at: time.monotonic), at: time)
    case .ended(let end):
      if let line = Wording.conclusion(end, after: time.monotonic - began, warnings: model.warnings) {
        say(line, at: time)
      }
    default: break
    }
  }

  /// `running: world 12/57 sys-libs/pam compile 3:41; 3 done, 5 left, 4:10 to go`.
  private func sign(at now: Int64) -> String {
    let running = model.running.map { Screen.phrase($0, now: now) }.joined(separator: ", ")
    return "running: \(running); \(Screen.summary(model, now: now).plain)"
  }

  private func say(_ line: String, at time: RunTime) {
    lastLine = time.monotonic
    write(line + "\n")
  }
}
