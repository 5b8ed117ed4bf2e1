package import Platform
package import PortageFiles
package import Stamps
import TextKit

/// Compares what two builds have made: the files of binary packages, or of IMAGESDIR.
package struct BuildComparison {
  /// A package, or a file that is published.
  package struct Item {
    package let name: String
    /// What is different in the second.
    package let changes: [Change]
    /// The folders in which the files of both are.
    package let folders: (first: Path, second: Path)

    package var isSame: Bool { changes.isEmpty }
  }

  package private(set) var items: [Item] = []

  package init() {}

  /// - Parameters:
  ///   - first: a folder of binary packages, of which the newest of each version counts.
  ///   - second: another.
  ///   - scratch: a folder to unpack them in.
  package mutating func add(_ packages: [PackageVersion], in first: Path, and second: Path, scratch: Path)
    throws
  {
    let (old, new) = try (Self.newest(in: first), Self.newest(in: second))
    for package in packages {
      guard let one = old[package] else { throw UserError.noBinaryPackage(package, in: first) }
      guard let other = new[package] else { throw UserError.noBinaryPackage(package, in: second) }
      let folder = scratch / Path("\(package)")
      let before = try UnpackedPackage(one, in: folder / "first")
      let after = try UnpackedPackage(other, in: folder / "second")
      items.append(
        Item(
          name: "\(package)", changes: after.listing.changes(since: before.listing),
          folders: (before.files, after.files)))
      if items.last?.isSame ?? false { try Directory.removeTree(folder) }
    }
  }

  private static func newest(in folder: Path) throws -> [PackageVersion: Path] {
    Dictionary(try BinaryPackage.all(in: folder).map { ($0.id, folder / Path($0.path)) }) { $1 }
  }

  /// - Parameters:
  ///   - names: of files.
  ///   - first: the folder in which the first build has published them.
  ///   - second: the other.
  package mutating func add(files names: [Path], in first: Path, and second: Path) throws {
    for name in names {
      let isSame = try SHA256.digest(ofFile: first / name) == SHA256.digest(ofFile: second / name)
      items.append(
        Item(
          name: "\(name)", changes: isSame ? [] : [Change(.changed, "\(name)")], folders: (first, second)))
    }
  }

  package var isSame: Bool { items.allSatisfy(\.isSame) }

  /// A line for each item, the differences below it, and a line with the totals.
  package var text: String {
    let lines = items.flatMap { item -> [String] in
      if item.isSame { return ["the same  \(item.name)"] }
      return ["differs   \(item.name)"]
        + item.changes.filter { $0.item != item.name }.map { "          \($0.item) \(Self.words(for: $0))" }
    }
    let different = items.count { !$0.isSame }
    let total = "\(items.count - different) the same, \(different) different"
    return (lines + [total]).map { $0 + "\n" }.joined()
  }

  private static func words(for change: Change) -> String {
    switch change.kind {
    case .added: "is only in the second"
    case .removed: "is only in the first"
    case .changed:
      if let old = change.old, let new = change.new, old != new {
        "is \(old) in the first, \(new) in the second"
      } else {
        "differs"
      }
    }
  }
}
