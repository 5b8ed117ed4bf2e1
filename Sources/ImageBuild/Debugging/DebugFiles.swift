import BuildGraph
package import BuildSettings
package import Platform
package import PortageFiles
import TextKit

/// The debug files of what is in the image, and the sources that they speak of, in the folder `debug` of O.
///
/// They come from the binary packages whose FEATURES had splitdebug. `NAME@TIME` in the folder of a category has what the
/// build of that time has in `usr/lib/debug` and `usr/src/debug`. The file `gdbinit` tells gdb where all of it is.
package struct DebugFiles {
  package let folder: Path
  private let build: Path

  package init(_ settings: Settings) {
    build = settings.locations.build
    folder = build / "debug"
  }

  /// The settings of gdb.
  package var settingsFile: Path { folder / "gdbinit" }

  /// Makes the folder what the image in O needs.
  ///
  /// - Returns: the packages that have debug files.
  package func update(_ settings: Settings) throws -> [PackageVersion] {
    try Directory.create(folder, intermediates: true)
    let wanted = try PackageBuild.installed(in: build / "rootfs").filter(isSplit)
    try removeOthers(than: Set(wanted.map(place)))
    let binaries = try BinaryPackage.all(in: build / "packages")
    var found: [PackageBuild] = []
    for package in wanted {
      if !File.exists(folder / place(of: package)) {
        guard let binary = binaries.first(where: { $0.id == package.id && $0.build.time == package.time })
        else {
          continue
        }
        try unpack(build / "packages" / Path(binary.path), to: folder / place(of: package))
      }
      found.append(package)
    }
    try AtomicFile.write(
      Array(gdbinit(found, try ImageVariables.repositories(settings)).utf8), to: settingsFile)
    return found.map(\.id)
  }

  private func place(of package: PackageBuild) -> Path { Path("\(package.id)@\(package.time)") }

  private func isSplit(_ package: PackageBuild) throws -> Bool {
    let file = InstalledPackages.database(of: build / "rootfs") / Path("\(package.id)") / "FEATURES"
    guard File.exists(file) else { return false }
    return String(decoding: try File.read(file), as: UTF8.self).split { $0.isWhitespace }.contains("splitdebug")
  }

  private func removeOthers(than wanted: Set<Path>) throws {
    for category in try Directory.entries(of: folder) where category.kind == .directory {
      for package in try Directory.entries(of: folder / category.name)
      where !wanted.contains(category.name / package.name) {
        try Directory.removeTree(folder / category.name / package.name)
      }
      try Directory.removeIfEmpty(folder / category.name)
    }
  }

  private func unpack(_ package: Path, to place: Path) throws {
    let scratch = try Directory.createTemporary(prefix: folder / ".unpacked-")
    defer { try? Directory.removeTree(scratch) }
    let files = try UnpackedPackage(package, in: scratch / "package").files
    try Directory.create(scratch / "wanted/usr", intermediates: true)
    for name in ["usr/lib", "usr/src"] as [Path] where File.exists(files / name / "debug") {
      try Directory.create(scratch / "wanted" / name)
      try File.rename(files / name / "debug", to: scratch / "wanted" / name / "debug")
    }
    try Directory.create(place.parent, intermediates: true)
    try File.rename(scratch / "wanted", to: place)
  }

  // MARK: gdb

  private func gdbinit(_ packages: [PackageBuild], _ repositories: Repositories) -> String {
    var lines = [
      "# Where gdb finds what is in the image, its debug files and sources. sysbuild writes it.",
      "set sysroot \(build)/rootfs",
      "set debug-file-directory "
        + packages.map { "\(folder / place(of: $0))/usr/lib/debug" }.joined(separator: ":"),
    ]
    for package in packages {
      let sources = "usr/src/debug/\(package.id)"
      lines.append("set substitute-path /\(sources) \(folder / place(of: package))/\(sources)")
      // What an ebuild compiles in its folder `files`, through a link of Portage's.
      guard let repository = repositories.all.first(where: { $0.name == package.repository }) else { continue }
      for root in ["sysroot", "rootfs"] {
        for found in [HostGuard.buildFolder, build] {
          lines.append(
            "set substitute-path \(found)/tmp/\(root)/portage/\(package.id)/files "
              + "\(repository.path)/\(package.id.package)/files")
        }
      }
    }
    return lines.map { $0 + "\n" }.joined()
  }
}
