import BuildGraph
import BuildSettings
import ImageBuild
import TextKit

extension Command {
  static let fetch = Command(
    "fetch", "[TARGET…]", summary: "download what they need, to build without network",
    details: [
      "What is downloaded lies in DISTDIR: the sources of all packages of the image and of the kernel, and Portage. What "
        + "must be there before that is known is built, the host's tools and the compiler. All that cannot be had is named."
    ],
    words: .targets, options: [.wait, .events, .trace, .json],
    check: Build.check, run: { try Build.run($0, "fetch", goals: Fetch.goals) })
}

/// `sysbuild fetch [TARGET…]`: makes the targets that download what others need.
private enum Fetch {
  static func goals(_ session: Session) throws -> [TargetID] {
    guard session.settings.variant != nil else {
      throw UserError("'fetch' needs the graph of an image: this source tree has one of its own")
    }
    let graph = session.graph
    let targets = graph.closure(of: try session.goals()).map { graph[$0].target }
    return Downloads.targets(for: targets).compactMap(graph.id)
  }
}
