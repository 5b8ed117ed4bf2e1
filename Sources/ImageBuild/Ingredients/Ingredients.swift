import Platform
import PortageFiles
import Stamps

/// What builds of packages are made from beside the toolchain, and what Portage does not compare when it decides what to
/// build: the ebuild's text and files, the eclasses, and the content of `PackageConfiguration`.
///
/// Versions, USE flags, dependencies and slots do not belong to them, because the lists of the resolution have those.
struct Ingredients {
  let configuration: PackageConfiguration
  let repositories: Repositories
  /// The settings on which no build depends, but what is merged of it.
  var merging: [Listing.Entry] = []
  /// The packages for which bash scripts of the configuration run, in each phase.
  var scripts: [ConfigurationIngredient.Scope] = []

  /// The ingredients of a package that not every package has.
  ///
  /// Keys are names that a person knows: `pam-1.5.3.ebuild`, `files/x.patch`, `eclass/meson.eclass`, `CFLAGS`.
  ///
  /// - Throws: `SystemError` if a file of it is not there, or cannot be read; `SourceError` for the path of a checkout.
  func own(of package: ResolvedPackage) throws -> [Listing.Entry] {
    var entries = ResolvedList.ingredients(package)
    for (name, path) in try files(of: package) {
      entries.append(Listing.Entry(name, "file \(try SHA256.digest(ofFile: path, followingLinks: true))"))
    }
    for checkout in try checkouts(of: package) {
      for path in try Self.files(in: checkout, excluding: Checkout.unread.map { Path($0) }) {
        let name = "\(path.relative(to: checkout) ?? path)"
        let status = try FileStatus(path, followingLinks: true)
        let kind = status.isExecutable ? "exec" : "file"
        entries.append(
          Listing.Entry(
            "checkout \(name)", "\(kind) \(try SHA256.digest(ofFile: path, followingLinks: true))"))
      }
    }
    return entries + configuration.own(of: package.build)
  }

  /// Whether a file of the repositories that this package is built from has been changed, added or removed since then,
  /// or may have been.
  ///
  /// - Parameter time: nanoseconds since the epoch.
  func isChanged(since time: Int64, for package: ResolvedPackage) throws -> Bool {
    guard let repository = repositories[package.repository] else { return true }
    let folder = repository.path / package.category / package.name
    // The change of a folder is all that is left of a file that is gone.
    var paths: Set<Path> = [repository.path, repository.path / package.category, folder]
    paths.formUnion(try files(of: package).flatMap { [$0.path, $0.path.parent] })
    paths.formUnion(try FileChanges.folders(in: folder / "files"))
    for checkout in try checkouts(of: package) {
      paths.formUnion(try FileChanges.folders(in: checkout).filter { !$0.components.contains(".git") })
      paths.formUnion(try Self.files(in: checkout, excluding: Checkout.unread.map { Path($0) }))
    }
    // Those that are gone, too.
    if !package.eclasses.isEmpty {
      paths.formUnion(
        repositories.all.flatMap { [$0.path, $0.path / "eclass", $0.path / "metadata/layout.conf"] })
    }
    return FileChanges.any(of: paths, since: time)
  }

  private func checkouts(of package: ResolvedPackage) throws(SourceError) -> [Path] {
    try Checkout.all(in: configuration.ingredients).filter { $0.scope.contains(package.build, key: []) }
      .map(\.path)
  }

  private func files(of package: ResolvedPackage) throws(SystemError) -> [(name: String, path: Path)] {
    guard let repository = repositories[package.repository] else { return [] }
    let ebuild = repository.ebuild(of: package.build)
    let folder = ebuild.parent
    var files = [(name: "\(ebuild.lastComponent)", path: ebuild)]
    for path in try Self.files(in: folder / "files") {
      files.append(("\(path.relative(to: folder) ?? path)", path))
    }
    let places = repositories.eclassFolders(of: repository)
    for name in package.eclasses {
      guard let path = places.map({ $0 / "\(name).eclass" }).first(where: { File.exists($0) }) else { continue }
      files.append(("eclass/\(name).eclass", path))
    }
    return files
  }

  /// All files below a folder, which need not exist. Links are followed, except to a folder that contains them.
  ///
  /// - Parameter excluding: names that are left out.
  private static func files(
    in folder: Path, excluding: [Path] = [], inside: [FileStatus] = []
  ) throws(SystemError) -> [Path] {
    guard let status = try? FileStatus(folder, followingLinks: true) else { return [] }
    if status.kind != .directory { return status.kind == .file ? [folder] : [] }
    if inside.contains(where: { $0.inode == status.inode && $0.device == status.device }) { return [] }
    var files: [Path] = []
    for (name, _) in try Directory.entries(of: folder).sorted(by: { $0.name < $1.name })
    where !excluding.contains(name) {
      files += try self.files(in: folder / name, excluding: excluding, inside: inside + [status])
    }
    return files
  }
}
