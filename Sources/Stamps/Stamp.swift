/// The record of everything that a target's last success depended on, and how its last run ended. `StampText`
/// specifies the format on disk.
public struct Stamp: Hashable, Sendable {
  /// How the target's last run ended.
  public enum State: Hashable, Sendable {
    case complete
    /// It began and no end was recorded: it runs now, or sysbuild was killed.
    case started
    /// It ended without success, for the reason given.
    case failed(String)
    /// Another build made it of the same inputs. What it made is not here, but can be fetched: `record` says from where.
    case elsewhere(record: String)
  }

  /// One input or output as it was seen.
  public struct Record: Hashable, Sendable {
    /// What is recorded of the detail: a text itself, a listing by the digest of its stored text. As that
    /// includes the places, it is another digest than the observation's.
    public enum Detail: Hashable, Sendable {
      case none
      case text(String)
      case listing(Digest)
    }

    public let artifact: Artifact
    /// Nil if the artifact was missing.
    public let observation: Observation?
    public let detail: Detail

    public init(_ artifact: Artifact, _ observation: Observation?, _ detail: Detail = .none) {
      self.artifact = artifact
      self.observation = observation
      self.detail = detail
    }
  }

  /// What a success depended on.
  public struct Success: Hashable, Sendable {
    /// The recipe before expansion, a line for each command and environment entry.
    public var recipe: [String]
    /// The inputs as they were before the recipe ran.
    public var inputs: [Record]
    /// The outputs as they were after it ran.
    public var outputs: [Record]
    /// When the run began, in nanoseconds since the epoch.
    public var started: Int64
    /// How long it took, in nanoseconds.
    public var duration: Int64

    public init(recipe: [String], inputs: [Record], outputs: [Record], started: Int64, duration: Int64) {
      self.recipe = recipe
      self.inputs = inputs
      self.outputs = outputs
      self.started = started
      self.duration = duration
    }
  }

  public let target: String
  public var state: State
  /// The last success, kept through later failures for the explanation; nil if there never was one.
  public var success: Success?

  public init(target: String, state: State, success: Success?) {
    self.target = target
    self.state = state
    self.success = success
  }
}

extension Stamp.Success {
  /// A digest of the recipe and the inputs. It stands for the output of a target that declares none.
  public var inputsDigest: Digest {
    let recipe = self.recipe.enumerated().map { Listing.Entry("recipe \($0.offset)", $0.element) }
    let inputs = self.inputs.map { record in
      Listing.Entry(
        record.artifact.description,
        record.observation.map { $0.digest.hex + ($0.isExecutable ? " executable" : "") } ?? "missing")
    }
    return Listing(recipe + inputs).digest
  }
}
