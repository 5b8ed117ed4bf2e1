import BuildGraph
import BuildSettings
import Platform
import PortageFiles
import TextKit

/// The folder in which a variant has the patches of a package.
struct PatchFolder {
  /// Relative to the source tree.
  let name: String
  /// The names of all patches that Portage applies to the package, but for that of a work tree, in their order.
  private let patches: [Path]

  /// - Parameters:
  ///   - package: its folder, `category/name` or `category/name:slot`.
  ///   - id: the version that is built.
  init(_ package: String, of id: PackageVersion, slot: String, _ settings: Settings) throws {
    name = "\(Self.patches(of: settings.variant ?? ""))/\(package)"
    let plain = id.version.split(separator: "-").first.map { "\(id.package)-\($0)" } ?? ""
    let full = id.version.contains("-r") ? "\(id)" : "\(id)-r0"
    let folders = [id.package, plain, full].flatMap { [$0, "\($0):\(slot)"] }
    var found: Set<Path> = []
    for layer in settings.layers {
      for folder in folders {
        let path = settings.locations.source / Path("\(Self.patches(of: layer))/\(folder)")
        guard File.isDirectory(path) else { continue }
        found.formUnion(
          try Directory.entries(of: path).map(\.name).filter { name in
            let suffixes = [".patch", ".diff"]
            return name != WorkPatch.name && suffixes.contains { "\(name)".hasSuffix($0) }
          })
      }
    }
    patches = found.sorted()
  }

  static func patches(of variant: String) -> String { "profiles/\(variant)/target/etc/portage/patches" }

  /// - Throws: `UserError` if a patch would be applied after that of a work tree.
  func checkOrder() throws(UserError) {
    guard let last = patches.last, !(last < WorkPatch.name) else { return }
    throw UserError(
      "'\(last)', a patch of this package, would be applied after the work on it, '\(WorkPatch.name)': rename it"
    )
  }

  /// The number behind the greatest with which a patch begins.
  var next: Int {
    let numbers = patches.compactMap { Int("\($0)".drop { $0 == "z" || $0 == "-" }.prefix { $0.isNumber }) }
    return (numbers.max() ?? 0) + 1
  }

  /// Names that are in the same order, and behind those of all patches that are there.
  func names(behind names: [String]) -> [String] {
    guard let first = names.first, let last = patches.last else { return names }
    let prefix = ["", "z-", "zz-", "zzz-"].first { last < Path($0 + first) } ?? "zzzz-"
    return names.map { prefix + $0 }
  }
}
