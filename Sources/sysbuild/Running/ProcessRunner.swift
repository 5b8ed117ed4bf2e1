internal import BuildGraph
internal import Glibc
internal import Platform

/// Runs jobs as processes: one `poll` over their output, their ends and the signals that ask for an end.
///
/// It knows no graph: which job comes when is the scheduler's business.
final class ProcessRunner: CommandRunner {
  /// How long a command may take to end after SIGTERM before it gets SIGKILL, in nanoseconds.
  private static let grace: Int64 = 10_000_000_000

  /// What tells that the terminal is not what it was.
  private static let terminalSignals = [SIGWINCH, SIGCONT]

  private let locations: Locations
  private let stream: RunStream
  private let signals: SignalReader
  /// Sees to it that no command outlives this process, whatever ends it.
  private let processGuard: ProcessGuard
  private var running: [RunningJob] = []
  private var ended: [RunnerEvent] = []

  /// - Parameter stream: is told what the commands print and which signals come, and that time passes.
  init(_ locations: Locations, stream: RunStream) throws(SystemError) {
    self.locations = locations
    self.stream = stream
    signals = try SignalReader([SIGINT, SIGTERM, SIGHUP] + Self.terminalSignals)
    processGuard = try ProcessGuard()
    try Directory.create(locations.build / "tmp", intermediates: true)
  }

  func start(_ job: Job) throws {
    let started = try RunningJob(job, in: locations, guardedBy: processGuard, show: stream.output)
    running.append(started)
    if let event = try started.startNext() { finish(started, event) }
  }

  func wait() throws -> RunnerEvent {
    while true {
      if let signal = try nextSignal() { return .interrupted(by: signal) }
      if !ended.isEmpty { return ended.removeFirst() }
      _ = try Poll.wait(for: descriptors, timeout: stream.tick())
      for job in running {
        if let event = try job.proceed() { finish(job, event) }
      }
    }
  }

  /// The next signal that asks for an end, or nil; the stream is told of all.
  private func nextSignal() throws(SystemError) -> CInt? {
    while let signal = try signals.next() {
      stream.signalled(signal)
      if !Self.terminalSignals.contains(signal) { return signal }
    }
    return nil
  }

  /// A second signal, or the end of the grace, makes it SIGKILL.
  func stop() {
    signalAll(SIGTERM)
    let deadline = Clock.monotonic + Self.grace
    while !running.isEmpty {
      let left = Int((deadline - Clock.monotonic) / 1_000_000)
      if left <= 0 || ((try? nextSignal()) ?? nil) != nil { break }
      _ = try? Poll.wait(for: descriptors, timeout: left)
      removeGone()
    }
    signalAll(SIGKILL)
    while !running.isEmpty {
      _ = try? Poll.wait(for: descriptors)
      removeGone()
    }
  }

  private func signalAll(_ signal: CInt) {
    for job in running { job.signal(signal) }
  }

  private var descriptors: [Poll.Descriptor] {
    ([signals.pollDescriptor] + running.flatMap(\.descriptors)).map { Poll.Descriptor($0) }
  }

  private func finish(_ job: RunningJob, _ event: RunnerEvent) {
    running.removeAll { $0 === job }
    ended.append(event)
  }

  private func removeGone() {
    running.removeAll { job in
      guard (try? job.isGone()) ?? true else { return false }
      try? job.end("interrupted")
      return true
    }
  }
}
