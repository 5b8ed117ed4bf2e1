import Platform
import PortageFiles
import Stamps

/// What packages are built from that Portage does not compare when it decides what to build: the ebuild's text and
/// its files, the eclasses, the toolchain, and what `PackageConfiguration` has.
///
/// Versions, USE flags, dependencies and slots are none of it: those Portage sees by itself.
struct Ingredients {
  let configuration: PackageConfiguration
  /// What tells one toolchain from another.
  let toolchain: String
  /// By name.
  let repositories: [String: Path]

  /// What a build of this package would be made from now; nil if its ebuild is gone.
  ///
  /// Keys are names that a person knows: `pam-1.5.3.ebuild`, `files/x.patch`, `eclass/meson.eclass`, `CFLAGS`.
  func listing(of build: PackageBuild) throws(SystemError) -> Listing? {
    guard let files = try files(of: build) else { return nil }
    var entries: [Listing.Entry] = []
    for (name, path) in files {
      entries.append(Listing.Entry(name, "file \(try SHA256.digest(ofFile: path, followingLinks: true))"))
    }
    return Listing(entries + configuration.entries(for: build) + [Listing.Entry("toolchain", toolchain)])
  }

  /// Whether a file of the repositories that this package is built from was changed since then, in nanoseconds since
  /// the epoch; or may have been: of one that is gone nothing is left but that its folder has changed.
  func isChanged(since time: Int64, for build: PackageBuild) throws(SystemError) -> Bool {
    guard let files = try files(of: build) else { return true }
    var paths = Set(files.map(\.path))
    if let repository = repositories[build.repository] {
      let folder = repository / build.category / build.name
      paths.formUnion([folder, folder / "files"])
      if files.contains(where: { $0.name.hasPrefix("eclass/") }) {
        paths.formUnion(repositories.values.map { $0 / "eclass" })
      }
    }
    // Folders in `files`, and a link as well as what it leads to.
    paths.formUnion(files.map(\.path.parent))
    for path in paths {
      for followingLinks in [false, true] {
        if let status = try? FileStatus(path, followingLinks: followingLinks), status.changed >= time {
          return true
        }
      }
    }
    return false
  }

  private func files(of build: PackageBuild) throws(SystemError) -> [(name: String, path: Path)]? {
    guard let repository = repositories[build.repository] else { return nil }
    let folder = repository / build.category / build.name
    let ebuild = "\(build.name)-\(build.version).ebuild"
    guard File.exists(folder / ebuild) else { return nil }
    var files = [(name: ebuild, path: folder / ebuild)]
    for path in try Self.files(in: folder / "files") {
      files.append(("\(path.relative(to: folder) ?? path)", path))
    }
    // Its own repository's come before those of the repositories it builds upon.
    let places = [repository] + repositories.values.sorted()
    func eclass(_ name: String) -> Path? {
      places.map { $0 / "eclass/\(name).eclass" }.first { File.exists($0) }
    }
    let eclasses = Inheritance.eclasses(of: try File.read(folder / ebuild)) { name in
      eclass(name).flatMap { try? File.read($0) }
    }
    files += eclasses.compactMap { name in eclass(name).map { ("eclass/\(name).eclass", $0) } }
    return files
  }

  /// All files below a folder, which need not be there. Links are followed, but not back to a folder around them.
  private static func files(in folder: Path, inside: [FileStatus] = []) throws(SystemError) -> [Path] {
    guard let status = try? FileStatus(folder, followingLinks: true) else { return [] }
    if status.kind != .directory { return status.kind == .file ? [folder] : [] }
    if inside.contains(where: { $0.inode == status.inode && $0.device == status.device }) { return [] }
    var files: [Path] = []
    for (name, _) in try Directory.entries(of: folder).sorted(by: { $0.name < $1.name }) {
      files += try self.files(in: folder / name, inside: inside + [status])
    }
    return files
  }
}
