internal import BuildGraph
internal import Platform
internal import Stamps

/// `sysbuild log [TARGET]`: the log of its last run, or of the last run that failed.
enum Log {
  static func text(_ session: Session) throws -> [UInt8] {
    let build = session.settings.locations.build
    if !session.invocation.words.isEmpty {
      let name = session.graph[try session.subject(of: "log")].name
      let file = LogFile.path(of: name, in: build)
      guard File.exists(file) else { throw UserError("there is no log of '\(name)': it never ran in this O") }
      return try File.read(file)
    }
    guard let name = lastFailure(session) else {
      throw UserError("no target's last run failed: name the target whose log you want")
    }
    return try File.read(LogFile.path(of: name, in: build))
  }

  /// Of the targets whose last run failed the one whose log is the youngest.
  private static func lastFailure(_ session: Session) -> String? {
    var last: (name: String, time: Int64)?
    for node in session.graph.nodes {
      guard case .success(.some(let stamp)) = session.state.stamp(of: node.id), stamp.state != .complete,
        let status = try? FileStatus(LogFile.path(of: node.name, in: session.settings.locations.build)),
        status.modified > last?.time ?? .min
      else { continue }
      last = (node.name, status.modified)
    }
    return last?.name
  }
}
