import PortageFiles

/// What a root would be spared without a package: the package, and all that is there only because of it.
struct PackageCost {
  /// Bytes.
  let size: Int
  /// The other packages that would go, by index.
  let others: [Int]

  /// The cost of each package. Nothing else goes with a package that a list names and others need, since it is asked what
  /// would be if neither did.
  ///
  /// - Parameter origins: of each package, in the same order.
  static func costs(of packages: [PackageEntry], _ origins: [PackageOrigin]) -> [PackageCost] {
    let places = Dictionary(grouping: packages.indices) { packages[$0].package }
    var needs = packages.map { _ in [Int]() }
    for (index, origin) in origins.enumerated() {
      for name in origin.neededBy + origin.neededToBuild {
        for user in places[name] ?? [] { needs[user].append(index) }
      }
    }
    // What nothing asks for is there for a reason that is not known, and would stay.
    let wanted = packages.indices.filter { index in
      let origin = origins[index]
      return !origin.listed.isEmpty || origin.neededBy.isEmpty && origin.neededToBuild.isEmpty
    }
    func reached(without left: Int?) -> Set<Int> {
      var pending = wanted.filter { $0 != left }
      var found = Set(pending)
      while let index = pending.popLast() {
        for needed in needs[index] where needed != left && found.insert(needed).inserted {
          pending.append(needed)
        }
      }
      return found
    }
    let all = reached(without: nil)
    return packages.indices.map { index in
      let gone = all.subtracting(reached(without: index)).subtracting([index])
      return PackageCost(
        size: packages[index].size + gone.reduce(0) { $0 + packages[$1].size }, others: gone.sorted())
    }
  }
}
