import BuildGraph
import BuildSettings
import Platform
import PortageFiles
import TextKit

/// Asks Portage about the packages of the resolution.
///
/// The program `legal-info` of the host backends answers. Its request is an object with `roots`, the folders in whose
/// databases the environments of builds are, and `packages`, each with `package` (`category/name-version`), `repository` and
/// `use` (the enabled flags). Its answer is an object with `packages`, in the same order, each with
/// - `ebuild`: its file;
/// - `license`, `licenses`, `restrict`: LICENSE with these flags, the names in it, the words of RESTRICT;
/// - `homepage`, `isLive`, `usesToolchain`, `checkout` (or null);
/// - `sources`: objects with `name` and `uri`;
/// - `patches`: objects with `name` and `file` (or null), as `LegalPackage` has them; null without the environment of a build.
struct LegalQuestion {
  let settings: Settings
  /// That of a target that runs emerge.
  let environment: [String: String]

  /// The packages of the image, then those that only its build needs, each ordered by name and version.
  func packages() throws -> [LegalPackage] {
    let build = settings.locations.build
    guard let resolution = Resolution(readIn: build / "resolution") else { throw UserError.noLegalImage }
    let wanted = Self.wanted(resolution)
    let answer = try answer(wanted.map(\.package))
    guard let elements = answer["packages"]?.elements, elements.count == wanted.count else {
      throw UserError.noLegalAnswer
    }
    return try zip(wanted, elements).map { wanted, json in
      guard let package = LegalPackage(wanted.package, wanted.part, json) else { throw UserError.noLegalAnswer }
      return package
    }
  }

  private static func wanted(
    _ resolution: Resolution
  ) -> [(package: ResolvedPackage, part: LegalPackage.Part)] {
    func packages(_ names: [ResolvedList.Name]) -> [PackageVersion: ResolvedPackage] {
      let all = names.flatMap { resolution.lists[$0]?.packages ?? [] }
      return Dictionary(all.map { ($0.id, $0) }) { $1 }
    }
    let image = packages([.skeleton, .rootfs])
    let others = packages([.libcap, .base, .world, .installonly]).filter { image[$0.key] == nil }
    func sorted(_ packages: [PackageVersion: ResolvedPackage]) -> [ResolvedPackage] {
      packages.values.sorted { $0.id < $1.id }
    }
    return sorted(image).map { ($0, .image) } + sorted(others).map { ($0, .build) }
  }

  private func answer(_ packages: [ResolvedPackage]) throws -> JSON {
    let build = settings.locations.build
    let requests = packages.map { package -> JSON in
      [
        "package": .string("\(package.id)"), "repository": .string(package.repository),
        "use": .array(package.use.map { .string($0) }),
      ]
    }
    let roots = ["rootfs", "sysroot"].map { JSON.string("\(build / $0)") }
    let question = PortageQuestion(
      program: "legal-info", request: ["roots": .array(roots), "packages": .array(requests)], root: "sysroot")
    // In mounts of its own this process could not write the folder afterwards.
    let scratch = try Directory.createTemporary(prefix: "/tmp/sysbuild-legal-")
    defer { try? Directory.removeTree(scratch) }
    let room = QuestionRoom(scratch: scratch, source: settings.locations.source, sharesMetadata: true)
    return try question.answer(in: room, settings, environment)
  }
}
