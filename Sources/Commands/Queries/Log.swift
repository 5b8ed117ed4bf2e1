import BuildGraph
import BuildSettings
import Execution
import Platform
import Stamps
import TextKit

extension Command {
  static let log = Command(
    "log", "[-f] [TARGET]",
    summary: "its last log, or the last failure's",
    words: .targets, options: [.follow], run: { try Log.run(Session($0)) })
}

extension Option {
  static let follow = Option("--follow", letter: "f", "print what the log gains until its run ends")
}

/// `sysbuild log [-f] [TARGET]`: the log of its last run, or of the last run that did not succeed, which may be
/// one that goes on; with `-f` until that run ends.
private enum Log {
  static func run(_ session: Session) throws -> Ending {
    try LogPrinter.print(try file(session), isFollowing: session.invocation.has(.follow))
    return .exit(0)
  }

  private static func file(_ session: Session) throws -> Path {
    let id: TargetID
    if session.invocation.words.isEmpty {
      guard let failure = lastFailure(session) else { throw UserError.noFailure }
      id = failure
    } else {
      id = try session.subject(of: "log")
    }
    let name = session.graph[id].name
    if let file = LogFile.latest(of: name, in: session.settings.locations.build) { return file }
    if case .success(let stamp?) = session.state.stamp(of: id), case .failed(let why) = stamp.state {
      throw UserError.noLog(of: name, becauseOf: why)
    }
    throw UserError.noLog(of: name)
  }

  /// Of the targets whose last run failed, or still goes on, the one whose log is the youngest. Where there is no log,
  /// the stamp says when it failed.
  private static func lastFailure(_ session: Session) -> TargetID? {
    var last: (id: TargetID, time: Int64)?
    for node in session.graph.nodes {
      guard case .success(.some(let stamp)) = session.state.stamp(of: node.id), stamp.state != .complete else {
        continue
      }
      let log = LogFile.latest(of: node.name, in: session.settings.locations.build)
      guard let status = try? FileStatus(log ?? session.stamps.file(of: node.name)),
        status.modified > last?.time ?? .min
      else { continue }
      last = (node.id, status.modified)
    }
    return last?.id
  }
}
