import Platform
import TextKit

/// Holds back the events for a view while a target has the terminal, and passes them on afterwards. Of what commands
/// print it keeps up to a limit; beyond the limit only the last line of each target.
final class ConsoleGate: RunListener {
  private let view: any RunListener
  private let targets: Set<String>
  private var holder: String?
  /// How many bytes of output are kept.
  private static let limit = 1 << 20

  /// What is kept of the output of a target beyond the limit.
  private struct Excess {
    var leftOut = -1
    var last: (line: [UInt8], time: RunTime)
  }

  private var held: [(event: RunEvent, time: RunTime)] = []

  private var heldBytes = 0
  private var excess: [String: Excess] = [:]

  /// - Parameter outline: says which targets take the terminal.
  init(_ outline: RunOutline, before view: any RunListener) {
    self.view = view
    targets = Set(outline.targets.filter(\.takesConsole).map(\.name))
  }

  var nextTick: Int64? { holder == nil ? view.nextTick : nil }

  func receive(_ event: RunEvent, at time: RunTime) {
    if let holder {
      hold(event, at: time)
      if event.givesConsoleBack(by: holder) { release() }
      return
    }
    view.receive(event, at: time)
    if case .target(let name, .started) = event, targets.contains(name) { holder = name }
  }

  private func hold(_ event: RunEvent, at time: RunTime) {
    switch event {
    case .output(let name, let line):
      if heldBytes < Self.limit {
        heldBytes += line.count
        break
      }
      excess[name, default: Excess(last: (line, time))].last = (line, time)
      excess[name]?.leftOut += 1
      return
    case .target(let name, _): holdExcess(of: name)
    default: break
    }
    held.append((event, time))
  }

  private func holdExcess(of name: String) {
    guard let excess = excess.removeValue(forKey: name) else { return }
    if excess.leftOut > 0 {
      let note = "… (\(Quantity.count(excess.leftOut, "line")) more in the log)"
      held.append((.output(name, Array(note.utf8)), excess.last.time))
    }
    held.append((.output(name, excess.last.line), excess.last.time))
  }

  private func release() {
    for name in excess.keys.sorted() { holdExcess(of: name) }
    let events = held
    (holder, held, heldBytes) = (nil, [], 0)
    for (event, time) in events { view.receive(event, at: time) }
  }
}

extension RunEvent {
  /// A signal ends the run. From then on the view is shown, because users want to see the run end.
  fileprivate func givesConsoleBack(by holder: String) -> Bool {
    switch self {
    case .target(holder, .succeeded), .target(holder, .failed), .target(holder, .interrupted): true
    case .signalled, .ended: true
    default: false
    }
  }
}
