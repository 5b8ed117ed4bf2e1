/// One target's commands, to be run one after the other.
public struct Job: Sendable {
  public struct Command: Sendable {
    /// The variables that it gets in addition to the job's.
    public let environment: [(name: String, value: String)]
    /// The program, then its arguments.
    public let words: [String]
    /// Variables that no log shows, since a password may stand in them.
    public let unshown: [(name: String, value: String)]

    public init(
      environment: [(name: String, value: String)] = [], words: [String],
      unshown: [(name: String, value: String)] = []
    ) {
      self.environment = environment
      self.unshown = unshown
      self.words = words
    }
  }

  /// The variable that commands have, with the value 1, if the user asked for the target to be made whatever its stamp says
  /// (`-B`). A command that begins with what it made the last time must then begin with nothing.
  public static let forced = "SYSBUILD_FORCED"

  public let id: TargetID
  public let name: String
  public let commands: [Command]
  public let environment: [(name: String, value: String)]
  /// Why the target runs, for its log.
  public let reasons: [Reason]
  public let limits: RunLimits
}

/// What a runner reports.
public enum RunnerEvent: Sendable {
  case succeeded(TargetID)
  /// A command failed, was not found or was killed; the text says which.
  case failed(TargetID, String)
  /// This signal asks for the end of the run.
  case interrupted(by: CInt)
  /// A shared slot may be free.
  case slotFree
}

/// Starts jobs and waits for them. It knows no graph: deciding is the scheduler's.
public protocol CommandRunner: AnyObject {
  func start(_ job: Job) throws
  /// Blocks until there is something to report. To be called only while a job runs.
  ///
  /// - Parameter wantsSlot: whether to report when one of the shared `JobSlots` may be free.
  func wait(orForSlot wantsSlot: Bool) throws -> RunnerEvent
  /// Ends every running job and returns when all have ended.
  func stop()
}
