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
    try InstalledPackages(root: root).packages.compactMap { package in
      guard let time = Int64(package.buildTime) else { return nil }
      return PackageBuild(
        id: package.id, slot: String(package.slot.prefix { $0 != "/" }), repository: package.repository,
        time: time)
    }
  }

  /// The binary packages in the PKGDIR `folder`, as its index, `Packages`, lists them. Only the newest build of
  /// each version counts, which is the one that Portage would take. A folder without an index has none.
  ///
  /// - Throws: `SystemError` if the index cannot be read.
  public static func binary(in folder: Path) throws(SystemError) -> [PackageBuild] {
    let text: [UInt8]
    do throws(SystemError) {
      text = try File.read(folder / "Packages")
    } catch {
      if error.isMissing { return [] }
      throw error
    }
    var newest: [String: PackageBuild] = [:]
    for (build, _) in listed(in: text) where build.time >= newest[build.versionedName]?.time ?? .min {
      newest[build.versionedName] = build
    }
    return newest.values.sorted { $0.versionedName < $1.versionedName }
  }

  /// The versions (`category/name-version`) of which the PKGDIR `folder` has a binary package in its index and
  /// as a file. Empty if the index cannot be read.
  public static func versionsWithBinary(in folder: Path) -> Set<String> {
    guard let text = try? File.read(folder / "Packages") else { return [] }
    return Set(listed(in: text).filter { File.exists(folder / $0.path) }.map(\.build.versionedName))
  }

  /// Parses `PKGDIR/Packages`: stanzas of lines `NAME: value` with a blank line between them, the first of
  /// which is about the index as a whole. A stanza without a CPV, a version or a build time is skipped. Each
  /// `path` is relative to PKGDIR.
  public static func listed(in text: [UInt8]) -> [(build: PackageBuild, path: String)] {
    var builds: [(build: PackageBuild, path: String)] = []
    var values: [String: String] = [:]
    for line in text.split(separator: 0x0A, omittingEmptySubsequences: false) + [[]] {
      if line.isEmpty {
        if let build = PackageBuild(values) { builds.append((build, values["PATH"] ?? "")) }
        values = [:]
      } else if let colon = line.firstIndex(of: UInt8(ascii: ":")) {
        let value = line[(colon + 1)...].drop { $0 == 0x20 }
        values[String(decoding: line[..<colon], as: UTF8.self)] = String(decoding: value, as: UTF8.self)
      }
    }
    return builds
  }

  private init?(_ values: [String: String]) {
    guard let id = values["CPV"].flatMap({ PackageVersion($0) }),
      let time = values["BUILD_TIME"].flatMap({ Int64($0) })
    else { return nil }
    self.init(
      id: id, slot: values["SLOT"].map { String($0.prefix { $0 != "/" }) } ?? "0",
      repository: values["REPO"] ?? "", time: time)
  }
}
