import Platform
import PortageFiles
import Stamps
package import TextKit

/// The file packages.lock: the packages of a resolution, so that it can be had again.
///
/// A line for each package of each list, in this order, with blanks between:
///
///     LIST CATEGORY/NAME-VERSION:SLOT/SUB-SLOT::REPOSITORY DIGEST [USE-FLAG…]
///
/// DIGEST is the SHA-256 of what a build of the package is made from but for the toolchain, as the canonical text of a
/// listing. A sub-slot that is the slot, and `#` comments, are left out.
package struct PackageLock {
  struct Entry: VersionedPackage, Hashable {
    let list: ResolvedList.Name
    let id: PackageVersion
    let slot: String
    let repository: String
    let digest: String
    let use: [String]
    /// The number of its line.
    var line = 0

    var text: String {
      (["\(list.rawValue) \(id):\(slot)::\(repository) \(digest)"] + use).joined(separator: " ")
    }

    /// What a root has once.
    fileprivate var place: String { "\(list.rawValue) \(id.package):\(slot.prefix { $0 != "/" })" }
  }

  package static let name = "packages.lock"

  /// The name of the file, for messages.
  let file: String
  let entries: [Entry]

  init(_ resolution: Resolution) {
    file = Self.name
    entries = ResolvedList.Name.allCases.flatMap { name -> [Entry] in
      guard let list = resolution.lists[name] else { return [] }
      return list.members.map { member in
        Entry(
          list: name, id: member.package.id, slot: member.package.fullSlot,
          repository: member.package.repository,
          digest: Listing(list.ingredients(of: member)).digest.hex, use: member.package.use)
      }
    }
  }

  package var text: String {
    "# The packages of an image. LOCK=FILE builds exactly these again.\n"
      + entries.map { $0.text + "\n" }.joined()
  }

  /// Reads what `text` is.
  package init(_ bytes: [UInt8], file: String) throws(UserError) {
    var entries: [Entry] = []
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      let words = String(decoding: line, as: UTF8.self).split(separator: " ").map(String.init)
      if words.first?.hasPrefix("#") ?? true { continue }
      guard let entry = Self.entry(words, line: index + 1) else {
        throw UserError.badLock(file, line: index + 1)
      }
      entries.append(entry)
    }
    self.file = file
    self.entries = entries
  }

  private static func entry(_ words: [String], line: Int) -> Entry? {
    guard words.count >= 3, let list = ResolvedList.Name(rawValue: words[0]),
      let match = words[1].wholeMatch(of: /([^:]+):([^:]+)::([^:]+)/),
      let id = PackageVersion(match.1), words[2].utf8.count == 64
    else { return nil }
    return Entry(
      list: list, id: id, slot: String(match.2), repository: String(match.3), digest: words[2],
      use: Array(words[3...]), line: line)
  }

  /// Throws the first package that is in none of the repositories any more.
  func check(_ repositories: Repositories) throws(UserError) {
    for entry in entries {
      let ebuild = repositories[entry.repository]?.ebuild(of: entry)
      if !(ebuild.map { File.exists($0) } ?? false) { throw UserError.lockedHasNoEbuild(file, entry) }
    }
  }

  /// Throws the first difference between what was locked and what is resolved now.
  func check(_ now: PackageLock) throws(UserError) {
    let resolved = Dictionary(now.entries.map { ($0.place, $0) }) { first, _ in first }
    for entry in entries {
      guard let other = resolved[entry.place], other.id == entry.id, other.repository == entry.repository else {
        throw UserError.lockedIsGone(file, entry)
      }
      if other.text != entry.text { throw UserError.lockedIsOther(file, entry, other) }
    }
    let locked = Set(entries.map(\.place))
    if let other = now.entries.first(where: { !locked.contains($0.place) }) {
      throw UserError.notLocked(file, other)
    }
  }
}
