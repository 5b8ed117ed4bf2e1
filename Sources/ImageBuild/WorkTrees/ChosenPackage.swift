import BuildGraph
package import BuildSettings
import Platform
package import PortageFiles
import TextKit

/// A package of the image whose source is to be unpacked, in the version that the resolution has chosen.
package struct ChosenPackage {
  package let id: PackageVersion
  /// The atom that stands for no other.
  package let atom: String
  /// `category/name`, and `:slot` if the image has other slots of it.
  package let name: String
  private let folder: PatchFolder

  /// - Parameter word: `category/name` or the name, with or without a version.
  /// - Throws: `UserError` if the image has no such package, or several.
  package init(_ word: String, _ settings: Settings) throws {
    let all = try WorkedPackage.resolved(settings)
    let found = all.filter {
      [$0.package, $0.name, $0.versionedName, "\($0.name)-\($0.version)"].contains(word)
    }
    guard let package = found.first else {
      throw UserError.notInTheImage(word, among: all.flatMap { [$0.package, $0.name] })
    }
    if found.count > 1 {
      throw UserError(
        "'\(word)' means \(found.map(\.versionedName).joined(separator: " and ")): name one of these")
    }
    let isAlone = all.filter { $0.package == package.package }.count == 1
    try self.init(package, isAlone ? package.package : package.place, settings)
  }

  /// What the image has of a package that is worked on.
  package init(_ work: WorkedPackage, _ settings: Settings) throws {
    let all = try WorkedPackage.resolved(settings)
    guard let package = all.first(where: work.isOne) else {
      throw UserError.notInTheImage(work.name, among: all.map(\.package))
    }
    try self.init(package, work.name, settings)
  }

  private init(_ package: ResolvedPackage, _ name: String, _ settings: Settings) throws {
    id = package.id
    atom = package.atom(ofBinary: false)
    self.name = name
    folder = try PatchFolder(name, of: id, slot: package.slot, settings)
    try folder.checkOrder()
  }

  /// The link that has it built with the patch of a work tree, relative to the source tree.
  package var link: String { "\(folder.name)/\(WorkPatch.name)" }

  /// The number and the names of further patches.
  package var nextPatch: Int { folder.next }

  /// The names of new patches, relative to the source tree, in the order of `names`.
  package func patches(_ names: [String]) -> [String] {
    folder.names(behind: names).map { "\(folder.name)/\($0)" }
  }
}
