public import Platform

/// One build of a package, which may be installed in a root, stored as a binary package, or both.
///
/// A binary package keeps its build time when it is merged, so builds of one version can be told apart by their
/// times wherever they are.
public struct PackageBuild: VersionedPackage, Hashable, Sendable {
  /// The category, name and version.
  public let id: PackageVersion
  /// The slot without the sub-slot.
  public let slot: String
  /// The repository that the ebuild came from; empty if the index of binary packages does not name it.
  public let repository: String
  /// The time at which it was built, in seconds since the epoch.
  public let time: Int64

  /// Makes a build from its parts, which are not checked; `time` is in seconds since the epoch.
  public init(id: PackageVersion, slot: String, repository: String, time: Int64) {
    self.id = id
    self.slot = slot
    self.repository = repository
    self.time = time
  }
}

extension PackageBuild {
  /// The builds that are installed in a root, without those whose build time is unknown.
  ///
  /// - Throws: `SystemError` if the database of installed packages cannot be read.
  public static func installed(in root: Path) throws(SystemError) -> [PackageBuild] {
    try InstalledPackages(root: root).packages.compactMap { PackageBuild($0) }
  }

  /// The build that is installed; nil if its build time is unknown.
  public init?(_ package: InstalledPackage) {
    guard let time = Int64(package.buildTime) else { return nil }
    self.init(
      id: package.id, slot: String(package.slot.prefix { $0 != "/" }), repository: package.repository,
      time: time)
  }
}
