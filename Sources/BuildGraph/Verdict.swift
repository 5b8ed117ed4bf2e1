public import Stamps

/// What a plan says of one target.
public enum Verdict: Hashable, Sendable {
  /// Its stamp matches everything observed.
  case fresh
  /// It must run, for these reasons, the root cause first; never empty.
  case stale([Reason])
  /// Nothing of its own has changed, but these needs of it will or may run. It runs if what they make is
  /// different.
  case pending(on: [TargetID])

  public var isFresh: Bool { self == .fresh }

  public var isStale: Bool {
    if case .stale = self { true } else { false }
  }

  /// Whether all that is to be done is to fetch what another build made.
  public var isElsewhere: Bool { self == .stale([.elsewhere]) }

  /// The verdict's name in reports.
  public var name: String {
    switch self {
    case .fresh: "fresh"
    case .stale: isElsewhere ? "elsewhere" : "stale"
    case .pending: "pending"
    }
  }
}

/// Why a target is out of date.
public enum Reason: Hashable, Sendable {
  /// No success of it is recorded.
  case neverBuilt
  /// An input is not as the last success saw it. The changes are empty if the old details are lost.
  case inputChanged(Artifact, [Change])
  /// The recipe, or which inputs and outputs the target declares, has changed since the last success.
  case recipeChanged([Change])
  case outputMissing(Artifact)
  /// An output is not as the target left it.
  case outputAltered(Artifact, [Change])
  /// The user asked for it.
  case forced
  /// Its last run failed or was cut off.
  case lastRunFailed(String)
  case stampUnreadable(StampError)
  /// Nothing has changed, but what it made is not here and is read here.
  case elsewhere
  /// Nothing has changed; the question is what if this had.
  case assumed(Artifact)

  /// The reason's name in machine-readable output.
  public var kind: String {
    switch self {
    case .neverBuilt: "neverBuilt"
    case .inputChanged: "inputChanged"
    case .recipeChanged: "recipeChanged"
    case .outputMissing: "outputMissing"
    case .outputAltered: "outputAltered"
    case .forced: "forced"
    case .lastRunFailed: "lastRunFailed"
    case .stampUnreadable: "stampUnreadable"
    case .elsewhere: "elsewhere"
    case .assumed: "assumedChanged"
    }
  }
}
