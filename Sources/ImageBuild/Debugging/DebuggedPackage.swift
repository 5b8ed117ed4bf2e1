import BuildGraph
package import BuildSettings
import Platform
package import PortageFiles
import TextKit

/// A package that is to be built for a debugger.
package struct DebuggedPackage {
  package let id: PackageVersion
  /// Whether it has the USE flag `debug`.
  package let hasFlag: Bool

  /// The packages that are meant by `name` or `category/name`, with or without a version.
  ///
  /// - Throws: `UserError` for a word that neither the image nor the sysroot has.
  package static func find(_ words: [String], _ settings: Settings) throws -> [DebuggedPackage] {
    let roots = ["rootfs", "sysroot"].map { settings.locations.build / Path($0) }
    let installed = try roots.map { root in (root, try InstalledPackages(root: root).packages.map(\.id)) }
    return try words.flatMap { word in
      for (root, all) in installed {
        let meant = all.filter { $0.isNamed(word) }
        if meant.isEmpty { continue }
        return try meant.map { id in
          let file = InstalledPackages.database(of: root) / Path("\(id)") / "IUSE"
          let flags = File.exists(file) ? String(decoding: try File.read(file), as: UTF8.self) : ""
          return DebuggedPackage(
            id: id,
            hasFlag: flags.split { $0.isWhitespace }.contains { $0.drop { "+-".contains($0) } == "debug" })
        }
      }
      throw UserError.notInstalled(word, among: installed.flatMap(\.1).map(\.package))
    }
  }
}
