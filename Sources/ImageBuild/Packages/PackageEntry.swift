package import PortageFiles
package import TextKit

/// A package as packages.json has it: what of an installed package is the same wherever and whenever it was built.
package struct PackageEntry: VersionedPackage, Hashable, Sendable {
  package let id: PackageVersion
  /// With its sub-slot, if it has one: `0/2.70`.
  package let slot: String
  /// The enabled flags among those that the package has, ordered by their bytes.
  package let use: [String]
  /// The installed files' bytes, as Portage counts them.
  package let size: Int
  package let license: String
  package let repository: String

  /// Without the sub-slot: what two versions of a package can be installed side by side in.
  var mainSlot: Substring { slot.prefix { $0 != "/" } }

  /// 4 TiB: a larger size is a damaged file's, and the sum of any number of packages stays a number.
  package static let sizes = 0...(1 << 42)
}

extension PackageEntry {
  package init(_ package: InstalledPackage) {
    self.init(
      id: package.id, slot: package.slot, use: package.use,
      size: min(max(package.size, Self.sizes.lowerBound), Self.sizes.upperBound),
      license: package.license, repository: package.repository)
  }

  /// Nil for what is no package of a packages.json.
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
