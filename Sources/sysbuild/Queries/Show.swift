internal import BuildGraph
internal import Platform

/// `sysbuild show TARGET`: its declaration as a targets file has it, then its commands as they would run,
/// ready to be pasted into a shell.
enum Show {
  static func text(_ session: Session) throws -> String {
    let graph = session.graph
    let node = graph[try session.subject(of: "show")]
    try session.state.look(at: node.inputs + node.received)
    let commands = session.state.commands(of: node.id)
    if commands.isEmpty { return node.target.section }
    let settings = graph.environment(of: node.id) + session.state.passedThrough(node)
    let environment = settings.map { "  \($0.name)=\(shellQuoted($0.value)) \\\n" }.joined()
    return node.target.section + "\n# by hand:\ncd \(shellQuoted("\(graph.locations.source)"))\n"
      + commands.map { "env -i \\\n\(environment)  \($0.shellText)\n" }.joined()
  }
}
