import Platform
import PortageFiles
import TextKit

/// The build times of packages, read from Portage's `emerge.log` (the format is that of `MergeProcess` and
/// `Scheduler` in Portage 3.0.83):
///
///     1795253242:  >>> emerge (1 of 5) sys-libs/pam-1.5.3 to /O/sysroot/
///     1795253243:  === (1 of 5) Merging Binary (sys-libs/pam-1.5.3::/packages/…)
///     1795253244:  ::: completed emerge (1 of 5) sys-libs/pam-1.5.3 to /O/sysroot/
///
/// When two emerges write to one log at the same time, their lines are told apart by package and root.
package struct BuildTimes {
  /// A package as `category/name`, and whether it was merged from a binary package.
  private struct Work: Hashable {
    let package: String
    let isBinary: Bool
  }

  /// The times of the log that are taken for such, in seconds since the epoch: up to the year 2242. A log may be
  /// damaged, and a difference or sum of what stands there then must still be a number.
  private static let times = 0...1 << 33
  /// The longest build that is believed, in seconds: 30 days.
  private static let longest = 30 * 24 * 60 * 60

  /// The seconds that the last merge took.
  private var last: [Work: Int] = [:]

  package init(_ log: [UInt8]) {
    var begun: [ArraySlice<UInt8>: (time: Int, isBinary: Bool)] = [:]
    for line in log.split(separator: 0x0A) {
      guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
        let time = Int(String(decoding: line[..<colon], as: UTF8.self)), Self.times.contains(time)
      else { continue }
      let text = line[colon...].dropFirst().drop { $0 == 0x20 }
      if let what = Self.rest(of: text, after: ">>> emerge (") {
        begun[what] = (time, false)
      } else if let place = text.position(of: Self.merging) {
        let name = text[(place + Self.merging.count)...].prefix { $0 != UInt8(ascii: ":") }
        for key in begun.keys where key.prefix(while: { $0 != 0x20 }) == name { begun[key]?.isBinary = true }
      } else if let what = Self.rest(of: text, after: "::: completed emerge ("), let start = begun[what] {
        begun[what] = nil
        let name = String(decoding: what.prefix { $0 != 0x20 }, as: UTF8.self)
        guard let id = PackageVersion(name), time >= start.time, time - start.time <= Self.longest else {
          continue
        }
        last[Work(package: id.package, isBinary: start.isBinary)] = time - start.time
      }
    }
  }

  /// `1 of 5) CPV to ROOT` → `CPV to ROOT`.
  private static let merging = Array(") Merging Binary (".utf8)

  private static func rest(of text: ArraySlice<UInt8>, after words: String) -> ArraySlice<UInt8>? {
    guard text.starts(with: words.utf8), let end = text.firstIndex(of: UInt8(ascii: ")")) else { return nil }
    return text[end...].dropFirst(2)
  }

  /// The time that the last merge of `package` (`category/name`) took, in whole seconds; nil if the log has
  /// none.
  package func seconds(of package: String, isBinary: Bool) -> Int? {
    last[Work(package: package, isBinary: isBinary)]
  }
}
