import EmergeOutput
import Explanations
import Platform
import TextKit

/// `--trace FILE`: a run in the Trace Event Format ("JSON array format"), which Perfetto and Chrome can open. Each
/// target is a slice on the first free track, and contains the slices of its packages and their phases.
///
/// Slices of one track must not overlap, so of packages that are built at the same time the second has the track below
/// its target's, and so on. A slice is written when it ends, so the file of a run that was killed has every slice that
/// had ended. The format allows the closing bracket to be missing.
final class TraceFile: RunListener {
  private struct Slice {
    let name: String
    let began: Int64
    let track: Int
    var phase: (name: String, began: Int64)?
    var why = ""
  }

  /// The number of tracks for each target, one for each package that is built at the same time.
  private static let tracksATarget = 1000

  private let file: RecordFile
  private let began: Int64
  private var targets: [String: Slice] = [:]
  private var packages: [String: [String: Slice]] = [:]
  private var named: Set<Int> = []

  var problem: (any Error)? { file.problem }

  init(_ path: Path, goals: [String], at time: RunTime = .now) throws(SystemError) {
    file = try RecordFile(path)
    began = time.monotonic
    let name = "sysbuild " + goals.joined(separator: " ")
    let first: JSON = ["name": "process_name", "ph": "M", "pid": 1, "args": ["name": .string(name)]]
    file.write("[\n" + first.line)
  }

  func receive(_ event: RunEvent, at time: RunTime) {
    let now = time.monotonic
    switch event {
    case .target(let name, .started(let reasons)):
      let track = Self.free(targets.values.map { $0.track / Self.tracksATarget }) * Self.tracksATarget
      targets[name] = Slice(name: name, began: now, track: track, why: Wording.cause(reasons))
    case .target(let name, .succeeded): end(name, "succeeded", now)
    case .target(let name, .interrupted): end(name, "interrupted", now)
    case .target(let name, .failed(let why, _, _)): end(name, "failed: \(why)", now)
    case .package(let target, let event): take(event, of: target, now)
    case .ended: file.write("\n]\n")
    default: break
    }
  }

  private func take(_ event: PackageEvent, of target: String, _ now: Int64) {
    guard let base = targets[target]?.track else { return }
    switch event {
    case .started(let package):
      let track = base + Self.free((packages[target] ?? [:]).values.map { $0.track - base })
      packages[target, default: [:]][package.version] = Slice(name: package.version, began: now, track: track)
    case .phase(let phase, let version):
      endPhase(of: version, in: target, now)
      packages[target]?[version]?.phase = (phase, now)
    case .ended(let version, let hasFailed):
      endPhase(of: version, in: target, now)
      guard let slice = packages[target]?.removeValue(forKey: version) else { return }
      write(
        slice.name, "package", slice.began, now, slice.track, ["outcome": hasFailed ? "failed" : "succeeded"])
    }
  }

  private func endPhase(of version: String, in target: String, _ now: Int64) {
    guard let slice = packages[target]?[version], let phase = slice.phase else { return }
    write(phase.name, "phase", phase.began, now, slice.track, [:])
    packages[target]?[version]?.phase = nil
  }

  private func end(_ name: String, _ outcome: String, _ now: Int64) {
    guard let slice = targets.removeValue(forKey: name) else { return }
    let arguments: JSON = ["outcome": .string(outcome), "reason": .string(slice.why)]
    write(name, "target", slice.began, now, slice.track, arguments)
  }

  /// The smallest number from 0 on that is not taken.
  private static func free(_ taken: [Int]) -> Int {
    (0...taken.count).first { !taken.contains($0) } ?? taken.count
  }

  /// Writes a complete event ("X"). Its times are microseconds. The beginning and the end are rounded, and not the
  /// duration, because viewers drop a phase that seems to end after its package.
  private func write(
    _ name: String, _ category: String, _ from: Int64, _ to: Int64, _ track: Int, _ arguments: JSON
  ) {
    if named.insert(track).inserted { nameTrack(track) }
    put([
      "name": .string(name), "cat": .string(category), "ph": "X", "ts": .integer(Int((from - began) / 1000)),
      "dur": .integer(Int((to - began) / 1000 - (from - began) / 1000)), "pid": 1,
      "tid": .integer(Self.id(track)),
      "args": arguments,
    ])
  }

  private func nameTrack(_ track: Int) {
    let inner = track % Self.tracksATarget
    let name = "lane \(track / Self.tracksATarget + 1)" + (inner > 0 ? ", package \(inner + 1)" : "")
    let id: JSON = .integer(Self.id(track))
    put(["name": "thread_name", "ph": "M", "pid": 1, "tid": id, "args": ["name": .string(name)]])
    put(["name": "thread_sort_index", "ph": "M", "pid": 1, "tid": id, "args": ["sort_index": id]])
  }

  /// The track as a thread id. It is never 1, the id of the process, which viewers call its main thread.
  private static func id(_ track: Int) -> Int { tracksATarget + track }

  private func put(_ event: JSON) { file.write(",\n" + event.line) }
}
