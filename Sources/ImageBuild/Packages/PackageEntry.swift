package import Platform
package import PortageFiles
package import TextKit

/// An entry of packages.json: the properties of an installed package that do not depend on where and when it
/// was built.
package struct PackageEntry: VersionedPackage, Hashable, Sendable {
  package let id: PackageVersion
  /// The slot with the sub-slot, if there is one: `0/2.70`.
  package let slot: String
  /// The enabled USE flags among those that the package has, ordered by their bytes.
  package let use: [String]
  /// The bytes of the files that it has in the root, without what is left out of it.
  package let size: Int
  package let license: String
  package let repository: String

  /// The slot without the sub-slot. Versions of a package can be installed side by side in different slots.
  var mainSlot: Substring { slot.prefix { $0 != "/" } }

  /// The range of `size` in bytes, up to 4 TiB. A larger size comes from a damaged file, and the limit keeps
  /// sums from overflowing.
  package static let sizes = 0...(1 << 42)
}

extension PackageEntry {
  /// The entry of a package that is installed in `root`.
  ///
  /// - Parameter repository: in the place of the one that is recorded.
  package init(
    _ package: InstalledPackage, in root: Path, repository: String? = nil
  ) throws(SystemError) {
    let size = try InstalledFile.size(of: package.id, in: root)
    self.init(package, size: min(size, Self.sizes.upperBound), repository: repository ?? package.repository)
  }

  /// - Parameter size: bytes.
  package init(_ package: InstalledPackage, size: Int, repository: String) {
    self.init(
      id: package.id, slot: package.slot, use: package.use, size: size, license: package.license,
      repository: repository)
  }

  /// Nil if `json` is not an entry of packages.json.
  package init?(_ json: JSON) {
    let names = json["name"]?.text?.split(separator: "/", omittingEmptySubsequences: false) ?? []
    guard names.count == 2, !names.contains(""), let version = json["version"]?.text,
      let slot = json["slot"]?.text, case .array(let flags)? = json["use"],
      case let use = flags.compactMap(\.text), use.count == flags.count,
      let size = json["size"]?.integer, Self.sizes.contains(size),
      let license = json["license"]?.text, let repository = json["repository"]?.text
    else { return nil }
    self.init(
      id: PackageVersion(category: String(names[0]), name: String(names[1]), version: version), slot: slot,
      use: use, size: size, license: license, repository: repository)
  }

  package var json: JSON {
    [
      "name": .string(package), "version": .string(version), "slot": .string(slot),
      "use": .array(use.map { .string($0) }), "size": .integer(size), "license": .string(license),
      "repository": .string(repository),
    ]
  }
}

extension PackageEntry: Comparable {
  package static func < (left: Self, right: Self) -> Bool {
    left.key.lexicographicallyPrecedes(right.key) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }

  private var key: [String] { [category, name, version, slot] }
}
