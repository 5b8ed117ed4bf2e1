import Platform
import PortageFiles

/// The roots of a build as the stages that were looked at will leave them.
final class ForeseenRoots {
  private var roots: [String: [RootPlan.Present]] = [:]
  /// The versions of which a stage will make a binary package.
  private(set) var built: Set<String> = []

  /// The packages that will be in a root then.
  func packages(in root: String) throws(SystemError) -> [RootPlan.Present] {
    if let known = roots[root] { return known }
    let packages = try InstalledPackages(root: Path(root)).packages.map(RootPlan.Present.init)
    roots[root] = packages
    return packages
  }

  /// Takes note that a package will be merged.
  func merge(_ package: ResolvedPackage, in root: String, isBuilt: Bool) throws(SystemError) {
    roots[root] =
      try packages(in: root).filter { $0.place != package.place && $0.id != package.id }
      + [RootPlan.Present(package)]
    if isBuilt { built.insert(package.versionedName) }
  }

  /// Takes note that a binary package will be made.
  func build(_ package: ResolvedPackage) { built.insert(package.versionedName) }

  /// Takes note that a package will be removed.
  func remove(_ package: RootPlan.Present, from root: String) throws(SystemError) {
    roots[root] = try packages(in: root).filter { $0.place != package.place }
  }
}
