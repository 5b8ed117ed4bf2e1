import Platform
import PortageFiles
import TextKit

/// The build times of packages, read from Portage's `emerge.log` (`EmergeLogLine`).
///
/// When two emerges write to one log at the same time, their lines are told apart by package and root.
package struct BuildTimes {
  /// A package as `category/name`, and whether it was merged from a binary package.
  private struct Work: Hashable {
    let package: String
    let isBinary: Bool
  }

  /// The longest build that is believed, in seconds: 30 days.
  private static let longest = 30 * 24 * 60 * 60

  /// The seconds that the last merge took.
  private var last: [Work: Int] = [:]

  package init(_ log: [UInt8]) {
    var begun: [ArraySlice<UInt8>: (time: Int, isBinary: Bool)] = [:]
    for line in log.split(separator: 0x0A).lazy.compactMap({ EmergeLogLine($0) }) {
      let name = line.subject.prefix { $0 != 0x20 }
      switch line.event {
      case .begun: begun[line.subject] = (line.time, false)
      case .mergingBinary:
        for key in begun.keys where key.prefix(while: { $0 != 0x20 }) == name { begun[key]?.isBinary = true }
      case .completed:
        guard let start = begun.removeValue(forKey: line.subject),
          let id = PackageVersion(String(decoding: name, as: UTF8.self)),
          case let seconds = line.time - start.time, 0...Self.longest ~= seconds
        else { continue }
        last[Work(package: id.package, isBinary: start.isBinary)] = seconds
      }
    }
  }

  /// The time that the last merge of `package` (`category/name`) took, in whole seconds; nil if the log has
  /// none.
  package func seconds(of package: String, isBinary: Bool) -> Int? {
    last[Work(package: package, isBinary: isBinary)]
  }
}
