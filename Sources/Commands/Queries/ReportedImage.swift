import BuildGraph
import BuildSettings
import ImageBuild
import Platform
import PortageFiles
import ReportPage

/// What a report tells of the root file system in O, and of the image that it is compared with.
enum ReportedImage {
  /// Nil if there is no root file system, unless it is to be compared: then that is an error.
  static func image(_ session: Session) throws -> ReportContent.Image? {
    let locations = session.settings.locations
    if !File.exists(InstalledPackages.database(of: locations.build / "rootfs")),
      !session.invocation.has(.against)
    {
      return nil
    }
    let (_, packages) = try Packages.installed(in: "rootfs", session)
    let old = try other(session)
    let files = published(session).compactMap { target, file -> ReportContent.ImageFile? in
      guard let size = size(of: file) else { return nil }
      let name = file.lastComponent
      return .init(
        name: "\(name)", size: size, oldSize: old.flatMap { Self.size(of: $0.file.parent / name) },
        isOutOfDate: isOutOfDate(target, session))
    }
    var image = ReportContent.Image(
      parts: try parts(packages, RootContents(session.settings)), files: files)
    image.comparison = old.map { old in comparison(old.packages, packages, file: old.file, name: old.name) }
    return image
  }

  private struct Other {
    let file: Path
    let name: String
    let packages: [PackageEntry]
  }

  /// The image to compare with; nil if none is named, and none was published.
  private static func other(_ session: Session) throws -> Other? {
    if let word = session.invocation.value(of: .against) {
      let file = Packages.manifest(Path(word))
      return Other(file: file, name: "the image in \(file)", packages: try Packages.read(file))
    }
    let file = session.settings.locations.images / PackageManifest.name
    guard File.exists(file) else { return nil }
    return Other(file: file, name: "the published image", packages: try Packages.read(file))
  }

  /// The files of O that `image` publishes, each with the target that makes it; without the list of packages.
  private static func published(_ session: Session) -> [(target: TargetID, file: Path)] {
    let graph = session.graph
    guard let image = graph.id(of: "image").map({ graph[$0] }) else { return [] }
    let names = Set(image.outputs.compactMap { graph[$0].path?.lastComponent }).subtracting([
      Path(PackageLock.name)
    ])
    return image.needs.flatMap { target in
      graph[target].outputs.compactMap { graph[$0].path }.filter { names.contains($0.lastComponent) }
        .map { (target, $0) }
    }
  }

  /// Whether what the target reads has changed since it made the file. What cannot be read is no reason to have no report.
  private static func isOutOfDate(_ target: TargetID, _ session: Session) -> Bool {
    guard (try? session.state.look(at: [target])) != nil else { return false }
    return !session.state.reasons(for: target).isEmpty
  }

  private static func size(of file: Path) -> Int? {
    (try? FileStatus(file, followingLinks: true)).map { Int($0.size) }
  }

  private static func comparison(
    _ old: [PackageEntry], _ new: [PackageEntry], file: Path, name: String
  ) -> ReportContent.Comparison {
    let differences = PackageDifferences(from: old, to: new)
    let words = PackageComparison(old: "", new: "", differences: differences)
    let changes = differences.pairs.map { pair in
      let kind: ReportContent.Change.Kind =
        switch pair {
        case .added: .added
        case .removed: .removed
        case .kept: .kept
        }
      return ReportContent.Change(
        package: pair.package.package, version: pair.package.version, kind: kind, oldSize: pair.oldSize,
        newSize: pair.newSize,
        parts: words.changes(pair))
    }
    return .init(
      file: "\(file)", name: name, oldSize: differences.oldSize, newSize: differences.newSize, changes: changes)
  }

  private static func parts(_ packages: [PackageEntry], _ contents: RootContents) -> [ReportContent.Part] {
    func folders(_ owner: RootContents.Owner) -> [ReportContent.Folder] {
      (contents.folders[owner] ?? [:]).map { .init(path: "\($0.key)", size: $0.value) }
    }
    let others: [(RootContents.Owner, String)] = [
      (.overlay, "the overlay"), (.kernel, "modules of the kernel"), (.nobody, "made at the merge"),
    ]
    return packages.map { package in
      .init(
        name: package.package, version: package.version, license: package.license,
        folders: folders(.package(package.id)))
    }
      + others.filter { contents.folders[$0.0] != nil }.map { owner, name in
        .init(name: name, version: nil, folders: folders(owner))
      }
  }
}
