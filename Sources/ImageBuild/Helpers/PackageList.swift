import Platform
import PortageFiles
import TextKit

/// `helper package-list ROOT FILE`: writes the packages that are installed in ROOT as JSON, for users of the image.
enum PackageList {
  static func run(_ arguments: [String]) throws {
    guard arguments.count == 2 else { throw UserError.helperUsage("package-list ROOT FILE") }
    let packages = try InstalledPackages(root: Path(arguments[0])).packages
    try AtomicFile.write(
      Array(PackageManifest.text(packages).utf8), to: Path(arguments[1]), durable: false)
  }
}
