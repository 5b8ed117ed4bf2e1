public import Platform
public import Stamps

/// An installed package, as recorded in Portage's database (`ROOT/var/db/pkg/CATEGORY/PF/`, portage(5)),
/// without its files and dependencies.
public struct InstalledPackage: VersionedPackage, Hashable, Sendable {
  /// The category, name and version, from the names of the folders.
  public let id: PackageVersion
  /// The slot with the sub-slot, if there is one: `0/2.70`; `0` if none is recorded.
  public let slot: String
  /// The enabled USE flags among those that the package has, ordered by their bytes.
  public let use: [String]
  /// The licence expression, with USE conditionals already evaluated; empty if none is recorded.
  public let license: String
  /// The number of this build among the binary packages of the version; nil if there was no binary package.
  let buildID: String?
  /// The time at which it was built, not merged, in seconds since the epoch; `unknown` if none is recorded.
  public let buildTime: String
  /// The repository that the ebuild came from; `unknown` if none is recorded.
  public let repository: String
  /// The digest of what it was built from (`BuildKeys`); nil if that is not known.
  public let key: String?
}

extension InstalledPackage {
  /// The flags of USE that a package has, each once, ordered by their bytes.
  ///
  /// - Parameter known: its IUSE, in which a `+` or `-` before a flag is its default.
  static func enabled(_ use: [String], of known: [String]) -> [String] {
    let known = Set(known.map { $0.hasPrefix("+") || $0.hasPrefix("-") ? String($0.dropFirst()) : $0 })
    return Set(use).intersection(known).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
  }
}

/// The packages that are installed in a root, as the artifact kind `installed` sees them.
public struct InstalledPackages {
  /// The packages, in the byte order of category, name and version.
  public let packages: [InstalledPackage]

  /// Reads the database of `root`. A root without a database has no packages.
  ///
  /// - Throws: `SystemError` if a file or folder of the database is there but cannot be read.
  public init(root: Path, recorder: ReadRecorder = ReadRecorder()) throws(SystemError) {
    let database = InstalledDatabase(
      path: Self.database(of: root), recorder: recorder, keys: try BuildKeys(root: root, recorder: recorder))
    packages = try database.packages()
  }

  /// The folder of the database of installed packages in `root`.
  public static func database(of root: Path) -> Path { root / "var/db/pkg" }

  /// One entry for each package: `category/name-version`, with the text of its `InstalledBuild`. If the
  /// same binary package is merged again, the entry stays the same, because the time of the merge is not part
  /// of it.
  public var listing: Listing {
    Listing(packages.map { Listing.Entry($0.versionedName, InstalledBuild($0).text) })
  }
}

/// The folders and files of a database of installed packages.
private struct InstalledDatabase {
  let path: Path
  let recorder: ReadRecorder
  let keys: BuildKeys

  func packages() throws(SystemError) -> [InstalledPackage] {
    var found: [InstalledPackage] = []
    for category in try folders(in: path) {
      for folder in try folders(in: path / category) {
        if let package = try package(category: category, folder: folder) { found.append(package) }
      }
    }
    return found
  }

  /// The folders that may be categories or packages, in byte order. A folder called `-MERGING-PF` belongs to a
  /// merge that is in progress or was cut off, and is left out.
  private func folders(in path: Path) throws(SystemError) -> [Path] {
    let entries: [Directory.Entry]
    do {
      entries = try recorder.entries(of: path)
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
    let use = InstalledPackage.enabled(try words(path / "USE"), of: try words(path / "IUSE"))
    let time = try value(path / "BUILD_TIME") ?? "unknown"
    return InstalledPackage(
      id: id, slot: try value(path / "SLOT") ?? "0",
      use: use,
      license: try value(path / "LICENSE") ?? "",
      buildID: try value(path / "BUILD_ID"), buildTime: time,
      repository: try value(path / "repository") ?? "unknown", key: keys[id, time])
  }

  private func words(_ path: Path) throws(SystemError) -> [String] {
    try content(path).split(whereSeparator: TextLines.isSpace).map { String(decoding: $0, as: UTF8.self) }
  }

  /// The words of the file with one space between them; nil if there are none.
  private func value(_ path: Path) throws(SystemError) -> String? {
    let words = try words(path)
    return words.isEmpty ? nil : words.joined(separator: " ")
  }

  private func content(_ path: Path) throws(SystemError) -> [UInt8] {
    do {
      return try recorder.content(of: path)
    } catch let error where error.isMissing {
      return []
    }
  }
}
