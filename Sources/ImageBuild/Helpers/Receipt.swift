import Platform
import PortageFiles
import Stamps
import TextKit

/// `helper receipt ROOT FILE LIST`: writes which builds of the packages of a `ResolvedList` are installed in ROOT.
///
/// Stages that install in the same root one after the other each need an output of their own. A receipt says which
/// builds the stage has installed. It is removed with the root, and has the same content if the stage installed the
/// same builds.
enum Receipt {
  static func run(_ arguments: [String]) throws {
    guard arguments.count == 3 else { throw UserError.helperUsage("receipt ROOT FILE LIST") }
    let file = Path(arguments[1])
    let names = Set(try ResolvedList(file: Path(arguments[2])).packages.map(\.package))
    let installed = try InstalledPackages(root: Path(arguments[0]))
    let builds = Set(
      installed.packages.filter { names.contains($0.package) }.map { Array($0.versionedName.utf8) })
    let listing = Listing(installed.listing.entries.filter { builds.contains($0.key) })
    try Directory.create(file.parent, intermediates: true)
    try AtomicFile.write(listing.storedText, to: file, durable: false)
  }
}
