import TextKit

/// The known vulnerabilities of an image, but for those that its variant accepts.
package struct AuditReport {
  private let open: [Vulnerability]
  private let accepted: [(vulnerability: Vulnerability, line: AuditExceptions.Line)]
  /// About exceptions that count no more, and advisories that cannot be read.
  package let warnings: [String]
  private let unreadable: [String]
  private let repositories: [String]
  private let tool: String?

  /// - Parameter scan: nil if no tool is installed.
  package init(_ advisories: AdvisorySearch, _ scan: VulnerabilityScan?, _ exceptions: AuditExceptions) {
    let all = advisories.vulnerabilities + (scan?.vulnerabilities ?? [])
    open = all.filter { exceptions.line(about: $0) == nil }
    accepted = all.compactMap { vulnerability in
      exceptions.line(about: vulnerability).map { (vulnerability, $0) }
    }
    repositories = advisories.repositories
    unreadable = advisories.unreadable
    tool = scan?.tool
    let looked = (advisories: !repositories.isEmpty && unreadable.isEmpty, tool: tool != nil)
    warnings =
      exceptions.warnings(Set(all.map(\.id))) { $0.hasPrefix("GLSA-") ? looked.advisories : looked.tool }
      + unreadable.map { "the advisory \($0) cannot be read" }
  }

  /// Whether anything was looked for.
  package var isEmpty: Bool { repositories.isEmpty && tool == nil }

  /// Whether there is nothing that the variant does not accept.
  package var isClean: Bool { open.isEmpty && unreadable.isEmpty }

  /// - Parameter width: nil for no limit.
  package func text(width: Int?) -> String {
    let rows = open.map { vulnerability in
      let fix =
        switch vulnerability.fix {
        case .version(let version): version
        case .none: "none"
        case .unknown: ""
        }
      return [
        vulnerability.id, vulnerability.severity, "\(vulnerability.package)-\(vulnerability.version)", fix,
        Excerpt.of(vulnerability.title, width: 60), vulnerability.url,
      ]
    }
    let table =
      rows.isEmpty
      ? "" : Table(["advisory", "severity", "package", "mended by", "title", "see"], rows).text(width: width)
    let count = Set(open.map(\.id)).count
    let summary =
      count == 0
      ? "none open" : "\(count) open"
    let rest = Set(accepted.map(\.vulnerability.id)).count
    return table + summary + (rest == 0 ? "" : ", \(rest) accepted") + ": \(sources)\n"
  }

  /// Where was looked.
  private var sources: String {
    (repositories.isEmpty
      ? "no repository has GLSAs (metadata/glsa)" : "GLSAs of \(repositories.joined(separator: " and "))")
      + ", "
      + (tool.map { "CVEs by \($0)" }
        ?? "no tool for CVEs (\(VulnerabilityScan.names.joined(separator: ", ")), AUDIT_TOOL)")
  }

  package var json: String {
    let accepted = self.accepted.map { vulnerability, line in
      vulnerability.json
        + ["until": .string(line.until), "reason": .string(line.reason), "place": .string(line.place)]
    }
    let json: JSON = [
      "version": 1, "repositories": .array(repositories.map { .string($0) }),
      "tool": tool.map { .string($0) } ?? .null, "open": .array(open.map(\.json)),
      "accepted": .array(accepted), "unreadable": .array(unreadable.map { .string($0) }),
      "warnings": .array(warnings.map { .string($0) }),
    ]
    return json.pretty + "\n"
  }
}
