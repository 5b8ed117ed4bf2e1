import Platform
import PortageFiles

/// The roots of a build as the stages that were looked at will leave them.
final class ForeseenRoots {
  private var roots: [String: [RootPlan.Present]] = [:]
  /// The versions of which a stage will make a binary package.
  private(set) var built: Set<String> = []
  /// The same for versions that are built anew only if an interface changes.
  private(set) var maybeBuilt: Set<String> = []
  /// The places of packages whose interface may change in the sysroot, since they are merged there.
  private var changing: Set<String> = []

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

  /// Takes note that packages are merged in the sysroot, and returns those of a list that are then built anew if what
  /// they are built against has another interface: each with the places of these.
  ///
  /// - Parameter isSure: whether a package of the list is built in any case.
  func followers(
    of merged: [ResolvedPackage], in list: ResolvedList, isSure: (ResolvedPackage) -> Bool
  ) -> [(package: ResolvedPackage, places: [String])] {
    changing.formUnion(merged.map(\.place))
    var found: [ResolvedPackage: [String]] = [:]
    var isComplete = false
    while !isComplete {
      isComplete = true
      for package in list.packages where found[package] == nil && !isSure(package) {
        let places = package.against.filter { $0.measure != .never }.map(\.place).filter(changing.contains)
        if places.isEmpty { continue }
        found[package] = places
        changing.insert(package.place)
        maybeBuilt.insert(package.versionedName)
        isComplete = false
      }
    }
    return list.packages.compactMap { package in found[package].map { (package, $0) } }
  }

  /// Whether a package will be merged in a root, as far as that is noted.
  func isMerged(_ package: ResolvedPackage, in root: String) -> Bool {
    roots[root]?.contains { $0.isForeseen && $0.place == package.place } ?? false
  }

  /// Takes note that a binary package will be made.
  func build(_ package: ResolvedPackage) { built.insert(package.versionedName) }

  /// Takes note that a package will be removed.
  func remove(_ package: RootPlan.Present, from root: String) throws(SystemError) {
    roots[root] = try packages(in: root).filter { $0.place != package.place }
  }
}
