import ArtifactKinds
import BuildGraph
import BuildSettings
import ImageBuild
import Platform
import Stamps
import TextKit

extension Command {
  static let doctor = Command(
    "doctor", summary: "whether this machine is fit for the build", words: .none,
    options: [.json], run: { try Doctor.run(Session($0)) })
}

/// `sysbuild doctor`: whether this machine is fit for the build, and what to do where it is not.
enum Doctor {
  static func run(_ session: Session) throws -> Ending {
    let findings = try Signals.deferringEnds {
      try FolderCheckup(session.settings.locations, isOfImage: session.settings.variant != nil).findings()
        + sources(session) + ToolCheckup(session.graph, session.settings).findings()
    }
    _ = try Program.show(session.invocation.wantsJSON ? json(findings) : text(findings))
    return .exit(findings.contains { $0.level == .error } ? 2 : 0)
  }

  /// What is tried out each time before the first target of an image runs. Only the folders: it must cost nothing.
  static func beforeRun(_ session: Session) throws(UserError) {
    guard session.settings.variant != nil else { return }
    // Tried out there, and not in the folder around it. If it cannot be made, the trial says more.
    try? Directory.create(session.settings.locations.images, intermediates: true)
    let errors = Signals.deferringEnds {
      FolderCheckup(session.settings.locations, isOfImage: true).findings()
        + ToolCheckup(session.graph, session.settings).spreadCompilation()
    }.filter { $0.level == .error }
    if errors.isEmpty { return }
    throw UserError(errors.map(\.sentence).joined(separator: "\n") + "\n'sysbuild doctor' tells more")
  }

  /// The mistakes in the sets and configurations that the targets read, each of which would end a plan.
  private static func sources(_ session: Session) -> [Finding] {
    let context = ObservationContext(graph: session.graph, settings: session.settings, index: session.index)
    let nodes = session.graph.nodes.flatMap(\.inputs).map { session.graph[$0] }
      .filter { [.set, .configuration].contains($0.artifact.kind) }
    if nodes.isEmpty { return [] }
    var mistakes: [String] = []
    for node in nodes {
      do {
        _ = try ArtifactKinds[node.artifact.kind]?.read(node, in: context)
      } catch {
        if !mistakes.contains("\(error)") { mistakes.append("\(error)") }
      }
    }
    return mistakes.isEmpty
      ? [.ok("the repositories, sets and configurations can be read")]
      : mistakes.map { .error($0, remedy: "") }
  }

  private static func text(_ findings: [Finding]) -> String {
    let indent = String(repeating: " ", count: Finding.Level.warning.rawValue.count + 2)
    let lines = findings.map { finding in
      let level = finding.level.rawValue
      let remedy = finding.remedy.isEmpty ? "" : "\n\(indent)→ \(finding.remedy)"
      return level + indent.dropFirst(level.count) + finding.text + remedy + "\n"
    }
    let counts = [Finding.Level.error, .warning].map { level in findings.count { $0.level == level } }
    return lines.joined() + "\(Quantity.count(counts[0], "error")), \(Quantity.count(counts[1], "warning"))\n"
  }

  private static func json(_ findings: [Finding]) -> String {
    let checks = findings.map { finding -> JSON in
      let remedy: JSON = finding.remedy.isEmpty ? [:] : ["remedy": .string(finding.remedy)]
      return ["level": .string(finding.level.rawValue), "text": .string(finding.text)] + remedy
    }
    return (["version": 1, "checks": .array(checks)] as JSON).pretty + "\n"
  }
}
