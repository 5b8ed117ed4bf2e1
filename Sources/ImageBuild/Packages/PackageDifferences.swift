import PortageFiles

/// The differences between two lists of packages: which packages were added, removed or kept.
package struct PackageDifferences {
  package enum Pair: Hashable {
    case added(PackageEntry)
    case removed(PackageEntry)
    case kept(old: PackageEntry, new: PackageEntry)

    /// The package as the second list has it, or the first if it was removed.
    package var package: PackageEntry {
      switch self {
      case .added(let package), .removed(let package), .kept(_, let package): package
      }
    }

    package var oldSize: Int {
      switch self {
      case .added: 0
      case .removed(let old), .kept(let old, _): old.size
      }
    }

    package var newSize: Int { if case .removed = self { 0 } else { package.size } }

    /// The growth in bytes; negative if the package became smaller.
    package var growth: Int { newSize - oldSize }
  }

  /// Sorted by category, name, version and slot.
  package let pairs: [Pair]

  /// Pairs packages of the same name and slot. If one package of a name is then left in each list, these two
  /// are a pair, too.
  package init(from old: [PackageEntry], to new: [PackageEntry]) {
    var left = Dictionary(grouping: old.sorted(), by: \.package)
    var found: [Pair] = []
    for (name, packages) in Dictionary(grouping: new.sorted(), by: \.package) {
      var others = left.removeValue(forKey: name) ?? []
      var alone: [PackageEntry] = []
      for package in packages {
        if let index = others.firstIndex(where: { $0.mainSlot == package.mainSlot }) {
          found.append(.kept(old: others.remove(at: index), new: package))
        } else {
          alone.append(package)
        }
      }
      if alone.count == 1, others.count == 1 {
        found.append(.kept(old: others.removeFirst(), new: alone.removeFirst()))
      }
      found += others.map(Pair.removed) + alone.map(Pair.added)
    }
    found += left.values.joined().map(Pair.removed)
    pairs = found.sorted { $0.package < $1.package }
  }

  package var oldSize: Int { pairs.reduce(0) { $0 + $1.oldSize } }
  package var newSize: Int { pairs.reduce(0) { $0 + $1.newSize } }
  package var growth: Int { newSize - oldSize }
}
