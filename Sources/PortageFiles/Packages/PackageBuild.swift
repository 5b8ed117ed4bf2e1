public import Platform

/// One build of a package: what is installed in some root, or waits as a binary package, or both.
///
/// Merging a binary package keeps the time at which it was built, so this tells builds of one version apart
/// wherever they are.
public struct PackageBuild: VersionedPackage, Hashable, Sendable {
  public let id: PackageVersion
  /// Without a sub-slot.
  public let slot: String
  public let repository: String
  /// Seconds since the epoch.
  public let time: Int64

  public init(id: PackageVersion, slot: String, repository: String, time: Int64) {
    self.id = id
    self.slot = slot
    self.repository = repository
    self.time = time
  }
}

extension PackageBuild {
  /// The builds that are installed in a root.
  public static func installed(in root: Path) throws(SystemError) -> [PackageBuild] {
    try InstalledPackages(root: root).packages.compactMap { package in
      guard let time = Int64(package.buildTime) else { return nil }
      return PackageBuild(
        id: package.id, slot: String(package.slot.prefix { $0 != "/" }), repository: package.repository,
        time: time)
    }
  }

  /// The binary packages of a PKGDIR, of each version the newest, which is the one that Portage would take.
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

  /// The versions of which a PKGDIR has a binary package whose file is there.
  public static func versionsWithBinary(in folder: Path) throws(SystemError) -> Set<String> {
    guard let text = try? File.read(folder / "Packages") else { return [] }
    return Set(listed(in: text).filter { File.exists(folder / $0.path) }.map(\.build.versionedName))
  }

  /// The stanzas of `PKGDIR/Packages`: lines `NAME: value`, a blank line between packages, the first stanza about
  /// the whole. What has no CPV, version or time is left out.
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
