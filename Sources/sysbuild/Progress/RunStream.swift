internal import BuildGraph
internal import Glibc
internal import Platform

/// The one stream of a run's events: it gathers what the scheduler, the commands' output and the clock have to
/// say, and hands it to every listener.
///
/// It decides nothing and shows nothing.
final class RunStream {
  private let graph: Graph
  private let touches: Bool
  private let listeners: [any RunListener]
  private let now: () -> RunTime
  private var isInterrupted = false
  private var emerges: [String: EmergeTracker] = [:]

  init(
    _ graph: Graph, touches: Bool = false, listeners: [any RunListener],
    now: @escaping () -> RunTime = { RunTime.now }
  ) {
    self.graph = graph
    self.touches = touches
    self.listeners = listeners
    self.now = now
  }

  func report(_ event: Scheduler.Event) {
    switch event {
    case .started(let id, let reasons):
      emerges[name(id)] = EmergeTracker(PackageLogs(graph.environment(of: id)))
      send(id, .started(reasons))
    case .spared(let id): send(id, .spared)
    case .succeeded(let id, _) where touches: send(id, .recorded)
    case .succeeded(let id, let duration): end(id, .succeeded(duration: duration), hasFailed: false)
    case .failed(let id, _, let duration) where isInterrupted:
      end(id, .interrupted(duration: duration), hasFailed: true)
    case .failed(let id, let why, let duration): end(id, .failed(why, duration: duration), hasFailed: true)
    case .retried(let id, let why, let attempt, let attempts):
      emerges[name(id)] = EmergeTracker(PackageLogs(graph.environment(of: id)))
      send(id, .retried(why, attempt: attempt, attempts: attempts))
    case .skipped(let id): send(id, .skipped)
    case .inputsMissing(let id, let artifacts): send(id, .inputsMissing(artifacts))
    case .inputsChanged(let id, let artifacts): send(id, .inputsChanged(artifacts))
    }
  }

  /// A line that a target's command printed.
  func output(_ target: String, _ line: [UInt8]) {
    send(.output(target, line))
    for event in emerges[target]?.read(line) ?? [] { send(.package(target, event)) }
  }

  /// A signal came.
  func signalled(_ signal: CInt) {
    switch signal {
    case SIGWINCH: send(.resized)
    case SIGCONT: send(.resumed)
    default:
      isInterrupted = true
      send(.signalled(signal))
    }
  }

  /// Lets time pass for those for whom it is time.
  ///
  /// - Returns: the milliseconds until somebody wants that again; nil for never.
  func tick() -> Int? {
    let time = now()
    for target in emerges.keys.sorted() {
      for event in emerges[target]?.look(at: time.monotonic) ?? [] { send(.package(target, event)) }
    }
    for listener in listeners where (listener.nextTick ?? .max) <= time.monotonic {
      listener.receive(.tick, at: time)
    }
    let next = listeners.compactMap(\.nextTick) + emerges.values.compactMap(\.nextLook)
    return next.min().map { Int(max(0, $0 - now().monotonic) + 999_999) / 1_000_000 }
  }

  func end(_ end: RunEnd) { send(.ended(end)) }

  func end(_ outcome: Scheduler.Outcome) {
    if let signal = outcome.signal { return end(.interrupted(by: signal)) }
    if !outcome.isSuccess { return end(.failed(outcome.failed.map(name))) }
    end(touches ? .recorded(outcome.ran.count) : .succeeded(ran: outcome.ran.count))
  }

  /// Packages that were not said to be done end with their target, as it does.
  private func end(_ id: TargetID, _ step: RunEvent.Step, hasFailed: Bool) {
    for package in emerges.removeValue(forKey: name(id))?.running ?? [] {
      send(.package(name(id), .ended(package.version, hasFailed: hasFailed)))
    }
    send(id, step)
  }

  private func name(_ id: TargetID) -> String { graph[id].name }

  private func send(_ id: TargetID, _ step: RunEvent.Step) { send(.target(name(id), step)) }

  private func send(_ event: RunEvent) {
    let time = now()
    for listener in listeners { listener.receive(event, at: time) }
  }
}
