import BuildGraph
import Caching
import Explanations
import ImageBuild
import Platform
import TextKit

extension Command {
  static let cache = Command(
    "cache", "status|gc",
    summary: "what the cache has of a build; gc SIZE makes it smaller",
    details: [
      "'cache status [TARGET…]' says of each target what a build would do, and how much it would fetch. 'cache gc SIZE' removes what was not used for "
        + "the longest time from a cache in a folder, until its contents take no more than SIZE, such as 500M or 20G."
    ],
    words: .oneOf(["status", "gc"]),
    run: { invocation in
      switch invocation.words.first {
      case "status": try Program.show(CacheQuery.status(invocation))
      case "gc": try Program.show(CacheQuery.clean(invocation))
      default: throw UserError.needsCacheAction
      }
    })
}

/// `sysbuild cache …`.
private enum CacheQuery {
  static func status(_ invocation: Invocation) throws -> String {
    let session = try Session(invocation)
    let names = invocation.words.dropFirst()
    let goals = try names.isEmpty ? session.graph.id(of: "image").map { [$0] } ?? [] : names.map(session.target)
    return try session.asking { session, cache in
      guard let cache else { throw UserError.noCache }
      try cache.resolve(goals)
      let plan = try Plan(session.state, goals: goals)
      let rows = plan.entries.filter { !session.graph[$0.id].isAlias }.map { entry in
        let size = entry.verdict.isElsewhere ? cache.size(of: entry.id).map { Quantity.size($0) } : nil
        return [session.graph[entry.id].name, text(entry, session, cache), size ?? ""]
      }
      return Table(["target", "a build would", "size"], rows).text
    }
  }

  private static func text(_ entry: Plan.Entry, _ session: Session, _ cache: BuildCache) -> String {
    let isThere = session.state.placeElsewhere(of: entry.id) != nil
    switch entry.verdict {
    case .fresh: return isThere ? "leave it in the cache" : "do nothing"
    case .stale where entry.verdict.isElsewhere: return "fetch it"
    case .stale where isThere, .pending where isThere: return "fetch the newest, and go on from there"
    case .stale: return "make it"
    case .pending(let needs):
      return "see what \(needs.map { session.graph[$0].name }.joined(separator: ", ")) gives"
    }
  }

  static func clean(_ invocation: Invocation) throws -> String {
    guard invocation.words.count == 2, let most = Quantity.bytes(invocation.words[1]) else {
      throw UserError.needsCacheSize
    }
    let session = try Session(invocation)
    guard let place = try CachePlace(session.settings) else { throw UserError.noCache }
    guard !isURL(place.text) else { throw UserError.cacheOfAServer(place.text) }
    let (before, after) = try FolderCleaning.clean(Path(place.text), to: most)
    return "\(place.text): \(Quantity.size(before)) before, \(Quantity.size(after)) now\n"
  }
}
