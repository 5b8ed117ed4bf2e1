import BuildGraph
package import BuildSettings
import Platform
package import PortageFiles

/// The packages that are installed for builds where these take place.
package enum BuildDependencies {
  package static func packages(_ settings: Settings) throws -> [PackageVersion] {
    let root: Path = HostBackend(settings).installsOnHost ? "/" : settings.locations.build / "host"
    return try InstalledPackages(root: root).packages.map(\.id)
  }
}
