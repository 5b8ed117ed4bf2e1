package import Platform
import PortageFiles
package import TextKit

/// The messages of a second build.
extension UserError {
  package static let notBuilt = Self(
    "the image is not up to date, so there is nothing to compare with: build it first")

  package static let nothingToChallenge = Self(
    "targets.conf: with 'graph = none' there is no image that could be built once more")

  static func notInTheImage(_ word: String, among names: [String]) -> Self {
    Self("the image has no package '\(word)'\(didYouMean(word, among: names))")
  }

  package static func noMount(_ folder: Path) -> Self {
    Self("nothing can be mounted at '\(folder)', so a second build would not find what the first has found")
  }

  static func cannotBuildAgain(_ cause: [String], _ log: Path) -> Self {
    Self((["what was built once cannot be built again: \(log)"] + cause).joined(separator: "\n  "))
  }

  package static func secondBuildFailed(_ build: Path) -> Self {
    Self("what was built once cannot be built again: see 'sysbuild O=\(build) log'")
  }

  static func noBinaryPackage(_ package: PackageVersion, in folder: Path) -> Self {
    Self("'\(folder)' has no binary package of \(package): run sysbuild with -B")
  }

  static func noImageIn(_ package: Path) -> Self {
    Self("'\(package)' is no binary package of the format gpkg: leave BINPKG_FORMAT as it is")
  }

  static func cannotUnpack(_ archive: Path) -> Self {
    Self("tar cannot unpack '\(archive)', the files of a package: try it by hand, and see what it says")
  }
}
