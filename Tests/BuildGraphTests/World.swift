import BuildGraph
import Platform
import Stamps

/// A world in memory for build stories: files, trees, programs, stamps and commands without a file, a
/// process or a pause. It plays every part around the engine: observer, stamp store and runner.
final class World: Observer, StampStore, CommandRunner {
  struct Failure: Error, CustomStringConvertible {
    let description: String
  }

  /// What a target's commands do when they end. A text returned is why they failed.
  typealias Recipe = (World, Job) throws -> String?

  private struct Thing {
    let content: String
    let observation: Observation
    let detail: Detail
  }

  private var things: [Artifact: Thing] = [:]
  private var seen: [Artifact: Thing] = [:]
  private(set) var stamps: [String: Stamp] = [:]
  private var listings: [Digest: Listing] = [:]
  private var running: [Job] = []

  var recipes: [String: Recipe] = [:]
  /// Which of the running jobs ends next.
  var choose: ([Job]) -> Int = { _ in 0 }
  /// Instead of the end that has this number in its run, counted from 0, a signal comes.
  var interruption: (atEnd: Int, signal: CInt)?
  var undigestible: Set<Artifact> = []
  var unreadableStamps: [String: StampError] = [:]
  /// Whether the parts of a tree that are there now are all that counts of those that were there before.
  var narrows: (_ before: Listing, _ now: Listing) -> Bool = { _, _ in false }
  var refusesToWrite: (Stamp) -> Bool = { _ in false }
  var refusesToStart: (Job) -> Bool = { _ in false }

  /// Writes of stamps and listings, and starts of jobs: what a plan has none of.
  private(set) var effects = 0
  private(set) var started: [String] = []
  private(set) var most = 0
  private(set) var stops = 0
  private var ends = 0
  /// Whether another build gives a slot back, asked for each time that the scheduler waits for one.
  var slotComes: () -> Bool = { false }

  /// The content of what `spec`, such as `file:${O}/a`, names; nil if it is missing. A file whose content
  /// begins with `#!` is executable; a tree's content is `path=value` words.
  subscript(spec: String) -> String? {
    get { things[Artifact(spec: spec)]?.content }
    set {
      let artifact = Artifact(spec: spec)
      things[artifact] = newValue.map { content in
        switch artifact.kind {
        case .tree:
          let listing = Listing(
            content.split(separator: " ").map { word in
              let parts = word.split(separator: "=")
              return Listing.Entry(String(parts[0]), String(parts[1]))
            })
          return Thing(content: content, observation: Observation(listing.digest), detail: .listing(listing))
        case .file:
          return Thing(
            content: content,
            observation: Observation(SHA256.digest(of: content), isExecutable: content.hasPrefix("#!")),
            detail: .none)
        default:
          return Thing(
            content: content, observation: Observation(SHA256.digest(of: content)), detail: .text(content))
        }
      }
    }
  }

  func beginRun() {
    started = []
    most = 0
    ends = 0
    stops = 0
    running = []
  }

  func removeStamp(of target: String) { stamps[target] = nil }
  func forgetListings() { listings = [:] }

  func look(at nodes: [Graph.ArtifactNode]) throws {
    for node in nodes {
      if undigestible.contains(node.artifact) {
        throw Failure(description: "'\(node.artifact.name)' is a FIFO")
      }
      seen[node.artifact] = things[node.artifact]
    }
  }

  func observation(of node: Graph.ArtifactNode) -> Observation? { seen[node.artifact]?.observation }
  func detail(of node: Graph.ArtifactNode) -> Detail { seen[node.artifact]?.detail ?? .none }

  func isNarrowed(_ node: Graph.ArtifactNode, from before: Listing) -> Bool {
    guard case .listing(let now) = detail(of: node) else { return false }
    return narrows(before, now)
  }

  func stamp(of target: String) throws(StampError) -> Stamp? {
    if let error = unreadableStamps[target] { throw error }
    return stamps[target]
  }

  func listing(_ digest: Digest) -> Listing? { listings[digest] }

  func write(_ stamp: Stamp) throws {
    if refusesToWrite(stamp) { throw Failure(description: "no space left on device") }
    effects += 1
    stamps[stamp.target] = stamp
    unreadableStamps[stamp.target] = nil
  }

  func keep(_ listing: Listing) throws -> Digest {
    effects += 1
    let digest = SHA256.digest(of: listing.storedText)
    listings[digest] = listing
    return digest
  }

  func start(_ job: Job) throws {
    if refusesToStart(job) { throw Failure(description: "no more processes") }
    effects += 1
    running.append(job)
    started.append(job.name)
    most = max(most, running.count)
  }

  func wait(orForSlot wantsSlot: Bool) throws -> RunnerEvent {
    if wantsSlot, slotComes() { return .slotFree }
    if let interruption, interruption.atEnd == ends {
      for job in running { _ = try recipes["interrupted"]?(self, job) }
      return .interrupted(by: interruption.signal)
    }
    ends += 1
    guard !running.isEmpty else { throw Failure(description: "waited for nothing") }
    let job = running.remove(at: choose(running))
    if let why = try recipes[job.name]?(self, job) { return .failed(job.id, why) }
    return .succeeded(job.id)
  }

  func stop() {
    stops += 1
    running = []
  }
}

extension Artifact {
  /// The artifact that `KIND:NAME` names, as stamps call it.
  init(spec: String) {
    let parts = spec.split(separator: ":", maxSplits: 1).map(String.init)
    self.init(Kind(rawValue: parts[0]), parts[1])
  }
}
