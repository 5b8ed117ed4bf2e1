import EmergeOutput
import TextKit

/// How long a target takes for each package that it builds or merges, in nanoseconds.
struct PackageTimes {
  private var running: [String: (began: Int64, isBinary: Bool)] = [:]
  private var ended: [(version: String, isBinary: Bool, began: Int64, duration: Int64)] = []
  /// When the first of those began that are running.
  private var busySince: Int64 = 0
  private var busy: Int64 = 0

  /// - Parameter time: on the monotonic clock.
  mutating func receive(_ event: PackageEvent, at time: Int64) {
    switch event {
    case .started(let package):
      if running.isEmpty { busySince = time }
      running[package.version] = (time, package.isBinary)
    case .ended(let version, let hasFailed):
      guard let package = running.removeValue(forKey: version) else { return }
      if running.isEmpty { busy += time - busySince }
      if !hasFailed { ended.append((version, package.isBinary, package.began, time - package.began)) }
    case .phase: break
    }
  }

  /// - Parameter begin: of the run, on the monotonic clock.
  func json(since begin: Int64) -> JSON {
    [
      "emerging": .seconds(busy),
      "packages": .array(
        ended.map { package in
          [
            "name": .string(package.version), "binary": .bool(package.isBinary),
            "began": .seconds(package.began - begin), "seconds": .seconds(package.duration),
          ]
        }),
    ]
  }
}
