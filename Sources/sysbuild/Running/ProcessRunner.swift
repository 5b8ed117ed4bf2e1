internal import BuildGraph
internal import Glibc
internal import Platform

/// Runs jobs as processes: one `poll` over their output, their ends and the signals that ask for an end.
///
/// It knows no graph: which job comes when is the scheduler's business.
final class ProcessRunner: CommandRunner {
  /// How long a command may take to end after SIGTERM before it gets SIGKILL, in nanoseconds.
  private static let grace: Int64 = 10_000_000_000

  private let locations: Locations
  private let jobserver: Jobserver?
  private let output: (String, [UInt8]) -> Void
  private let signals: SignalReader
  /// Sees to it that no command outlives this process, whatever ends it.
  private let processGuard: ProcessGuard
  private var running: [RunningJob] = []
  private var ended: [RunnerEvent] = []

  /// - Parameters:
  ///   - jobserver: where the makes among the commands find job slots.
  ///   - output: called with a target's name and each line that its commands print.
  init(
    _ locations: Locations, jobserver: Jobserver?, output: @escaping (String, [UInt8]) -> Void
  ) throws(SystemError) {
    self.locations = locations
    self.jobserver = jobserver
    self.output = output
    signals = try SignalReader()
    processGuard = try ProcessGuard()
    try Directory.create(locations.build / "tmp", intermediates: true)
  }

  func start(_ job: Job) throws {
    if running.isEmpty { try jobserver?.makeUpForLosses() }
    let started = try RunningJob(
      job, in: locations, sharing: jobserver, guardedBy: processGuard, show: output)
    running.append(started)
    if let event = try started.startNext() { finish(started, event) }
  }

  func wait(orForSlot wantsSlot: Bool) throws -> RunnerEvent {
    let slot = wantsSlot ? jobserver.map { Poll.Descriptor($0.pollDescriptor) } : nil
    while true {
      if let signal = try signals.next() { return .interrupted(by: signal) }
      if !ended.isEmpty { return ended.removeFirst() }
      let ready = try Poll.wait(for: descriptors + (slot.map { [$0] } ?? []))
      for job in running {
        if let event = try job.proceed() { finish(job, event) }
      }
      if let slot, ended.isEmpty, ready.contains(where: { $0.raw == slot.raw }) { return .slotFree }
    }
  }

  /// A second signal, or the end of the grace, makes it SIGKILL.
  func stop() {
    signalAll(SIGTERM)
    let deadline = Clock.monotonic + Self.grace
    while !running.isEmpty {
      let left = Int((deadline - Clock.monotonic) / 1_000_000)
      if left <= 0 || ((try? signals.next()) ?? nil) != nil { break }
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
