import ArtifactKinds
import BuildGraph
import BuildSettings
import ImageBuild
import Platform
import PortageFiles
import Stamps
import TextKit

extension Command {
  static let packages = Command(
    "packages", "[ROOT]",
    summary: "what is in a root, how large it is, and why",
    details: [
      "'packages --tree' shows what the sets' packages need, 'packages --tree PACKAGE' what that one needs, 'packages "
        + "--reverse PACKAGE' what needs it. A ROOT stands before PACKAGE, which is 'leaf', 'app-misc/leaf' or "
        + "'app-misc/leaf-1'."
    ],
    words: .oneOf(["rootfs", "sysroot"]),
    options: [.all, .size, .cost, .difference, .tree, .reverse, .json],
    check: { invocation throws(UserError) in
      if invocation.has(.tree) || invocation.has(.reverse) { return try PackageTree.check(invocation) }
      if invocation.has(.cost), invocation.has(.size) || invocation.has(.difference) {
        throw .misplaced(.cost, isFor: "the packages of one root, without --size")
      }
      if invocation.has(.difference) {
        if !(1...2).contains(invocation.words.count) { throw .needsManifests }
      } else if invocation.words.count > 1 {
        throw .tooManyRoots
      }
    },
    run: { invocation in
      // Two published images can be compared without a source tree.
      if invocation.has(.difference), invocation.words.count == 2 {
        return try Program.show(Packages.comparison(invocation))
      }
      let session = try Session(invocation)
      if invocation.has(.tree) || invocation.has(.reverse) {
        return try Program.show(PackageTree.text(session))
      }
      return try Program.show(Packages.text(session))
    })
}

extension Option {
  static let size = Option("--size", "sort packages by size, with the difference to the published image")
  static let cost = Option("--cost", "sort packages by what they and all that only they need take")
  static let difference = Option("--diff", "compare the packages of two images")
}

/// `sysbuild packages [ROOT]`: what is installed in a root of O, how large it is and why it is there; and what
/// distinguishes two images.
enum Packages {
  /// The roots, each with the target that completes it, and the sets that say what is to be there.
  static let roots = [
    (name: "rootfs", target: "rootfs", sets: ["skeleton", "install", "installonly"]),
    (name: "sysroot", target: "world", sets: ["base", "build"]),
  ]

  static func text(_ session: Session) throws -> String {
    let invocation = session.invocation
    guard session.settings.variant != nil else {
      throw UserError.noImageGraph
    }
    if invocation.has(.difference) {
      let now = try installed(in: "rootfs", session)
      return try comparison(
        invocation, now: (file: "\(now.path)", packages: now.packages))
    }
    let name = invocation.words.first ?? "rootfs"
    let (path, packages) = try installed(in: name, session)
    var report = PackageReport(
      root: name, packages: packages,
      origins: try origins(of: packages, in: name, at: path, session), namesAll: invocation.wantsAll)
    if invocation.has(.size), name == "rootfs" {
      let file = session.settings.locations.images / PackageManifest.name
      if File.exists(file) { report.published = .init(file: "\(file)", packages: try read(file)) }
    }
    let width = StandardStream.output.width
    if invocation.has(.cost) { return invocation.wantsJSON ? report.costsJSON : report.costs(width: width) }
    if invocation.wantsJSON { return report.json(bySize: invocation.has(.size)) }
    return invocation.has(.size) ? report.sizes(width: width) : report.list(width: width)
  }

  /// `packages --diff OLD NEW`, for which there need be no source tree.
  ///
  /// - Parameter now: what stands for NEW if that is not given.
  static func comparison(
    _ invocation: Invocation, now: (file: String, packages: [PackageEntry])? = nil
  ) throws -> String {
    let files = invocation.words.map { manifest(Path($0)) }
    let lists = try files.map { (file: "\($0)", packages: try read($0)) } + (now.map { [$0] } ?? [])
    let comparison = PackageComparison(
      old: lists[0].file, new: lists[1].file,
      differences: PackageDifferences(from: lists[0].packages, to: lists[1].packages))
    if invocation.wantsJSON { return comparison.json }
    return comparison.text(bySize: invocation.has(.size), width: StandardStream.output.width)
  }

  /// The packages.json that a path means: the file, or that of a folder.
  static func manifest(_ path: Path) -> Path { File.isDirectory(path) ? path / PackageManifest.name : path }

  static func read(_ file: Path) throws -> [PackageEntry] {
    do {
      return try PackageManifest.packages(try File.read(file))
    } catch let problem as PackageManifest.Problem {
      throw UserError.badManifest(file, problem)
    } catch let error as SystemError {
      throw UserError.noManifest(error)
    }
  }

  static func installed(
    in name: String, _ session: Session
  ) throws -> (path: Path, packages: [PackageEntry]) {
    let path = try folder(of: name, session)
    // Folders are in another order: `a-1`, `a-b-1`, `a-2`.
    return (path, try InstalledPackages(root: path).packages.map { try PackageEntry($0, in: path) }.sorted())
  }

  /// The folder of a root, which is there.
  static func folder(of name: String, _ session: Session) throws -> Path {
    guard let root = roots.first(where: { $0.name == name }) else {
      throw UserError.unknownRoot(name, among: roots.map(\.name))
    }
    let path = session.settings.locations.build / name
    guard File.exists(InstalledPackages.database(of: path)) else {
      throw UserError.notBuilt(path, makingCommand: session.invocation.commandLine([root.target]))
    }
    return path
  }

  private static func origins(
    of packages: [PackageEntry], in name: String, at path: Path, _ session: Session
  ) throws -> [PackageOrigin] {
    let dependencies = try packages.map { package in
      let folder =
        InstalledPackages.database(of: path) / package.category / "\(package.name)-\(package.version)"
      let all = try PackageDependencies(folder: folder)
      return name == "sysroot" ? all : PackageDependencies(runtime: all.runtime)
    }
    return PackageOrigin.origins(
      of: packages, dependencies, sets: try members(of: name, session))
  }

  /// The entries of the sets that say what is to be in a root.
  static func members(of name: String, _ session: Session) throws -> [PackageSet.Member] {
    try (roots.first { $0.name == name }?.sets ?? []).flatMap { set in
      try SetKind.set(Path("sets/\(set).packages"), session.settings, session.settings.recorder).members
    }
  }
}
