import BuildGraph
package import BuildSettings
package import Platform
package import PortageFiles

/// How many bytes the files of the root file system take, by their owner and folder. What Portage keeps of its own, and no
/// image has, is left out.
package struct RootContents {
  package enum Owner: Hashable {
    case package(PackageVersion)
    /// Files that are put over the image.
    case overlay
    /// Modules of the kernel.
    case kernel
    /// Files that were made when packages were merged.
    case nobody
  }

  /// The bytes in each folder, of those that have any. A folder that is deeper counts as the third on the way to it:
  /// `usr/share/locale` for `usr/share/locale/de/LC_MESSAGES`.
  package private(set) var folders: [Owner: [Path: Int]] = [:]

  private static let depth = 3

  /// The files of a package are those that `PackageEntry.size` counts, so that the sums are the same.
  ///
  /// - Throws: `SystemError` if the database or a folder of the root cannot be read.
  package init(_ settings: Settings) throws {
    let root = settings.locations.build / "rootfs"
    var seen: Set<FileStatus> = []
    for package in try InstalledPackages(root: root).packages.map(\.id) {
      folders[.package(package)] = [:]
      for (path, status) in try InstalledFile.present(of: package, in: root) {
        seen.insert(status)
        add(status, at: path, to: .package(package))
      }
    }
    let owners = try FileOwners("rootfs", settings)
    try RootPlaces.visit(root) { path in
      guard let status = try? FileStatus(root / path), status.kind == .file, seen.insert(status).inserted
      else { return }
      switch owners.owner(of: path) {
      case .overlay: add(status, at: path, to: .overlay)
      case .kernel: add(status, at: path, to: .kernel)
      default: add(status, at: path, to: .nobody)
      }
    }
  }

  private mutating func add(_ status: FileStatus, at path: Path, to owner: Owner) {
    let names = path.components.dropLast().prefix(Self.depth)
    let folder = names.reduce(Path("")) { $0.isEmpty ? $1 : $0 / $1 }
    folders[owner, default: [:]][folder, default: 0] += Int(status.size)
  }
}
