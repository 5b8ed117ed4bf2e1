import PortageFiles
import TextKit

/// What an update of repositories means for an image, as text and as JSON.
struct UpdateReport {
  let changes: ResolutionChanges
  let news: UpdateNews

  func text(width: Int?) -> String {
    let followers = changes.changes.count { $0.kind == .mayRebuild }
    let rows =
      changes.changes.filter { $0.kind != .mayRebuild }.map { change in
        [change.kind.rawValue, Self.versions(of: change), Self.detail(of: change)]
      }
      + (followers == 0
        ? []
        : [
          [
            ResolutionChanges.Kind.mayRebuild.rawValue, Quantity.count(followers, "package"),
            "if what they are built against has another interface",
          ]
        ])
      + news.lost.map { lost in
        [
          lost.isMasked ? "masked" : "removed", lost.package,
          lost.isMasked ? lost.text : "\(lost.repository) does not have it any more",
        ]
      }
      + news.advisories.map { advisory in
        [
          advisory.isFixed ? "fixed" : "open", "GLSA \(advisory.id)",
          "\((advisory.isFixed ? advisory.before : advisory.after).joined(separator: ", ")): \(advisory.title)"
            + (advisory.severity.isEmpty ? "" : " (\(advisory.severity))"),
        ]
      }
    let table = rows.isEmpty ? "" : Table(["change", "package", "detail"], rows).text(width: width)
    return table + news.unreadable.map { "the advisory \($0) cannot be read\n" }.joined() + summary + "\n"
  }

  private static func versions(of change: ResolutionChanges.Change) -> String {
    let versions = [change.old, change.new].compactMap { $0?.version }
    return "\(change.name) \(change.kind == .rebuild ? versions[0] : versions.joined(separator: " → "))"
  }

  private static func detail(of change: ResolutionChanges.Change) -> String {
    let reasons = change.reasons.prefix(1).map { first in
      let more = change.reasons.count - 1
      return first + (more > 0 ? " (and \(Quantity.count(more, "change")) more)" : "")
    }
    return (reasons + (change.isInImage ? [] : ["only in the sysroot"])).joined(separator: ", ")
  }

  /// `2 new, 1 update, 5 the same`
  private var summary: String {
    let counts = ResolutionChanges.Kind.allCases.compactMap { kind -> String? in
      let count = changes.changes.count { $0.kind == kind }
      if count == 0 { return nil }
      switch kind {
      case .update, .downgrade, .rebuild: return Quantity.count(count, kind.rawValue)
      case .new, .mayRebuild, .gone: return "\(count) \(kind.rawValue)"
      }
    }
    if counts.isEmpty { return "none of \(Quantity.count(changes.same, "package")) changes" }
    return (counts + ["\(changes.same) the same"]).joined(separator: ", ")
  }

  /// An array for each kind of change, for what is lost and for the advisories.
  var json: JSON {
    let groups = ResolutionChanges.Kind.allCases.map { kind in
      JSON.Member(
        name: kind == .mayRebuild ? "mayRebuild" : kind.rawValue,
        value: .array(changes.changes.filter { $0.kind == kind }.map(Self.json)))
    }
    func lost(_ isMasked: Bool) -> JSON {
      .array(
        news.lost.filter { $0.isMasked == isMasked }.map { lost in
          let members: JSON = ["package": .string(lost.package), "repository": .string(lost.repository)]
          return isMasked ? members + ["reason": .string(lost.text)] : members
        })
    }
    let advisories = news.advisories.map { advisory -> JSON in
      [
        "id": .string(advisory.id), "title": .string(advisory.title), "severity": .string(advisory.severity),
        "before": .array(advisory.before.map { .string($0) }),
        "after": .array(advisory.after.map { .string($0) }),
      ]
    }
    return .object(groups)
      + [
        "masked": lost(true), "removed": lost(false), "security": .array(advisories),
        "same": .integer(changes.same),
      ]
  }

  private static func json(_ change: ResolutionChanges.Change) -> JSON {
    func version(_ package: ResolvedPackage?) -> JSON { package.map { .string($0.version) } ?? .null }
    return [
      "name": .string(change.name), "from": version(change.old), "to": version(change.new),
      "repository": .string((change.new ?? change.old)?.repository ?? ""),
      "image": .bool(change.isInImage), "reasons": .array(change.reasons.map { .string($0) }),
    ]
  }
}
