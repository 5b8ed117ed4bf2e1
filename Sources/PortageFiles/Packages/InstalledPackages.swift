public import Platform
public import Stamps

/// A package as Portage's database of installed packages has it (`ROOT/var/db/pkg/CATEGORY/PF/`, portage(5)).
/// It knows neither its files nor its dependencies.
public struct InstalledPackage: VersionedPackage, Hashable, Sendable {
  public let id: PackageVersion
  /// With its sub-slot, if it has one: `0/2.70`.
  public let slot: String
  /// The enabled flags among those that the package has, ordered by their bytes.
  public let use: [String]
  /// The installed files' bytes, as Portage counts them.
  public let size: Int
  /// The licence expression, USE conditionals already decided.
  public let license: String
  /// Which build of this version; nil for a package that was never made into a binary package.
  let buildID: String?
  /// Seconds since the epoch, when it was built, not when it was merged.
  public let buildTime: String
  public let repository: String
}

/// The packages that are installed in a root, as the artifact kind `installed` sees them.
public struct InstalledPackages {
  /// In the byte order of category, name and version.
  public let packages: [InstalledPackage]

  /// Reads the database of `root`; a root without one has no packages.
  public init(root: Path, witness: Witness = Witness()) throws(SystemError) {
    let database = InstalledDatabase(path: Self.database(of: root), witness: witness)
    packages = try database.packages()
  }

  /// The folder that says what is installed in `root`; nothing else there does.
  public static func database(of root: Path) -> Path { root / "var/db/pkg" }

  /// `category/name-version` → what tells one build of it from another. Merging one binary package again
  /// gives the same value, since the times of the merge are not part of it.
  public var listing: Listing {
    Listing(
      packages.map { package in
        let build = package.buildID.map { "build \($0)" } ?? "no build id"
        let use = package.use.isEmpty ? "" : ", USE \(package.use.joined(separator: " "))"
        return Listing.Entry(
          package.versionedName,
          "\(build), built at \(package.buildTime), slot \(package.slot), from \(package.repository)\(use)")
      })
  }
}

/// The folders and files of a database of installed packages.
private struct InstalledDatabase {
  let path: Path
  let witness: Witness

  func packages() throws(SystemError) -> [InstalledPackage] {
    var found: [InstalledPackage] = []
    for category in try folders(in: path) {
      for folder in try folders(in: path / category) {
        if let package = try package(category: category, folder: folder) { found.append(package) }
      }
    }
    return found
  }

  /// The folders that may be categories or packages, in byte order. A merge in progress, or one that was cut
  /// off, is in a folder called `-MERGING-PF`, which is no package.
  private func folders(in path: Path) throws(SystemError) -> [Path] {
    let entries: [Directory.Entry]
    do {
      entries = try witness.entries(of: path)
    } catch let error where error.isMissing {
      return []
    }
    return entries.filter { $0.kind == .directory && !$0.name.isHidden }.map(\.name)
      .filter { $0.bytes.first != UInt8(ascii: "-") }.sorted()
  }

  private func package(category: Path, folder: Path) throws(SystemError) -> InstalledPackage? {
    let path = path / category / folder
    guard let id = PackageVersion(category: category.description, nameAndVersion: folder.bytes[...]) else {
      return nil
    }
    // `+` and `-` before a flag are its default.
    let known = Set(
      try words(path / "IUSE").map { $0.hasPrefix("+") || $0.hasPrefix("-") ? String($0.dropFirst()) : $0 })
    let use = try words(path / "USE").filter(known.contains)
    return InstalledPackage(
      id: id, slot: try value(path / "SLOT") ?? "0",
      use: Array(Set(use)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) },
      size: try value(path / "SIZE").flatMap { Int($0) } ?? 0, license: try value(path / "LICENSE") ?? "",
      buildID: try value(path / "BUILD_ID"), buildTime: try value(path / "BUILD_TIME") ?? "unknown",
      repository: try value(path / "repository") ?? "unknown")
  }

  private func words(_ path: Path) throws(SystemError) -> [String] {
    try content(path).split(whereSeparator: TextLines.isSpace).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The words with one blank between them; nil if there are none, which is how Portage keeps an empty value.
  private func value(_ path: Path) throws(SystemError) -> String? {
    let words = try words(path)
    return words.isEmpty ? nil : words.joined(separator: " ")
  }

  private func content(_ path: Path) throws(SystemError) -> [UInt8] {
    do {
      return try witness.content(of: path)
    } catch let error where error.isMissing {
      return []
    }
  }
}
