import BuildGraph
package import BuildSettings
package import Platform
package import PortageFiles

/// To which packages the files of a root belong, and what files are that belong to none.
package struct FileOwners {
  package enum Owner: Equatable {
    case package(PackageVersion)
    /// A file that is put over the image, by its path in the source tree.
    case overlay(String)
    /// A file of a package that is in the root, though the file is not: what is merged is less than what is built.
    case leftOut(PackageVersion)
    /// A module of the kernel, or a list of them.
    case kernel
    /// Made when packages were merged, by their code or by Portage.
    case nobody
  }

  private let root: Path
  private var places: RootPlaces
  private var owners: [Path: PackageVersion] = [:]
  private let overlays: [String]
  private let source: Path
  private let modules: Path
  private let packages: Set<PackageVersion>
  /// What the packages own in the sysroot, in which nothing is left out; empty if that is the root.
  private var built: [Path: PackageVersion] = [:]

  /// - Parameter name: `sysroot` or `rootfs`.
  package init(_ name: Path, _ settings: Settings) throws {
    let isImage = name == "rootfs"
    try self.init(
      name, in: settings.locations.build, source: settings.locations.source,
      overlays: isImage ? VariantFolders(settings).existing("overlay") : [])
  }

  /// - Parameters:
  ///   - build: O.
  ///   - source: the source tree.
  ///   - overlays: the folders that are put over the image, relative to the source tree and in their order.
  init(_ name: Path, in build: Path, source: Path, overlays: [String]) throws {
    root = build / name
    self.source = source
    modules = build / "kernel/modules"
    places = RootPlaces(root)
    self.overlays = overlays
    packages = Set(try InstalledPackages(root: root).packages.map(\.id))
    for package in packages.sorted() {
      for owned in try OwnedPath.all(of: package, in: root) where owned.kind != .directory {
        if let path = places[owned.path] { owners[path] = package }
      }
    }
    if name != "rootfs" { return }
    for package in try InstalledPackages(root: build / "sysroot").packages.map(\.id)
    where packages.contains(package) {
      for owned in try OwnedPath.all(of: package, in: build / "sysroot") where owned.kind != .directory {
        built[owned.path] = package
      }
    }
  }

  /// The files that a word means, in the order of their paths: an absolute path is one of the root, any other word is
  /// the end of paths, `libz.so.1` or `bin/sh`.
  package mutating func find(_ word: Path) throws -> [(path: Path, owner: Owner)] {
    var found: [Path: Owner] = [:]
    if word.isAbsolute {
      let path = word.relative(to: "/") ?? word
      if let place = places[path], let owner = owner(of: place) { found[place] = owner }
    } else {
      let end = word.components
      func isMeant(_ path: Path) -> Bool { path.components.suffix(end.count) == end[...] }
      try RootPlaces.visit(root) { path in
        if isMeant(path), (try? FileStatus(root / path))?.kind != .directory { found[path] = owner(of: path) }
      }
      for path in built.keys where isMeant(path) && found[path] == nil { found[path] = owner(of: path) }
    }
    return found.sorted { $0.key < $1.key }.map { (path: "/" / $0.key, owner: $0.value) }
  }

  /// The regular files of the root, in the order of their paths.
  func files() throws -> [(path: Path, owner: Owner)] {
    var found: [(path: Path, owner: Owner)] = []
    try RootPlaces.visit(root) { path in
      if (try? FileStatus(root / path))?.kind == .file, let owner = owner(of: path) {
        found.append((path, owner))
      }
    }
    return found.sorted { $0.path < $1.path }
  }

  /// Nil if there is no such file, and no package would have it.
  func owner(of path: Path) -> Owner? {
    // It is what is in the image, whatever was there before.
    if let overlay = overlays.last(where: { File.exists(source / Path($0) / path) }) {
      return .overlay("\(overlay)/\(path)")
    }
    if let package = owners[path] { return .package(package) }
    if File.exists(root / path) { return isOfKernel(path) ? .kernel : .nobody }
    return built[path].map { .leftOut($0) }
  }

  /// /lib may lead to /usr/lib.
  private func isOfKernel(_ path: Path) -> Bool {
    File.exists(modules / path) || path.relative(to: "usr").map { File.exists(modules / $0) } ?? false
  }
}
