import BuildGraph
import TextKit

extension Command {
  static let list = Command(
    "list", summary: "the targets, with a line about each", words: .none, options: [.json],
    run: answering(List.text))
}

/// `sysbuild list`: the targets, with a line about each.
private enum List {
  static func text(_ session: Session) throws -> String {
    let targets = session.graph.nodes.map(\.target)
    if session.invocation.wantsJSON {
      let rows = targets.map { ["name": .string($0.name), "summary": .string($0.summary)] as JSON }
      return (["version": 1, "targets": .array(rows)] as JSON).pretty + "\n"
    }
    return Table(["target", "what it is"], targets.map { [$0.name, $0.summary] }).text
  }
}
