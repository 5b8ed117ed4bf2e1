package import PortageFiles

/// Why a package is in a root: which lines of the sets list it, and which packages need it.
package struct PackageOrigin: Hashable {
  /// The lines that list the package, as `file:line`.
  package var listed: [String] = []
  /// The packages that need it at run time, as `category/name`, each once.
  package var neededBy: [String] = []
  /// The packages that need it only to be built.
  package var neededToBuild: [String] = []

  /// An origin for each package.
  ///
  /// - Parameters:
  ///   - packages: all packages in the root.
  ///   - dependencies: the dependencies of each package, in the same order.
  ///   - sets: the entries of the sets that the root is made from.
  package static func origins(
    of packages: [PackageEntry], _ dependencies: [PackageDependencies], sets: [PackageSet.Member]
  ) -> [PackageOrigin] {
    var origins = packages.map { _ in PackageOrigin() }
    let places = Dictionary(grouping: packages.indices) { packages[$0].package }
    let meant = { (atom: Atom) in (places[atom.package] ?? []).filter { atom.mayMean(packages[$0]) } }
    for member in sets {
      for index in meant(member.atom) where !origins[index].listed.contains(member.place) {
        origins[index].listed.append(member.place)
      }
    }
    for (index, needs) in dependencies.enumerated() {
      let name = packages[index].package
      let runtime = Set(needs.runtime.flatMap(meant)).subtracting([index])
      let build = Set(needs.build.flatMap(meant)).subtracting(runtime).subtracting([index])
      for needed in runtime { add(name, to: &origins[needed].neededBy) }
      for needed in build { add(name, to: &origins[needed].neededToBuild) }
    }
    return origins
  }

  /// Adds a name once, even if several slots of the package need the same.
  private static func add(_ name: String, to names: inout [String]) {
    if !names.contains(name) { names.append(name) }
  }
}

extension Atom {
  /// Whether the atom may refer to this package, by name and slot. Versions are ignored, because the packages
  /// in a root satisfy each other's dependencies.
  func mayMean(_ package: PackageEntry) -> Bool {
    category == package.category && name == package.name
      && (slot?.name.map { $0 == package.mainSlot } ?? true)
  }
}
