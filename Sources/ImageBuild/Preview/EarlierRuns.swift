import PortageFiles
package import TextKit

/// What earlier runs tell of how long targets and packages take, in seconds.
package struct EarlierRuns {
  private struct Work: Hashable {
    let target: String
    /// As `category/name`.
    let package: String
    let isBinary: Bool
  }

  private var packages: [Work: Double] = [:]
  private var targets: [String: [Double]] = [:]

  /// - Parameter targets: those of each run on record, the oldest first, as the history has them.
  package init(_ targets: [JSON] = []) {
    for target in targets where target["outcome"]?.text == "succeeded" {
      guard let name = target["name"]?.text, let seconds = target["seconds"]?.double else { continue }
      self.targets[name, default: []].append(max(0, seconds - (target["emerging"]?.double ?? 0)))
      for package in target["packages"]?.elements ?? [] {
        guard let id = package["name"]?.text.flatMap({ PackageVersion($0) }),
          let seconds = package["seconds"]?.double
        else { continue }
        packages[Work(target: name, package: id.package, isBinary: package["binary"] == .bool(true))] = seconds
      }
    }
  }

  /// What a target takes beside the packages that it builds and merges: the least of its last runs, since another load on
  /// the machine only makes it longer. Nil if none is on record.
  func seconds(of target: String) -> Double? { targets[target]?.suffix(3).min() }

  /// What the last build or merge of `package`, `category/name`, took in a target; nil if none is on record.
  func seconds(of package: String, isBinary: Bool, in target: String) -> Double? {
    packages[Work(target: target, package: package, isBinary: isBinary)]
  }
}
