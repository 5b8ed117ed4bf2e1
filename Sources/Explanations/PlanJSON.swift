package import BuildGraph
package import Stamps
package import TextKit

/// A plan as JSON, which `--dry-run --json` prints. docs/reference.md has the schema, version 1.
extension PlanReport {
  package var json: String { object.pretty + "\n" }

  package var object: JSON { ["version": 1, "targets": .array(plan.entries.map(target))] }

  private func target(_ entry: Plan.Entry) -> JSON {
    var needs: [TargetID] = []
    var reasons: [Reason] = []
    switch entry.verdict {
    case .fresh: break
    case .stale(let why): reasons = why
    case .pending(let on): needs = on
    }
    let note: JSON = .object(notes[entry.id].map { [$0.member] } ?? [])
    return [
      "name": .string(graph[entry.id].name),
      "verdict": .string(entry.verdict.name),
      "pendingOn": .array(needs.map { .string(graph[$0].name) }),
      "reasons": .array(reasons.map(JSON.init)),
    ] + note
  }
}

extension JSON {
  package init(_ reason: Reason) {
    var members: [Member] = [Member(name: "kind", value: .string(reason.kind))]
    func add(_ name: String, _ value: JSON) { members.append(Member(name: name, value: value)) }
    switch reason {
    case .neverBuilt, .forced, .elsewhere: break
    case .inputChanged(let artifact, let changes):
      add("input", JSON(artifact))
      add("changes", .array(changes.map(JSON.init)))
    case .recipeChanged(let changes): add("changes", .array(changes.map(JSON.init)))
    case .outputMissing(let artifact): add("output", JSON(artifact))
    case .assumed(let artifact): add("artifact", JSON(artifact))
    case .outputAltered(let artifact, let changes):
      add("output", JSON(artifact))
      add("changes", .array(changes.map(JSON.init)))
    case .lastRunFailed(let why): add("message", .string(why))
    case .stampUnreadable(let error): add("message", .string("\(error)"))
    }
    self = .object(members)
  }

  package init(_ artifact: Artifact) {
    self = ["kind": .string(artifact.kind.rawValue), "name": .string(artifact.name)]
  }

  private init(_ change: Change) {
    var members = [
      Member(name: "change", value: .string(change.kind.rawValue)),
      Member(name: "item", value: .string(change.item)),
    ]
    for (name, text) in [("from", change.old), ("to", change.new), ("place", change.place)] {
      if let text { members.append(Member(name: name, value: .string(text))) }
    }
    self = .object(members)
  }
}
