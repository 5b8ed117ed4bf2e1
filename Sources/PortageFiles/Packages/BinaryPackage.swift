public import Platform

/// A package in a PKGDIR, as its index, `Packages`, lists it.
public struct BinaryPackage: VersionedPackage, Hashable, Sendable {
  /// The build that it holds.
  public let build: PackageBuild
  /// The enabled USE flags among those that the package has, ordered by their bytes.
  public let use: [String]
  /// Its file, relative to PKGDIR.
  public let path: String
  /// What tells its file from others of the same build: the SHA-1, or else the size; empty if the index has neither.
  public let digest: String
  /// The phases that its ebuild has code for, without their prefix: `setup`, `postinst`; empty if that is not known.
  public let phases: Set<String>

  public var id: PackageVersion { build.id }

  /// Whether it is known that its ebuild has no code that runs when it is merged into an empty root, but for checks
  /// (`pkg_pretend`), which may write nothing (Package Manager Specification, "Ebuild-defined functions").
  public var mergesWithoutCode: Bool {
    !phases.isEmpty && phases.isDisjoint(with: ["setup", "preinst", "postinst"])
  }
}

extension BinaryPackage {
  /// The binary packages in the PKGDIR `folder`, of a version the oldest build first. A folder without an index has none.
  ///
  /// - Throws: `SystemError` if the index cannot be read.
  public static func all(in folder: Path) throws(SystemError) -> [BinaryPackage] {
    try PackageIndex(in: folder).packages.compactMap { BinaryPackage($0) }.sorted {
      $0.build.time < $1.build.time
    }
  }

  /// The package of a stanza of an index; nil if it lacks a CPV, a version or a build time.
  public init?(_ values: PackageIndex.Stanza) {
    guard let id = values["CPV"].flatMap({ PackageVersion($0) }),
      let time = values["BUILD_TIME"].flatMap({ Int64($0) })
    else { return nil }
    build = PackageBuild(
      id: id, slot: values["SLOT"].map { String($0.prefix { $0 != "/" }) } ?? "0",
      repository: values["REPO"] ?? "", time: time)
    use = InstalledPackage.enabled(
      (values["USE"] ?? "").split(separator: " ").map(String.init),
      of: (values["IUSE"] ?? "").split(separator: " ").map(String.init))
    path = values["PATH"] ?? ""
    digest = values["SHA1"] ?? values["SIZE"] ?? ""
    phases = Set((values["DEFINED_PHASES"] ?? "").split(separator: " ").map(String.init))
  }
}
