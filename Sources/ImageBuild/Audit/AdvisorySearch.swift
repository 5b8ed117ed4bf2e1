import BuildGraph
package import BuildSettings
import Platform
package import PortageFiles
import TextKit

/// The security advisories (GLSA) of the repositories about packages of an image.
///
/// The program `ebuilds` of the host backends finds them. Its request is an object with `packages`, an array of objects with
/// `package` (`category/name-version`), `slot` and `repository`. Its answer is an object:
/// - `repositories`: the names of those that have advisories;
/// - `advisories`: objects with `id`, `title`, `severity` and `packages`: objects with `package` and `fixed`, the version that
///   mends it, or null;
/// - `unreadable`: the files of advisories that could not be read.
package struct AdvisorySearch {
  /// Those that have advisories, if only about other packages.
  let repositories: [String]
  let vulnerabilities: [Vulnerability]
  let unreadable: [String]

  /// - Parameters:
  ///   - environment: that of a target that runs emerge.
  /// - Throws: `UserError` if Portage is not there yet, or cannot tell.
  package init(_ packages: [InstalledPackage], _ settings: Settings, environment: [String: String]) throws {
    let request = packages.map { Self.json($0.versionedName, slot: $0.slot, repository: $0.repository) }
    let answer = try PortageQuestion(
      program: "ebuilds", request: ["packages": .array(request)], root: "sysroot"
    ).answer(settings, environment)
    let known = Dictionary(packages.map { ($0.versionedName, $0) }) { first, _ in first }
    repositories = answer["repositories"]?.elements.compactMap(\.text) ?? []
    unreadable = answer["unreadable"]?.elements.compactMap(\.text) ?? []
    vulnerabilities = (answer["advisories"]?.elements ?? []).flatMap { json -> [Vulnerability] in
      func text(_ name: String) -> String { json[name]?.text ?? "" }
      return (json["packages"]?.elements ?? []).compactMap { hit in
        guard let package = hit["package"]?.text.flatMap({ known[$0] }) else { return nil }
        return Vulnerability(
          id: "GLSA-\(text("id"))", title: text("title"), severity: text("severity"), package: package.package,
          version: package.version, fix: hit["fixed"]?.text.map { .version($0) } ?? .none,
          url: "https://security.gentoo.org/glsa/\(text("id"))")
      }
    }
  }

  /// A package of a request about advisories.
  static func json(_ package: String, slot: String, repository: String) -> JSON {
    ["package": .string(package), "slot": .string(slot), "repository": .string(repository)]
  }
}
