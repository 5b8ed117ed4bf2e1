public import Stamps

/// What a plan says of one target.
public enum Verdict: Hashable, Sendable {
  /// Its stamp matches everything observed.
  case fresh
  /// It must run, the root cause first; never empty.
  case stale([Reason])
  /// Nothing of its own has changed, but these needs of it will or may run; what they then make decides.
  case pending(on: [TargetID])

  public var isFresh: Bool { self == .fresh }

  public var isStale: Bool {
    if case .stale = self { true } else { false }
  }

  /// The name that reports have for it.
  public var name: String {
    switch self {
    case .fresh: "fresh"
    case .stale: "stale"
    case .pending: "pending"
    }
  }
}

/// Why a target is out of date, made where that is decided.
public enum Reason: Hashable, Sendable {
  /// There is no record that it ever succeeded.
  case neverBuilt
  /// An input differs from what the last success saw; the changes may be empty if the old detail is gone.
  case inputChanged(Artifact, [Change])
  /// The recipe, or what the target declares to read, is not what last succeeded.
  case recipeChanged([Change])
  case outputMissing(Artifact)
  /// An output is not as the target left it.
  case outputAltered(Artifact, [Change])
  /// The user asked for it.
  case forced
  /// Its last run ended without success, or without any end.
  case lastRunFailed(String)
  case stampUnreadable(StampError)
  /// Nothing differs, but the question asked is: what if this had changed?
  case assumed(Artifact)

  /// The name that machine-readable output has for it.
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
    case .assumed: "assumedChanged"
    }
  }
}
