import BuildGraph
import EmergeOutput

/// The state of a run, for the views: what each target does, and how long the rest will take. It shows nothing itself.
struct RunModel {
  struct Running {
    let name: String
    let reasons: [Reason]
    /// The start time on the monotonic clock.
    let began: Int64
    var packages: [EmergeTracker.Package] = []
    /// The highest number of a package that the current emerge has begun, and the count of its packages.
    var reached: (number: Int, count: Int)?
    /// The last line that its commands printed.
    var lastLine: [UInt8] = []
  }

  private enum State {
    case waiting
    case running
    case settled
  }

  /// The running targets in the order in which they began.
  private(set) var running: [Running] = []
  private(set) var done = 0
  private(set) var failed = 0
  private(set) var skipped = 0
  private(set) var warnings = 0
  /// The signal that ends the run.
  private(set) var signal: CInt?
  private let outline: RunOutline
  private let places: [String: Int]
  private var states: [State]

  init(_ outline: RunOutline) {
    self.outline = outline
    states = outline.targets.map { $0.isAlias ? .settled : .waiting }
    places = Dictionary(
      outline.targets.enumerated().map { ($0.element.name, $0.offset) }, uniquingKeysWith: { first, _ in first }
    )
  }

  /// The number of targets that are running or may still run.
  var left: Int { states.count { $0 != .settled } }

  func running(_ name: String) -> Running? { running.first { $0.name == name } }

  mutating func take(_ event: RunEvent, at time: RunTime) {
    switch event {
    case .target(let name, let step): take(step, of: name, at: time)
    case .output(let name, let line): change(name) { $0.lastLine = line }
    case .package(let name, let event): change(name) { $0.take(event) }
    case .signalled(let signal): self.signal = signal
    case .tick, .resized, .resumed, .ended: break
    }
  }

  private mutating func take(_ step: RunEvent.Step, of name: String, at time: RunTime) {
    switch step {
    case .started(let reasons):
      running.append(Running(name: name, reasons: reasons, began: time.monotonic))
      if let place = places[name] { states[place] = .running }
    case .spared, .recorded, .succeeded, .fetched:
      done += 1
      settle(name)
    case .lost:
      running.removeAll { $0.name == name }
      if let place = places[name] { states[place] = .waiting }
    case .failed, .interrupted:
      failed += 1
      settle(name)
    case .skipped:
      if places[name].map({ outline.targets[$0].isAlias }) != true { skipped += 1 }
      settle(name)
    case .warned: warnings += 1
    case .retried, .silent, .inputsMissing, .inputsChanged, .kept: break
    }
  }

  private mutating func settle(_ name: String) {
    running.removeAll { $0.name == name }
    if let place = places[name] { states[place] = .settled }
  }

  private mutating func change(_ name: String, _ body: (inout Running) -> Void) {
    if let place = running.firstIndex(where: { $0.name == name }) { body(&running[place]) }
  }

  /// The least time that the run will still take if each target takes as long as the last time. It is the length of the
  /// longest chain of targets that are left, or the sum of their times divided by the jobs if that is more. Nil if no
  /// target's time is known.
  ///
  /// - Returns: nanoseconds, and whether targets that never succeeded are left out.
  func timeToGo(at now: Int64) -> (time: Int64, isPartial: Bool)? {
    var ends = [Int64](repeating: 0, count: states.count)
    var work: Int64 = 0
    var isPartial = false
    var isKnown = false
    for (place, target) in outline.targets.enumerated() {
      ends[place] = target.needs.map { ends[$0] }.max() ?? 0
      if states[place] == .settled { continue }
      guard let expected = target.expected else {
        isPartial = true
        continue
      }
      isKnown = true
      let gone = states[place] == .running ? running(target.name).map { now - $0.began } ?? 0 : 0
      let rest = max(0, expected - gone)
      ends[place] += rest
      work += rest
    }
    return isKnown ? (max(ends.max() ?? 0, work / Int64(max(1, outline.jobs))), isPartial) : nil
  }
}

extension RunModel.Running {
  fileprivate mutating func take(_ event: PackageEvent) {
    switch event {
    case .started(let package):
      packages.append(package)
      reached = (package.number, package.count)
    case .phase(let phase, let version):
      if let place = packages.firstIndex(where: { $0.version == version }) { packages[place].phase = phase }
    case .ended(let version, _): packages.removeAll { $0.version == version }
    }
  }
}
