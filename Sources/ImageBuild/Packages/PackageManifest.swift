package import PortageFiles
import TextKit

/// packages.json: what is in the root file system. Its text is a pure function of the packages, so that the
/// same packages give the same bytes; neither build times nor build numbers are in it.
///
/// One object: `version` (of the format, 1) and `packages`, ordered by name and version, each with `name`
/// (`category/name`), `version`, `slot`, `use` (the enabled flags of those it has), `size` (bytes),
/// `license` and `repository`.
package enum PackageManifest {
  package static let name = "packages.json"
  private static let version = 1

  package static func text(_ packages: some Sequence<InstalledPackage>) -> String {
    let sorted = packages.map(PackageEntry.init).sorted()
    let manifest: JSON = ["version": .integer(version), "packages": .array(sorted.map(\.json))]
    return manifest.pretty + "\n"
  }

  /// Why a file is not read.
  package enum Problem: Error, Hashable {
    /// Something else, cut off or damaged.
    case foreign
    /// One of a later sysbuild's.
    case otherVersion(Int)
  }

  /// The packages of such a text, in order.
  package static func packages(_ bytes: [UInt8]) throws(Problem) -> [PackageEntry] {
    guard let manifest = JSONReader.value(of: bytes), let version = manifest["version"]?.integer else {
      throw .foreign
    }
    guard version == Self.version else { throw .otherVersion(version) }
    guard case .array(let elements)? = manifest["packages"] else { throw .foreign }
    let packages = elements.compactMap(PackageEntry.init)
    guard packages.count == elements.count else { throw .foreign }
    return packages.sorted()
  }
}
