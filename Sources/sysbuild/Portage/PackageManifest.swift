/// The text of packages.json: what is in the root file system. A pure function of the packages, so that the
/// same packages give the same bytes; neither build times nor build numbers are in it.
///
/// One object: `version` (of the format, 1) and `packages`, ordered by name and version, each with `name`
/// (`category/name`), `version`, `slot`, `use` (the enabled flags of those it has), `size` (bytes),
/// `license` and `repository`.
enum PackageManifest {
  static func text(_ packages: some Sequence<InstalledPackage>) -> String {
    let sorted = packages.sorted { left, right in
      let left = [left.category, left.name, left.version, left.slot]
      let right = [right.category, right.name, right.version, right.slot]
      return left.lexicographicallyPrecedes(right) { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    }
    let manifest: JSON = ["version": 1, "packages": .array(sorted.map(json))]
    return manifest.pretty + "\n"
  }

  private static func json(_ package: InstalledPackage) -> JSON {
    [
      "name": .string("\(package.category)/\(package.name)"), "version": .string(package.version),
      "slot": .string(package.slot), "use": .array(package.use.map { .string($0) }),
      "size": .integer(package.size), "license": .string(package.license),
      "repository": .string(package.repository),
    ]
  }
}
