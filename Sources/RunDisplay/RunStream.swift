package import BuildGraph
import EmergeOutput
import Execution
import Glibc
package import Platform

/// Turns what the scheduler, the output of commands and the clock report into one stream of events, and passes each
/// event to every listener.
///
/// It makes no decisions and shows nothing itself.
package final class RunStream: RunMonitor {
  /// What is known of a running target in addition to what the scheduler reports.
  private struct Pulse {
    var emerge: EmergeTracker
    /// Nil for a target that has the terminal, because users see its output there.
    var silence: SilenceWatch?
    var warnings: [String] = []
    /// The log of the current attempt.
    var log: Path?
    /// The error of sysbuild's own that its command printed last.
    var error: String?
    /// The package that began last.
    var lastPackage: String?
  }

  private let graph: Graph
  private let touches: Bool
  private let listeners: [any RunListener]
  private let now: () -> RunTime
  private var isInterrupted = false
  private var pulses: [String: Pulse] = [:]
  /// The warnings so far. A warning that two targets print is reported once.
  private var warnings: Set<String> = []

  package init(
    _ graph: Graph, touches: Bool = false, listeners: [any RunListener],
    now: @escaping () -> RunTime = { RunTime.now }
  ) {
    self.graph = graph
    self.touches = touches
    self.listeners = listeners
    self.now = now
  }

  package func report(_ event: Scheduler.Event) {
    switch event {
    case .started(let id, let reasons):
      takePulse(of: id)
      send(id, .started(reasons))
    case .spared(let id): send(id, .spared)
    case .succeeded(let id, _) where touches: send(id, .recorded)
    case .succeeded(let id, let duration): end(id, .succeeded(duration: duration), hasFailed: false)
    case .failed(let id, _, let duration) where isInterrupted:
      end(id, .interrupted(duration: duration), hasFailed: true)
    case .failed(let id, let why, let duration):
      end(id, .failed(why, duration: duration, log: pulses[name(id)]?.log), hasFailed: true)
    case .retried(let id, let why, let attempt, let attempts):
      let log = pulses[name(id)]?.log
      takePulse(of: id)
      send(id, .retried(why, attempt: attempt, attempts: attempts, log: log))
    case .skipped(let id): send(id, .skipped)
    case .fetched(let id, let duration): end(id, .fetched(duration: duration), hasFailed: false)
    case .lost(let id, let why): end(id, .lost(pulses[name(id)]?.error ?? why), hasFailed: true)
    case .inputsMissing(let id, let artifacts): send(id, .inputsMissing(artifacts))
    case .inputsChanged(let id, let artifacts): send(id, .inputsChanged(artifacts))
    }
  }

  private static let ownError = Array("sysbuild: ".utf8)

  private func takePulse(of id: TargetID) {
    let hasTerminal = graph[id].limits.takesConsole && Console.isThere
    pulses[name(id)] = Pulse(
      emerge: EmergeTracker(PackageLogs(graph.environment(of: id))),
      silence: hasTerminal ? nil : SilenceWatch(at: now().monotonic),
      warnings: pulses[name(id)]?.warnings ?? [])
  }

  package func logs(_ target: String, at path: Path) { pulses[target]?.log = path }

  /// A line that a target's command printed.
  package func output(_ target: String, _ line: [UInt8]) {
    send(.output(target, line))
    pulses[target]?.silence?.sign(at: now().monotonic)
    if line.starts(with: Self.ownError) {
      pulses[target]?.error = String(decoding: line.dropFirst(Self.ownError.count), as: UTF8.self)
    }
    for event in pulses[target]?.emerge.read(line) ?? [] {
      if case .started(let package) = event { pulses[target]?.lastPackage = package.version }
      send(.package(target, event))
    }
    if let warning = EmergeMessage.warning(in: line) { pulses[target]?.warnings.append(warning) }
  }

  /// A signal arrived.
  func signalled(_ signal: CInt) {
    switch signal {
    case SIGWINCH: send(.resized)
    case SIGCONT:
      for target in pulses.keys { pulses[target]?.silence?.sign(at: now().monotonic) }
      send(.resumed)
    default:
      isInterrupted = true
      send(.signalled(signal))
    }
  }

  /// Sends a tick to each listener that wants one by now, and reports targets that are silent.
  ///
  /// - Returns: the milliseconds until this is to be called again; nil for never.
  func tick() -> Int? {
    let time = now()
    for target in pulses.keys.sorted() { look(at: target, time.monotonic) }
    for listener in listeners where (listener.nextTick ?? .max) <= time.monotonic {
      listener.receive(.tick, at: time)
    }
    let next =
      listeners.compactMap(\.nextTick)
      + pulses.values.flatMap { [$0.emerge.nextLook, $0.silence?.due] }.compactMap(\.self)
    return next.min().map { Int(max(0, $0 - now().monotonic) + 999_999) / 1_000_000 }
  }

  /// Reports what a target's logs show of its packages, and whether the target is silent.
  private func look(at target: String, _ time: Int64) {
    let size = pulses[target]?.emerge.logSize
    for event in pulses[target]?.emerge.look(at: time) ?? [] { send(.package(target, event)) }
    if pulses[target]?.emerge.logSize != size { pulses[target]?.silence?.sign(at: time) }
    if let silence = pulses[target]?.silence?.warning(at: time) { send(.target(target, .silent(silence))) }
  }

  /// The running targets, and the packages that they build or built last.
  package var underWay: [(target: String, packages: [String])] {
    pulses.sorted { $0.key < $1.key }.map { name, pulse in
      let running = pulse.emerge.running.map(\.version)
      return (name, running.isEmpty ? [pulse.lastPackage].compactMap(\.self) : running)
    }
  }

  /// What a target made is in the cache now.
  package func kept(_ target: String, size: Int) { send(.target(target, .kept(size))) }

  package func end(_ end: RunEnd) { send(.ended(end)) }

  package func end(_ outcome: Scheduler.Outcome) {
    if let signal = outcome.signal { return end(.interrupted(by: signal)) }
    if !outcome.isSuccess { return end(.failed(outcome.failed.map(name))) }
    end(touches ? .recorded(outcome.ran.count) : .succeeded(ran: outcome.ran.count))
  }

  /// Ends the packages of a target whose end was not reported, with the outcome of the target.
  private func end(_ id: TargetID, _ step: RunEvent.Step, hasFailed: Bool) {
    let pulse = pulses.removeValue(forKey: name(id))
    for package in pulse?.emerge.running ?? [] {
      send(.package(name(id), .ended(package.version, hasFailed: hasFailed)))
    }
    send(id, step)
    for warning in pulse?.warnings ?? [] where warnings.insert(warning).inserted { send(id, .warned(warning)) }
  }

  private func name(_ id: TargetID) -> String { graph[id].name }

  private func send(_ id: TargetID, _ step: RunEvent.Step) { send(.target(name(id), step)) }

  private func send(_ event: RunEvent) {
    let time = now()
    for listener in listeners { listener.receive(event, at: time) }
  }
}
