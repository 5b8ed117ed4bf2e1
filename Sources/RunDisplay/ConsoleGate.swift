import Platform

/// Holds back the events for a view while a target has the terminal, and passes them on afterwards.
final class ConsoleGate: RunListener {
  private let view: any RunListener
  private let targets: Set<String>
  private var holder: String?
  private var held: [(event: RunEvent, time: RunTime)] = []

  /// - Parameter outline: says which targets take the terminal.
  init(_ outline: RunOutline, before view: any RunListener) {
    self.view = view
    targets = Set(outline.targets.filter(\.takesConsole).map(\.name))
  }

  var nextTick: Int64? { holder == nil ? view.nextTick : nil }

  func receive(_ event: RunEvent, at time: RunTime) {
    if let holder {
      held.append((event, time))
      if event.givesConsoleBack(by: holder) { release() }
      return
    }
    view.receive(event, at: time)
    if case .target(let name, .started) = event, targets.contains(name) { holder = name }
  }

  private func release() {
    let events = held
    (holder, held) = (nil, [])
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
