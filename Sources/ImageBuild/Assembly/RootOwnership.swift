import Platform
import PortageFiles

/// Which package of an assembled root owns each path in it, with links on the way followed.
///
/// It is known only if the order in which the packages were merged makes no difference: no two of them own the same
/// file, and what is a folder for one is a folder for all.
struct RootOwnership {
  /// The reason why a root is not what it must be.
  enum Problem: Error, Hashable {
    /// Another order of merging could have made another root. The packages are those that are to blame.
    case orderMatters(String, [PackageVersion])
    /// Something is not as merging left it, or belongs to nobody.
    case unexplained(String)

    var reason: String {
      switch self {
      case .orderMatters(let reason, _), .unexplained(let reason): reason
      }
    }
  }

  /// The packages that own each folder, in their order.
  private(set) var folders: [Path: [PackageVersion]] = [:]
  private var files: [Path: PackageVersion] = [:]
  private var places: RootPlaces

  /// - Parameters:
  ///   - packages: their order decides whose folder counts.
  ///   - skeleton: the paths that were there before them.
  init(of packages: [PackageVersion], in root: Path, after skeleton: Set<Path>) throws {
    places = RootPlaces(root)
    for package in packages {
      for owned in try OwnedPath.all(of: package, in: root) {
        guard let path = places[owned.path] else {
          throw Problem.orderMatters("\(owned.path) leads out of the root file system", [package])
        }
        try add(path, isFolder: owned.kind == .directory, package)
        if owned.kind != .directory, skeleton.contains(path) {
          throw Problem.orderMatters("\(package) replaces \(path) of a package that is merged first", [package])
        }
        guard let status = try? FileStatus(root / path),
          owned.isUnchanged(status) || owned.kind == .directory && status.kind == .symbolicLink
        else {
          throw Problem.unexplained("\(path) is not as \(package) was merged")
        }
      }
    }
  }

  private mutating func add(_ path: Path, isFolder: Bool, _ package: PackageVersion) throws(Problem) {
    if let other = files[path] ?? (isFolder ? nil : folders[path]?.first) {
      let what = isFolder || folders[path] != nil ? "is a folder for one of them" : "belongs to both"
      throw .orderMatters("\(other) and \(package) have \(path), which \(what)", [other, package])
    }
    if isFolder {
      folders[path, default: []].append(package)
    } else {
      files[path] = package
    }
  }

  /// Fails unless all that is in the root belongs to one of the packages, or is in `others`.
  func requireAll(in root: Path, or others: (Path) -> Bool) throws {
    try RootPlaces.visit(root) { path in
      if files[path] == nil, folders[path] == nil, !others(path) {
        throw Problem.unexplained("\(path) belongs to no package")
      }
    }
  }
}

/// The places of paths in a root: relative to it, with links to folders followed.
struct RootPlaces {
  private let root: Path
  private let real: Path?
  private var folders: [Path: Path?] = [:]

  init(_ root: Path) {
    self.root = root
    real = File.resolve(root)
  }

  /// Nil if the folder is not there, or not in the root.
  subscript(path: Path) -> Path? {
    mutating get {
      let parent = path.parent
      if parent.isEmpty || parent == "." { return path }
      let folder: Path?
      if let known = folders[parent] {
        folder = known
      } else {
        folder = File.resolve(root / parent).flatMap { found in real.flatMap { found.relative(to: $0) } }
        folders[parent] = .some(folder)
      }
      return folder.map { $0.isEmpty || $0 == "." ? path.lastComponent : $0 / path.lastComponent }
    }
  }

  /// What Portage keeps in a root of its own, and what no image has.
  static let ofPortage: Set<Path> = ["var/cache", "var/db", "var/lib/portage"]

  /// Calls a closure for each path in a root but those that Portage keeps, a folder before what is in it.
  ///
  /// - Parameter omitted: folders that are left out with all that is in them.
  static func visit(
    _ root: Path, besides omitted: Set<Path> = ofPortage, _ body: (Path) throws -> Void
  ) throws {
    func visit(_ folder: Path) throws {
      for (name, kind) in try Directory.entries(of: root / folder) {
        let path = folder.isEmpty ? name : folder / name
        if omitted.contains(path) { continue }
        try body(path)
        if kind == .directory { try visit(path) }
      }
    }
    try visit("")
  }
}
