import BuildGraph
import BuildSettings
import Platform
import PortageFiles
import TextKit

/// What Portage says about the packages of an image before and after an update: which versions can be had no more, and
/// which security advisories (GLSA) concern them.
///
/// The program `ebuilds` of the host backends tells it. Its request is an object with `before` and `after`, arrays of
/// objects with `package` (`category/name-version`), `slot` and `repository`. Its answer is an object:
/// - `lost`: objects with `package`, `repository`, `isMasked` (or else there is no ebuild any more) and `text`, which says
///   why it is masked, in the words of package.mask if these are the reason;
/// - `advisories`: objects with `id`, `title`, `severity`, and `before` and `after`, the packages that it concerns;
/// - `unreadable`: the files of advisories that could not be read.
struct UpdateNews {
  struct Lost {
    let package: String
    let repository: String
    let isMasked: Bool
    let text: String
  }

  struct Advisory {
    let id: String
    let title: String
    let severity: String
    let before: [String]
    let after: [String]

    /// Whether the update helps.
    var isFixed: Bool { after.isEmpty }
  }

  let lost: [Lost]
  /// Those that are fixed by the update first.
  let advisories: [Advisory]
  let unreadable: [String]

  init(
    _ changes: ResolutionChanges, in room: QuestionRoom, _ settings: Settings, _ environment: [String: String]
  ) throws {
    func json(_ packages: [ResolvedPackage]) -> JSON {
      .array(
        packages.map {
          AdvisorySearch.json($0.versionedName, slot: $0.fullSlot, repository: $0.repository)
        })
    }
    let answer = try PortageQuestion(
      program: "ebuilds", request: ["before": json(changes.before), "after": json(changes.after)],
      root: "sysroot"
    ).answer(in: room, settings, environment)
    lost = (answer["lost"]?.elements ?? []).map { json in
      Lost(
        package: json["package"]?.text ?? "", repository: json["repository"]?.text ?? "",
        isMasked: json["isMasked"] == .bool(true), text: json["text"]?.text ?? "")
    }
    let advisories = (answer["advisories"]?.elements ?? []).map { json in
      func packages(_ name: String) -> [String] { json[name]?.elements.compactMap(\.text) ?? [] }
      return Advisory(
        id: json["id"]?.text ?? "", title: json["title"]?.text ?? "", severity: json["severity"]?.text ?? "",
        before: packages("before"), after: packages("after"))
    }
    self.advisories = advisories.filter(\.isFixed) + advisories.filter { !$0.isFixed }
    unreadable = answer["unreadable"]?.elements.compactMap(\.text) ?? []
  }
}
