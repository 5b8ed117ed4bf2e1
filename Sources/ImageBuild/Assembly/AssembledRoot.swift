import Platform
import PortageFiles
import Stamps
import TextKit

/// The root from which the destination root begins: the skeleton, and all packages whose merge runs no code of theirs.
///
/// As no code runs, the root is the same in whatever order these are merged. So the next one is made from it: the files
/// of packages that are gone or different are taken out, and what is new is merged. Each time it is proved that all in it
/// belongs to a package of it; otherwise it is made from nothing.
///
/// The folder has `root`, the `record` of what it was made from, the paths of the `skeleton`, and `folders`.
struct AssembledRoot {
  let root: Path
  private let folder: Path
  private let recorded: RecordedFolders

  /// - Parameters:
  ///   - root: the folder `root` of an assembly.
  ///   - folders: where `hosts/emerge` records folders.
  init(root: Path, folders: Path) {
    self.root = root
    folder = root.parent
    recorded = RecordedFolders(folders)
  }

  var record: AssemblyRecord? { AssemblyRecord(file: recordFile) }

  private var recordFile: Path { folder / "record" }
  private var skeletonFile: Path { folder / "skeleton" }

  /// Notes that the root is not whole, and removes it.
  func begin() throws(SystemError) {
    try forgetRecord()
    try Directory.removeTree(root)
    try Directory.create(root, intermediates: true)
  }

  /// Notes that the root is not whole while it is changed.
  func forgetRecord() throws(SystemError) { try File.remove(recordFile, missingIsFine: true) }

  /// Notes what the root has before the packages that run no code.
  func noteSkeleton() throws {
    var entries: [Listing.Entry] = []
    try RootPlaces.visit(root) { entries.append(Listing.Entry(key: $0.bytes)) }
    try AtomicFile.write(Listing(entries).storedText, to: skeletonFile, durable: false)
  }

  // MARK: Taking packages out

  /// Removes packages with their files. Folders stay that others have.
  ///
  /// - Parameter staying: the packages that are neither removed nor of the skeleton.
  /// - Returns: whether settings in `etc/env.d` were among the files.
  func takeOut(_ packages: [PackageVersion], staying: [PackageVersion]) throws -> Bool {
    var places = RootPlaces(root)
    let skeleton = try skeleton()
    var kept: Set<Path> = []
    for package in staying {
      for owned in try OwnedPath.all(of: package, in: root) {
        if let path = places[owned.path] { kept.insert(path) }
      }
    }
    var folders: Set<Path> = []
    var hasSettings = false
    for package in packages {
      for owned in try OwnedPath.all(of: package, in: root) {
        guard let path = places[owned.path], !kept.contains(path), !skeleton.contains(path) else { continue }
        if owned.kind == .directory {
          folders.insert(path)
        } else {
          hasSettings = hasSettings || path.parent == "etc/env.d"
          try File.remove(root / path, missingIsFine: true)
        }
      }
    }
    // One that stays without an owner is found when all is proved.
    for path in folders.sorted().reversed() where Self.generatedFolders[path] == nil {
      try Directory.removeIfEmpty(root / path)
    }
    for package in packages {
      let entry = InstalledPackages.database(of: root) / Path("\(package)")
      try Directory.removeTree(entry)
      try recorded.forget(package)
    }
    // It is written only if a setting changes it, and stays if there is none.
    if hasSettings, !skeleton.contains("etc/ld.so.conf") {
      try File.remove(root / "etc/ld.so.conf", missingIsFine: true)
    }
    return hasSettings
  }

  // MARK: Proving what is there

  /// Proves that the root is what a record says, and notes that it is whole.
  ///
  /// - Throws: `RootOwnership.Problem` unless all that is there is explained by the packages of the record.
  func complete(_ record: AssemblyRecord) throws {
    let packages = record.packages.keys.sorted()
    let skeleton = try skeleton()
    for build in try PackageBuild.installed(in: root) {
      if let source = record.packages[build.id], source.time != build.time {
        throw RootOwnership.Problem.unexplained("another build of \(build.versionedName) was merged")
      }
    }
    let ownership = try RootOwnership(of: packages, in: root, after: skeleton)
    try ownership.requireAll(in: root) {
      skeleton.contains($0) || Self.generatedFolders[$0] != nil || Self.generatedFiles.contains($0)
    }
    try setModes(of: ownership.folders, packages, skeleton)
    try record.write(to: recordFile)
  }

  /// Gives each folder the mode and owner that it has in the first package that has it, or that Portage gives it.
  private func setModes(
    of folders: [Path: [PackageVersion]], _ packages: [PackageVersion], _ skeleton: Set<Path>
  ) throws {
    var places = RootPlaces(root)
    var attributes: [PackageVersion: [Path: RecordedFolders.Attributes]] = [:]
    for package in packages {
      guard let folders = try recorded[package] else {
        throw RootOwnership.Problem.orderMatters("code ran when \(package) was merged", [package])
      }
      attributes[package] = Dictionary(
        folders.compactMap { path, value in places[path].map { ($0, value) } }
      ) { first, _ in first }
    }
    for (path, mode) in Self.generatedFolders where folders[path] == nil && !skeleton.contains(path) {
      if File.isDirectory(root / path) { try File.set(mode: mode, user: 0, group: 0, of: root / path) }
    }
    for (path, owners) in folders where !skeleton.contains(path) {
      guard let first = owners.first, let value = attributes[first]?[path] else {
        throw RootOwnership.Problem.orderMatters("the mode of \(path) is not known", owners)
      }
      try File.set(mode: value.mode, user: value.user, group: value.group, of: root / path)
    }
  }

  private func skeleton() throws(SystemError) -> Set<Path> {
    Set((Listing(stored: try File.read(skeletonFile))?.entries ?? []).map { Path(bytes: $0.key) })
  }

  /// The folders that Portage makes in every root, and the modes that it gives them.
  private static let generatedFolders: [Path: UInt32] = [
    "etc": 0o755, "etc/env.d": 0o755, "etc/environment.d": 0o755, "tmp": 0o1777, "var": 0o755, "var/lib": 0o755,
    "var/tmp": 0o1777,
  ]

  /// The files that Portage generates from the settings in `etc/env.d`.
  static let generatedFiles: Set<Path> = [
    "etc/csh.env", "etc/environment.d/10-gentoo-env.conf", "etc/ld.so.cache", "etc/ld.so.conf",
    "etc/profile.env",
  ]
}
