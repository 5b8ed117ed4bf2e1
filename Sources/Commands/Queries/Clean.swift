import BuildGraph
import BuildSettings
import Execution
import Platform
import Stamps

extension Command {
  static let clean = Command(
    "clean", "[TARGET]", summary: "remove what it, or every target, makes", words: .targets,
    options: [.wait], run: { try Clean.run(Session($0)) })
}

/// `sysbuild clean [TARGET]`: removes what a target makes, its log and its stamp; without a target those of
/// every target.
///
/// What lies in IMAGESDIR outside O stays: those are the artifacts to keep.
private enum Clean {
  static func run(_ session: Session) throws -> Ending {
    let build = session.settings.locations.build
    let nodes =
      try session.invocation.words.isEmpty
      ? session.graph.nodes : [session.graph[session.subject(of: "clean")]]
    if session.invocation.isDryRun {
      return try Program.show(outputs(of: nodes, session).map { "would remove \($0)\n" }.joined())
    }
    if !File.exists(build) { return .exit(0) }
    try BuildLock.hold(build, for: "clean", waits: session.invocation.has(.wait), warn: Program.complain) { _ in
      // Stamps first: cut off in between, a target is at least not taken for made.
      for node in nodes { try session.stamps.remove(node.name) }
      for output in outputs(of: nodes, session) {
        try Directory.removeTree(output)
        if !session.invocation.isSilent { try StandardStream.output.write("removed \(output)\n") }
      }
      for node in nodes { try Directory.removeTree(LogFile.folder(of: node.name, in: build)) }
    }
    return .exit(0)
  }

  /// What is there of the outputs in O, each path once: one may be an output in two respects.
  private static func outputs(of nodes: [Graph.Node], _ session: Session) -> [Path] {
    var seen: Set<Path> = []
    return nodes.flatMap(\.outputs).compactMap { session.graph[$0].path }.filter { path in
      path.isInside(session.settings.locations.build) && (try? FileStatus(path)) != nil
        && seen.insert(path).inserted
    }
  }
}
