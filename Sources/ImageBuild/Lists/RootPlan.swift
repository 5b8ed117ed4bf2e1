import PortageFiles

/// What makes the packages of a root those of a list.
struct RootPlan {
  /// A package that is in the root.
  struct Present: VersionedPackage {
    let id: PackageVersion
    /// The slot with the sub-slot, if there is one.
    let slot: String
    let repository: String
    let use: [String]
    /// Nil if it is not known when it was built.
    let build: PackageBuild?
    /// Whether it is only foreseen to be there, just as it is wanted.
    var isForeseen = false

    /// `category/name:slot`, without the sub-slot.
    var place: String { "\(package):\(slot.prefix { $0 != "/" })" }
  }

  struct Merge {
    let package: ResolvedPackage
    /// The package that it takes the place of: of its version, or else in its slot.
    let replaced: Present?
    /// Why the version that is there is merged again, beside `flags`; nil for a version that is not there.
    let reason: String?

    /// The flags that change, such as `+pam` and `-tools`.
    var flags: [String] {
      guard let replaced else { return [] }
      return package.use.filter { !replaced.use.contains($0) }.map { "+" + $0 }
        + replaced.use.filter { !package.use.contains($0) }.map { "-" + $0 }
    }
  }

  /// In the order of the list.
  private(set) var merges: [Merge] = []
  /// What is there but not in the list.
  let removed: [Present]

  /// - Parameter outOfDate: says why a build is not what the list says; nil if it is.
  init(_ list: ResolvedList, present: [Present], outOfDate: (PackageBuild) -> String?) {
    let places = Dictionary(present.map { ($0.place, $0) }) { first, _ in first }
    // A version is there once, whatever slot its ebuild was in when it was built.
    let versions = Dictionary(present.map { ($0.versionedName, $0) }) { first, _ in first }
    for package in list.packages {
      let replaced = versions[package.versionedName] ?? places[package.place]
      guard let old = replaced, old.version == package.version else {
        merges.append(Merge(package: package, replaced: replaced, reason: nil))
        continue
      }
      let merge = Merge(package: package, replaced: old, reason: Self.reason(old, package, outOfDate))
      if merge.reason != nil || !merge.flags.isEmpty { merges.append(merge) }
    }
    let wanted = Set(list.packages.flatMap { [$0.place, $0.versionedName] })
    removed = present.filter { !wanted.contains($0.place) && !wanted.contains($0.versionedName) }
  }

  private static func reason(
    _ old: Present, _ new: ResolvedPackage, _ outOfDate: (PackageBuild) -> String?
  ) -> String? {
    if old.slot != new.fullSlot { return "slot \(old.slot) → \(new.fullSlot)" }
    if old.isForeseen { return nil }
    guard let build = old.build else { return "nobody knows when it was built" }
    // That it comes from elsewhere explains what is different, but is no difference by itself.
    let reason = outOfDate(build)
    return old.repository == new.repository
      ? reason : reason.map { _ in "\(old.repository) → \(new.repository)" }
  }
}

extension RootPlan.Present {
  init(_ package: InstalledPackage) {
    self.init(
      id: package.id, slot: package.slot, repository: package.repository, use: package.use,
      build: PackageBuild(package))
  }

  /// A package of a list, which will be there.
  init(_ package: ResolvedPackage) {
    self.init(
      id: package.id, slot: package.fullSlot, repository: package.repository, use: package.use, build: nil,
      isForeseen: true)
  }
}
