import BuildGraph
import BuildSettings
import Execution
import Platform
import TextKit

extension Command {
  static let show = Command(
    "show", "TARGET", summary: "its declaration, and its commands ready for a shell", words: .targets,
    run: answering(Show.text))
}

/// `sysbuild show TARGET`: its declaration as a targets file has it, then its commands as they would run,
/// ready to be pasted into a shell, where they stop at the first that fails.
private enum Show {
  static func text(_ session: Session) throws -> String {
    let graph = session.graph
    let node = graph[try session.subject(of: "show")]
    try session.state.look(at: node.inputs + node.received)
    let commands = session.state.commands(of: node.id)
    if commands.isEmpty { return node.target.section }
    let settings = graph.environment(of: node.id) + session.state.passedThrough(node)
    let environment = settings.map { "  \($0.name)=\(shellQuoted($0.value)) \\\n" }.joined()
    let folders = [graph.locations.source, graph.locations.build / "tmp"].map { shellQuoted($0.string ?? "") }
    let lines =
      ["cd \(folders[0])", "mkdir -p \(folders[1])"]
      + (try commands.map { "env -i \\\n\(environment)  \(try Self.shellText($0))" })
    return node.target.section + "\n# by hand:\n" + lines.joined(separator: " &&\n") + "\n"
  }

  /// A command as a shell takes it, this very program by its path.
  private static func shellText(_ command: Job.Command) throws -> String {
    guard command.words.first == Graph.ownProgram else { return command.shellText() }
    return command.shellText(calling: try Environment.executable().string)
  }
}
