import Platform
import PortageFiles
import Stamps

/// The inputs of builds that Portage does not compare when it decides what to build: the ebuild's text and files, the
/// eclasses, the toolchain, and the content of `PackageConfiguration`.
///
/// Versions, USE flags, dependencies and slots do not belong to them, because Portage compares those itself.
struct Ingredients {
  let configuration: PackageConfiguration
  /// A text that is different for different toolchains.
  let toolchain: String
  let repositories: Repositories

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

  /// Whether a file of the repositories that this package is built from has been changed, added or removed since then,
  /// or may have been.
  ///
  /// - Parameter time: nanoseconds since the epoch.
  func isChanged(since time: Int64, for build: PackageBuild) throws(SystemError) -> Bool {
    guard let files = try files(of: build), let repository = repositories[build.repository]?.path else {
      return true
    }
    let folder = repository / build.category / build.name
    // The change of a folder is all that is left of a file that is gone.
    var paths: Set<Path> = [repository, repository / build.category, folder]
    paths.formUnion(files.flatMap { [$0.path, $0.path.parent] })
    paths.formUnion(try FileChanges.folders(in: folder / "files"))
    guard let ebuild = try? File.read(files[0].path) else { return true }
    // Those that are gone, too.
    if !Inheritance.eclasses(of: ebuild, text: { _ in [] }).isEmpty {
      paths.formUnion(
        repositories.all.flatMap { [$0.path, $0.path / "eclass", $0.path / "metadata/layout.conf"] })
    }
    return FileChanges.any(of: paths, since: time)
  }

  private func files(of build: PackageBuild) throws(SystemError) -> [(name: String, path: Path)]? {
    guard let repository = repositories[build.repository] else { return nil }
    let ebuild = repository.ebuild(of: build)
    let folder = ebuild.parent
    guard File.exists(ebuild) else { return nil }
    var files = [(name: "\(ebuild.lastComponent)", path: ebuild)]
    for path in try Self.files(in: folder / "files") {
      files.append(("\(path.relative(to: folder) ?? path)", path))
    }
    let places = repositories.eclassFolders(of: repository)
    func eclass(_ name: String) -> Path? {
      places.map { $0 / "\(name).eclass" }.first { File.exists($0) }
    }
    let eclasses = Inheritance.eclasses(of: try File.read(ebuild)) { name in
      eclass(name).flatMap { try? File.read($0) }
    }
    files += eclasses.compactMap { name in eclass(name).map { ("eclass/\(name).eclass", $0) } }
    return files
  }

  /// All files below a folder, which need not exist. Links are followed, except to a folder that contains them.
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
