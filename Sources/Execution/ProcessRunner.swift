package import BuildGraph
import Glibc
package import Platform

/// Runs jobs as processes: one `poll` over their output, their ends and the signals that ask for an end.
///
/// It knows no graph: which job comes when is the scheduler's business.
package final class ProcessRunner: CommandRunner {
  /// What tells that the terminal is not what it was.
  private static let terminalSignals = [SIGWINCH, SIGCONT]

  private let locations: Locations
  private let lock: BuildLock
  private let jobserver: Jobserver?
  private let seenAt: Path?
  private let helperVariables: [(name: String, value: String)]
  private let monitor: any RunMonitor
  private let signals: SignalReader
  private var running: [RunningJob] = []
  private var ended: [RunnerEvent] = []
  /// For how long this process was stopped, in nanoseconds.
  private var suspended: Int64 = 0

  /// - Parameters:
  ///   - jobserver: where the makes among the commands find job slots.
  ///   - seenAt: where commands find O, if that is another path. What they print has the path that users know.
  ///   - helperVariables: what sysbuild's own commands get besides, and no log shows.
  package init(
    _ locations: Locations, lock: BuildLock, jobserver: Jobserver?, seenAt: Path? = nil,
    helperVariables: [(name: String, value: String)] = [],
    monitor: any RunMonitor
  ) throws(SystemError) {
    self.locations = locations
    self.lock = lock
    self.jobserver = jobserver
    self.seenAt = seenAt
    self.helperVariables = helperVariables
    self.monitor = monitor
    signals = try SignalReader([SIGINT, SIGTERM, SIGHUP, SIGTSTP] + Self.terminalSignals)
    try Directory.create(locations.build / "tmp", intermediates: true)
  }

  package func start(_ job: Job) throws {
    if running.isEmpty { try jobserver?.makeUpForLosses() }
    let started = try RunningJob(
      job, in: locations, lock: lock.rawDescriptor, sharing: jobserver,
      helperVariables: helperVariables,
      translation: seenAt.map { PathTranslation(from: $0, to: locations.build) }, show: monitor.output)
    running.append(started)
    monitor.logs(job.name, at: started.logPath)
    if let event = try started.startNext() { finish(started, event) }
  }

  package func wait(orForSlot wantsSlot: Bool) throws -> RunnerEvent {
    let slot = wantsSlot ? jobserver.map { Poll.Descriptor($0.pollDescriptor) } : nil
    while true {
      if let signal = try nextSignal() { return .interrupted(by: signal) }
      if !ended.isEmpty { return ended.removeFirst() }
      let timeout = [monitor.tick(), millisecondsToDeadline].compactMap(\.self).min()
      let ready = try Poll.wait(for: descriptors + (slot.map { [$0] } ?? []), timeout: timeout)
      for job in running {
        job.enforceLimit()
        if let event = try job.proceed() { finish(job, event) }
      }
      if let slot, ended.isEmpty, ready.contains(where: { $0.raw == slot.raw }) { return .slotFree }
    }
  }

  /// The next signal that asks for an end, or nil; the stream is told of all.
  private func nextSignal() throws(SystemError) -> CInt? {
    while let signal = try signals.next() {
      if signal == SIGTSTP {
        suspend()
        continue
      }
      monitor.signalled(signal)
      if !Self.terminalSignals.contains(signal) { return signal }
    }
    return nil
  }

  /// A second signal, or the end of the grace, makes it SIGKILL.
  package func stop() {
    for job in running { job.process?.end() }
    let deadline = Clock.monotonic + TimeLimit.grace - suspended
    while !running.isEmpty {
      let left = Int((deadline + suspended - Clock.monotonic) / 1_000_000)
      if left <= 0 || ((try? nextSignal()) ?? nil) != nil { break }
      _ = try? Poll.wait(for: descriptors, timeout: min(left, monitor.tick() ?? left))
      removeGone()
    }
    for job in running { job.process?.kill() }
    while !running.isEmpty {
      // There is nothing more to be done about a signal; but one that nobody reads would end each poll at once.
      while ((try? nextSignal()) ?? nil) != nil {}
      _ = try? Poll.wait(for: descriptors, timeout: monitor.tick())
      removeGone()
    }
  }

  /// Stops with every command, as a shell's job control wants it, until somebody says SIGCONT.
  private func suspend() {
    for job in running { job.process?.suspend() }
    let began = Clock.monotonic
    Signals.stop()
    let duration = Clock.monotonic - began
    suspended += duration
    for job in running {
      job.forgive(duration)
      job.process?.resume()
    }
  }

  private var millisecondsToDeadline: Int? {
    running.compactMap(\.nextDeadline).min().map { max(0, Int(($0 - Clock.monotonic) / 1_000_000) + 1) }
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
