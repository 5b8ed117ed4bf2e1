package import BuildGraph
import Platform
import PortageFiles
import TextKit

/// The binary packages of what the sysroot and the image of a variant consist of, for devices to install.
package struct DevicePackages {
  /// Relative to PKGDIR, in the order of their names.
  package let paths: [String]

  /// - Throws: `UserError` if nothing is built yet, or a binary package is missing.
  package init(_ locations: Locations) throws {
    let folder = locations.build / "packages"
    let binaries = try BinaryPackage.all(in: folder).filter { File.exists(folder / Path($0.path)) }
    let places = Dictionary(binaries.map { (Self.name($0.build), $0.path) }) { _, last in last }
    var found: Set<String> = []
    for root in ["sysroot", "rootfs"] {
      for build in try PackageBuild.installed(in: locations.build / Path(root)) {
        guard let path = places[Self.name(build)] else { throw UserError.noBinaryPackage(build.versionedName) }
        found.insert(path)
      }
    }
    if found.isEmpty { throw UserError.nothingForDevices }
    paths = found.sorted()
    if let path = paths.first(where: { !$0.hasSuffix(".gpkg.tar") }) { throw UserError.notForDevices(path) }
  }

  private static func name(_ build: PackageBuild) -> String { "\(build.versionedName) \(build.time)" }
}
