import Platform
import PortageFiles
import Stamps

/// The interface of an installed package: what others can see of it when they are built.
///
/// It is a listing of the files that the package owns: `file DIGEST` or `exec DIGEST`, `link TARGET`. A shared object
/// counts by what programs see that are linked with it (`SharedObjects`), so that one with other code and the same
/// symbols is the same.
enum PackageInterface {
  /// The folders whose content no build depends on: documentation, translations of messages, and debugging information.
  private static let ignored: [Path] = [
    "usr/lib/debug", "usr/share/doc", "usr/share/gtk-doc", "usr/share/info", "usr/share/locale",
    "usr/share/man",
    "usr/src/debug",
  ]

  /// - Parameters:
  ///   - preserved: the files that do not count, since Portage only keeps them.
  ///   - isWhole: whether all files count by their content.
  static func listing(
    of package: PackageVersion, in root: Path, preserved: Set<Path>, _ sharedObjects: SharedObjects,
    isWhole: Bool = false
  ) throws -> Listing {
    var entries: [Listing.Entry] = []
    var linked: [Path] = []
    for file in try InstalledFile.all(of: package, in: root) {
      if preserved.contains(file.path) { continue }
      if !isWhole, ignored.contains(where: { file.path.isInside($0) }) { continue }
      switch file.content {
      case .link(let target):
        entries.append(Listing.Entry(key: file.path.bytes, value: Array("link ".utf8) + target))
      case .file where !isWhole && SharedObjects.isOne(root / file.path): linked.append(file.path)
      case .file(let digest): entries.append(entry(file.path, digest, in: root))
      }
    }
    if let symbols = try sharedObjects.entries(of: linked, in: root) { return Listing(entries + symbols) }
    // One of them is damaged.
    return Listing(
      try entries + linked.map { entry($0, try SHA256.digest(ofFile: root / $0).hex, in: root) })
  }

  private static func entry(_ path: Path, _ digest: String, in root: Path) -> Listing.Entry {
    let isExecutable = (try? FileStatus(root / path).isExecutable) ?? false
    return Listing.Entry(key: path.bytes, value: "\(isExecutable ? "exec" : "file") \(digest)".utf8)
  }
}
