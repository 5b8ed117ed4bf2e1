package import PortageFiles

/// Why a package is in a root: which lines of the sets list it, and which packages need it.
package struct PackageOrigin: Hashable {
  /// `file:line`.
  package var listed: [String] = []
  /// The packages that need it at run time, `category/name`, each once.
  package var neededBy: [String] = []
  /// Those that need it only to be built.
  package var neededToBuild: [String] = []

  /// An origin for each package.
  ///
  /// - Parameters:
  ///   - packages: all that are in the root.
  ///   - dependencies: of each of them, in the same order.
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

  /// Slots of one package that need the same are one name.
  private static func add(_ name: String, to names: inout [String]) {
    if !names.contains(name) { names.append(name) }
  }
}

extension Atom {
  /// Whether it may mean this package: as far as names and slots go. Versions are passed over, since what is
  /// installed satisfies what is installed.
  func mayMean(_ package: PackageEntry) -> Bool {
    category == package.category && name == package.name
      && (slot?.name.map { $0 == package.mainSlot } ?? true)
  }
}
