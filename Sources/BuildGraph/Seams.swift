public import Stamps

/// Looks at the world: what state artifacts are in.
///
/// `look` is the only operation that touches anything; the others tell what the last look saw.
public protocol Observer: AnyObject {
  /// Looks at these again. Throws if one cannot be digested at all; a missing one is no error.
  func look(at nodes: [Graph.ArtifactNode]) throws
  /// What the last look saw; nil for what was missing.
  func observation(of node: Graph.ArtifactNode) -> Observation?
  /// What that observation consists of.
  func detail(of node: Graph.ArtifactNode) -> Detail
}

/// Keeps stamps and the listings that they refer to.
public protocol History {
  func stamp(of target: String) throws(StampError) -> Stamp?
  /// The listing that `keep` gave this digest.
  func listing(_ digest: Digest) -> Listing?
  func write(_ stamp: Stamp) throws
  func keep(_ listing: Listing) throws -> Digest
}

extension StampFolder: History {}

/// One target's commands, ready to run one after the other.
public struct Job: Sendable {
  public struct Command: Sendable {
    /// What it finds in its environment besides the job's.
    public let environment: [(name: String, value: String)]
    /// The program, then its arguments.
    public let words: [String]
  }

  public let id: TargetID
  public let name: String
  public let commands: [Command]
  public let environment: [(name: String, value: String)]
  /// Why it runs, for its log.
  public let reasons: [Reason]
  public let limits: RunLimits
}

/// What a runner has to report.
public enum RunnerEvent: Sendable {
  case succeeded(TargetID)
  /// A command failed, was not found or was killed, as the text says.
  case failed(TargetID, String)
  /// The user or the system asks for an end, by this signal.
  case interrupted(by: CInt)
  /// A slot that is shared with others may be free.
  case slotFree
}

/// Starts jobs and waits for them: the seam between deciding and doing. It knows no graph.
public protocol CommandRunner: AnyObject {
  func start(_ job: Job) throws
  /// Blocks until there is something to report. Called only while a job runs.
  ///
  /// - Parameter wantsSlot: whether a free one of the shared `JobSlots` is to be reported.
  func wait(orForSlot wantsSlot: Bool) throws -> RunnerEvent
  /// Ends every job that runs and returns when all are gone.
  func stop()
}
