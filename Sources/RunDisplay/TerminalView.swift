import BuildGraph
import Explanations
import Platform

/// Shows a run on a terminal. Running targets are in a live area at the bottom; lines about targets that have ended
/// scroll above it.
///
/// It draws at each tick: at most ten times a second, and once a second when nothing happens.
final class TerminalView: RunListener {
  /// The terminal that it draws on. A test can replace it.
  struct Surface {
    /// Writes to standard output, which has the live area.
    var write: (String) -> Void
    var complain: (String) -> Void
    var size: () -> (width: Int, height: Int)
    /// False while another program has the terminal; nothing is drawn then.
    var isOurs: () -> Bool
    var hasColours: Bool
  }

  private enum Line {
    case text(StyledText)
    case complaint(String)
  }

  private static let fastest: Int64 = 100_000_000
  private static let slowest: Int64 = 1_000_000_000

  private var model: RunModel
  private var area = LiveArea()
  private let surface: Surface
  private let showsEverything: Bool
  private let consoleTargets: Set<String>
  /// Whether a command has had the terminal since the last write.
  private var hasLentTerminal = false
  private var waiting: [Line] = []
  private var waitingSize = 0
  private var isChanged = true
  private var lastFrame = Int64.min / 2
  private let began: Int64

  init(_ outline: RunOutline, on surface: Surface, showsEverything: Bool, at time: RunTime = .now) {
    model = RunModel(outline)
    self.surface = surface
    self.showsEverything = showsEverything
    consoleTargets = Set(outline.targets.filter(\.takesConsole).map(\.name))
    began = time.monotonic
  }

  var nextTick: Int64? { lastFrame + (isChanged ? Self.fastest : Self.slowest) }

  func receive(_ event: RunEvent, at time: RunTime) {
    say(event, at: time)
    model.take(event, at: time)
    switch event {
    case .tick: draw(time)
    // Drawn at once, so that users see that the signal arrived.
    case .signalled, .resized: draw(time)
    case .resumed:
      area.forget()
      draw(time)
    case .ended: flush(live: [])
    default:
      isChanged = true
      // A command may print without end between two ticks; its lines must not fill the memory.
      if waitingSize > 1 << 16 { flush(live: nil) }
    }
  }

  private func draw(_ time: RunTime) {
    lastFrame = time.monotonic
    isChanged = false
    let size = surface.size()
    flush(live: Screen.lines(model, width: size.width, height: size.height, now: time.monotonic))
  }

  /// Writes the waiting lines and the live area. If `live` is nil, the area stays empty until the next frame.
  private func flush(live: [StyledText]?) {
    let width = surface.size().width
    if !surface.isOurs() { area.forget() }
    if hasLentTerminal { surface.write(LiveArea.lineStart(width: width)) }
    hasLentTerminal = false
    var scrolling: [String] = []
    for line in waiting {
      switch line {
      case .text(let text): scrolling.append(text.text(coloured: surface.hasColours))
      case .complaint(let text):
        // A complaint goes to another stream, so the lines before it must be written first.
        surface.write(area.erased(width: width) + scrolling.map { $0 + "\n" }.joined())
        scrolling = []
        surface.complain(text)
      }
    }
    waiting = []
    waitingSize = 0
    let lines = surface.isOurs() ? live ?? [] : []
    let text = area.frame(scrolling, lines, width: width, coloured: surface.hasColours)
    if !text.isEmpty { surface.write(text) }
  }

  private func say(_ event: RunEvent, at time: RunTime) {
    switch event {
    case .target(let name, let step): say(name, step)
    case .output(let name, let line) where showsEverything: scroll(StyledText("\(name): \(shown(line))"))
    case .ended(let end):
      if let line = Wording.conclusion(end, after: time.monotonic - began, warnings: model.warnings) {
        scroll(StyledText(line))
      }
    default: break
    }
  }

  private func say(_ name: String, _ step: RunEvent.Step) {
    switch step {
    case .succeeded, .failed, .interrupted:
      let isGood = if case .succeeded = step { true } else { false }
      guard let (verb, rest) = Wording.ending(step) else { return }
      let why = model.running(name).map { Wording.cause($0.reasons) } ?? ""
      let line =
        StyledText("\(name): ") + StyledText(verb, isGood ? .good : .bad)
        + StyledText(rest + (why.isEmpty ? "" : " (\(why))"))
      // A long reason is cut to two rows; the log and the history have all of it.
      scroll(line.cut(to: 2 * surface.size().width - 1))
    case .started(let reasons):
      guard consoleTargets.contains(name) else { break }
      // From here on the command has the terminal. No event arrives until the command has ended.
      scroll(StyledText("\(name): \(Wording.cause(reasons))"))
      flush(live: [])
      hasLentTerminal = true
    default:
      if let complaint = Wording.complaint(name, step) {
        waiting.append(.complaint(complaint))
      } else if let line = Wording.line(name, step) {
        scroll(StyledText(line))
      }
    }
  }

  private func scroll(_ text: StyledText) {
    waiting.append(.text(text))
    waitingSize += text.plain.utf8.count
  }
}
