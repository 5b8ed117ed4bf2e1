import BuildGraph
package import BuildSettings
import Platform
package import PortageFiles
import Stamps
import TextKit

/// A package that somebody works on: it is built with the patch of a work tree. A link to the patch is among the patches of
/// the variant, or of one that it builds on.
package struct WorkedPackage {
  /// `category/name`, and of a package of which there are several slots `:slot`.
  package let name: String
  /// The link, relative to the source tree.
  package let link: String
  package let tree: WorkTree
  /// The variant whose the link is.
  let variant: String

  /// All of a variant, ordered by their names.
  package static func all(_ settings: Settings) throws -> [WorkedPackage] {
    var found: [String: WorkedPackage] = [:]
    for layer in settings.layers {
      let patches = PatchFolder.patches(of: layer)
      for category in try names(in: settings.locations.source / Path(patches), settings.recorder) {
        for package in try names(
          in: settings.locations.source / Path("\(patches)/\(category)"), settings.recorder)
        {
          let name = "\(category)/\(package)"
          let link = "\(patches)/\(name)/\(WorkPatch.name)"
          guard let tree = WorkPatch.tree(of: settings.locations.source / Path(link)) else { continue }
          found[name] = WorkedPackage(name: name, link: link, tree: WorkTree(tree), variant: layer)
        }
      }
    }
    return found.values.sorted { $0.name < $1.name }
  }

  private static func names(in folder: Path, _ recorder: ReadRecorder) throws -> [Path] {
    recorder.exists(folder) && File.isDirectory(folder) ? try recorder.entries(of: folder).map(\.name) : []
  }

  /// Brings the patch up to date.
  ///
  /// - Throws: `UserError` if the work tree is not on this machine, or has what no patch can say.
  package func update() throws {
    guard File.exists(tree.folder / ".git") else { throw UserError.noWorkTree(self) }
    try tree.update()
  }

  /// The version that was unpacked; nil if the work tree is not there, or does not say.
  package func unpacked() throws -> PackageVersion? {
    File.exists(tree.folder / ".git") ? try tree.package() : nil
  }

  /// The commits as patches.
  ///
  /// - Parameter first: the number of the first.
  package func patches(from first: Int, _ settings: Settings) throws -> [(name: String, text: [UInt8])] {
    guard variant == settings.variant else { throw UserError.workOfAnother(self) }
    guard File.exists(tree.folder / ".git") else { throw UserError.noWorkTree(self) }
    return try tree.patches(from: first)
  }

  /// A line that says from where it is built, and whether what the image has is what was unpacked.
  package func note(_ settings: Settings) throws -> String {
    let unpacked = try unpacked()
    let versions = ((try? Self.resolved(settings)) ?? []).filter { isOne($0) }.map(\.id)
    let other =
      unpacked.flatMap { unpacked in
        versions.isEmpty || versions.contains(unpacked)
          ? nil
          : ", which was \(unpacked): the image has "
            + "\(versions.map(\.version).joined(separator: ", ")), to which 'sysbuild workon \(name)' brings it"
      } ?? ""
    return "\(name) is built with the work in '\(tree.folder)'\(other)"
  }

  func isOne(_ package: ResolvedPackage) -> Bool { [package.package, package.place].contains(name) }

  /// Whether a word of the command line means it.
  package func isNamed(_ word: String) -> Bool {
    let plain = String(name.prefix { $0 != ":" })
    return [name, plain, String(plain.drop { $0 != "/" }.dropFirst())].contains(word)
  }

  /// Whether a line of a log says that the patch could not be applied.
  package func isRefused(in line: ArraySlice<UInt8>) -> Bool {
    line.position(of: Array("/patches/\(name)/\(WorkPatch.name)".utf8)) != nil
  }

  /// Ends it. The work tree stays.
  package func stop(_ settings: Settings) throws {
    guard variant == settings.variant else { throw UserError.workOfAnother(self) }
    let link = settings.locations.source / Path(link)
    try File.remove(link)
    // git knows no empty folders.
    for folder in [link.parent, link.parent.parent, link.parent.parent.parent] {
      try Directory.removeIfEmpty(folder)
    }
  }

  /// The packages of the resolution that the complete configuration builds, each once.
  static func resolved(_ settings: Settings) throws(UserError) -> [ResolvedPackage] {
    guard let resolution = Resolution(readIn: settings.locations.build / "resolution") else {
      throw UserError("the packages of the image are not resolved yet: run 'sysbuild resolution' first")
    }
    let all = resolution.lists.filter { $0.key != .libcap }.values.flatMap(\.packages)
    return Dictionary(all.map { ($0.versionedName, $0) }) { first, _ in first }.values
      .sorted { $0.id < $1.id }
  }
}

extension UserError {
  static func noWorkTree(_ work: WorkedPackage) -> Self {
    Self(
      "\(work.link): \(work.name) is built with the work in '\(work.tree.folder)', which is not there, or is no git tree: bring "
        + "it back, or build without it after 'sysbuild workon --stop \(work.name)'")
  }

  static func workOfAnother(_ work: WorkedPackage) -> Self {
    Self(
      "\(work.link): \(work.name) is worked on in the variant '\(work.variant)': say VARIANT=\(work.variant)")
  }
}
