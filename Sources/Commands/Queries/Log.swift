import BuildGraph
import BuildSettings
import Execution
import Platform
import Stamps
import TextKit

extension Command {
  static let log = Command(
    "log", "[-f] [TARGET]",
    summary: "its last log, or the last failure's (-f, --follow it)",
    words: .targets, options: [.follow], run: { try Log.run(Session($0)) })
}

extension Option {
  static let follow = Option("--follow", letter: "f", "print what the log gains until its run ends")
}

/// `sysbuild log [-f] [TARGET]`: the log of its last run, or of the last run that did not succeed, which may be
/// one that goes on; with `-f` until that run ends.
private enum Log {
  static func run(_ session: Session) throws -> Ending {
    let file = try file(session)
    if !session.invocation.has(.follow) { return try Program.show(bytes: File.read(file)) }
    try LogFollower.follow(file)
    return .exit(0)
  }

  private static func file(_ session: Session) throws -> Path {
    let build = session.settings.locations.build
    if !session.invocation.words.isEmpty {
      let name = session.graph[try session.subject(of: "log")].name
      guard let file = LogFile.latest(of: name, in: build) else {
        throw UserError.noLog(of: name)
      }
      return file
    }
    guard let file = lastFailure(session) else {
      throw UserError.noFailure
    }
    return file
  }

  /// Of the targets whose last run failed the one whose log is the youngest.
  private static func lastFailure(_ session: Session) -> Path? {
    var last: (file: Path, time: Int64)?
    for node in session.graph.nodes {
      guard case .success(.some(let stamp)) = session.state.stamp(of: node.id), stamp.state != .complete,
        let file = LogFile.latest(of: node.name, in: session.settings.locations.build),
        let status = try? FileStatus(file), status.modified > last?.time ?? .min
      else { continue }
      last = (file, status.modified)
    }
    return last?.file
  }
}
