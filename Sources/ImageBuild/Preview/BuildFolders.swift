import BuildGraph
package import BuildSettings
package import Platform
import PortageFiles

/// The folders in which Portage builds packages, as far as they are there. It removes them unless a build fails.
package struct BuildFolders {
  /// `category/name-version`, and its folder.
  package let all: [(package: String, folder: Path)]
  /// `category/name` of all packages of the image, in order; empty if they are not resolved yet.
  package let packages: [String]

  package init(_ settings: Settings) {
    let build = settings.locations.build
    let places = [
      build / "tmp/sysroot/portage", build / "tmp/rootfs/portage",
      HostBackend(settings).hostBuilds(settings.locations),
    ]
    func folders(in place: Path) -> [Path] {
      ((try? Directory.entries(of: place)) ?? []).filter { $0.kind == .directory }.map(\.name).sorted()
    }
    all = places.flatMap { place in
      folders(in: place).flatMap { category in
        folders(in: place / category).map { ("\(category)/\($0)", place / category / $0) }
      }
    }
    let lists = Resolution(readIn: build / "resolution")?.lists ?? [:]
    packages = Set(lists.values.flatMap { $0.packages.map(\.package) }).sorted()
  }
}
