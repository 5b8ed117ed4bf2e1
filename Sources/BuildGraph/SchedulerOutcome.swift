public import Stamps

extension Scheduler {
  public struct Options: Sendable {
    /// How many targets may run at once, at least 1.
    public var jobs = 1
    /// Whether targets that do not depend on a failed one still run.
    public var keepsGoing = false
    /// Whether to write stamps as if the recipes had run.
    public var touches = false
    /// What commands see instead of the graph's variables; nil if these.
    public var variables: Variables?

    public init() {}
  }

  /// What happens in a run.
  public enum Event: Sendable {
    case started(TargetID, [Reason])
    /// A pending target matches its stamp, as its needs made what they had made before.
    case spared(TargetID)
    case succeeded(TargetID, duration: Int64)
    /// Its commands failed for the reason given and are tried again: attempt number `attempt` of `attempts`.
    case retried(TargetID, String, attempt: Int, attempts: Int)
    case failed(TargetID, String, duration: Int64)
    /// It was not tried, since one of its needs failed.
    case skipped(TargetID)
    /// What another build made of the same inputs is here now.
    case fetched(TargetID, duration: Int64)
    /// What another build made could not be had, for the reason given. The plan no longer holds.
    case lost(TargetID, String)
    /// These inputs, which no target makes, did not exist when the target began. A name may be mistyped.
    case inputsMissing(TargetID, [Artifact])
    /// These inputs have changed since the target began, so it will be stale.
    case inputsChanged(TargetID, [Artifact])
  }

  /// How a run ended.
  public struct Outcome: Sendable {
    public var ran: [TargetID] = []
    public var failed: [TargetID] = []
    /// Targets that might have run and did not, as they match their stamps, or were fetched.
    public var spared: [TargetID] = []
    /// Targets that could not be fetched. The run ended early for it, and a new plan is needed.
    public var lost: [TargetID] = []
    /// Targets whose inputs changed while they ran.
    public var unsettled: Set<TargetID> = []
    /// The signal that ended the run early.
    public var signal: CInt?

    public var isSuccess: Bool { failed.isEmpty && signal == nil && lost.isEmpty }

    /// The targets that are now as their inputs want them.
    public var settled: Set<TargetID> { Set(ran + spared).subtracting(failed).subtracting(unsettled) }

    /// Adds how a run ended that went on where this one had to end.
    public mutating func `continue`(with next: Outcome) {
      ran += next.ran
      failed += next.failed
      spared += next.spared
      unsettled.formUnion(next.unsettled)
      lost = next.lost
      signal = next.signal
    }
  }
}
