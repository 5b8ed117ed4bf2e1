package import Platform
package import PortageFiles
import TextKit

/// Packages of a root that are to be laid over what a device has, and what the device must have for them.
package struct DeployedPackages {
  /// Where they are taken from.
  package let root: Path
  /// Each once, in the order of their names.
  package let packages: [PackageVersion]
  /// Their files and folders, relative to the root; a folder before what is in it.
  package let files: [Path]
  /// The libraries of other packages with which they are linked, also by way of other libraries, relative to the root.
  package let libraries: [Path]

  /// - Parameters:
  ///   - words: `name` or `category/name`, with or without a version.
  ///   - roots: where they may be installed; all are taken from the first root that has all of them.
  /// - Throws: `UserError` for a word that no root has.
  package init(_ words: [String], in roots: [Path]) throws {
    let installed = try roots.map { root in (root, try InstalledPackages(root: root).packages.map(\.id)) }
    guard
      let (root, all) = installed.first(where: { _, packages in
        words.allSatisfy { word in packages.contains { $0.isNamed(word) } }
      })
    else {
      let known = installed.flatMap(\.1)
      let unknown = words.first { word in !known.contains { $0.isNamed(word) } } ?? words[0]
      throw UserError.notInstalled(unknown, among: known.map(\.package))
    }
    packages = all.filter { package in words.contains { package.isNamed($0) } }.sorted()
    self.root = root
    var places = RootPlaces(root)
    func place(_ path: Path) -> Path? { places[path].flatMap { File.exists(root / $0) ? $0 : nil } }
    var files: Set<Path> = []
    for package in packages {
      for owned in try OwnedPath.all(of: package, in: root) {
        // A folder may be a link itself.
        let path = owned.kind == .directory ? places[owned.path / "."]?.parent : place(owned.path)
        if let path { files.insert(path) }
      }
    }
    self.files = files.sorted()
    libraries = try Self.libraries(of: packages, among: all, in: root).compactMap(place)
      .filter { !files.contains($0) }.sorted()
  }

  private static func libraries(
    of packages: [PackageVersion], among all: [PackageVersion], in root: Path
  ) throws -> Set<Path> {
    var providers: [[String]: [InstalledObject]] = [:]
    var ahead: [InstalledObject] = []
    for package in all {
      let objects = try InstalledObject.all(of: package, in: root)
      for object in objects where !object.soname.isEmpty {
        providers[[object.category, object.soname], default: []].append(object)
      }
      if packages.contains(package) { ahead += objects }
    }
    var found: Set<InstalledObject> = []
    while let object = ahead.popLast() {
      for soname in object.needed {
        ahead += (providers[[object.category, soname]] ?? []).filter { found.insert($0).inserted }
      }
    }
    return Set(found.map(\.path))
  }
}

extension PackageVersion {
  /// Whether a user's word means the package: `hello`, `app-misc/hello`, `app-misc/hello-1`.
  func isNamed(_ word: String) -> Bool { [name, package, "\(self)"].contains(word) }
}

extension UserError {
  static func notInstalled(_ word: String, among names: [String]) -> Self {
    Self("neither the image nor the sysroot has a package '\(word)'\(didYouMean(word, among: names))")
  }
}
