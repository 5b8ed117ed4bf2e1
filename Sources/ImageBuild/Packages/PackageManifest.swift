import PortageFiles
import TextKit

/// Reads and writes packages.json, the list of the packages in the root file system. The text depends on the
/// packages alone: it has neither build times nor build numbers, so that the same packages give the same bytes.
///
/// One object: `version` (of the format, 1) and `packages`, ordered by name and version, each with `name`
/// (`category/name`), `version`, `slot`, `use` (the enabled flags of those it has), `size` (bytes),
/// `license` and `repository`.
package enum PackageManifest {
  package static let name = "packages.json"
  private static let version = 1

  package static func text(_ packages: some Sequence<PackageEntry>) -> String {
    let sorted = packages.sorted()
    let manifest: JSON = ["version": .integer(version), "packages": .array(sorted.map(\.json))]
    return manifest.pretty + "\n"
  }

  /// Why a file is rejected.
  package enum Problem: Error, Hashable {
    /// It is another file, or it is cut off or damaged.
    case foreign
    /// It is of another version of the format, written by a later sysbuild.
    case otherVersion(Int)
  }

  /// The packages in the text of a packages.json, sorted.
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
