import Platform
import PortageFiles
import TextKit

/// `helper package-list ROOT LIST FILE`: writes the packages that are installed in ROOT as JSON, for users of the image.
/// Their repositories are those of a `ResolvedList`: a package that has moved to another as it is was not merged again.
enum PackageList {
  static func run(_ arguments: [String]) throws {
    guard arguments.count == 3 else { throw UserError.helperUsage("package-list ROOT LIST FILE") }
    let list = try ResolvedList(file: Path(arguments[1]))
    let repositories = Dictionary(list.packages.map { ($0.id, $0.repository) }) { first, _ in first }
    let root = Path(arguments[0])
    let packages = try InstalledPackages(root: root).packages.map { package in
      try PackageEntry(package, in: root, repository: repositories[package.id])
    }
    try AtomicFile.write(
      Array(PackageManifest.text(packages).utf8), to: Path(arguments[2]), durable: false)
  }
}
