import BuildGraph
import TestSupport

/// What a trial makes its edits in: a world that the engine looks at, and that holds what the model says.
///
/// It keeps meanings, in the model's words; how one is written down is its own affair, so it may write the
/// same thing in another way at any time (`disturb`).
protocol TrialWorld: AnyObject {
  /// What targets may read that no target makes, as `KIND:NAME`.
  var sources: [String] { get }
  /// The kinds of output that targets may have.
  var outputKinds: [String] { get }

  /// The content of what `spec`, such as `file:${O}/a`, names; nil if it is missing.
  subscript(spec: String) -> String? { get set }

  func declare(_ targets: [Target], _ variables: [String: String])
  /// Makes the stamp of a target unusable, in one of several ways, and says how.
  func damageStamp(of target: String, _ generator: inout SeededGenerator) throws -> String
  /// Does something to `spec`, or to the engine's own files, that means nothing, and says what.
  func disturb(_ spec: String, _ generator: inout SeededGenerator) throws -> String
  /// All that writing would leave a trace in.
  func traces() throws -> [String]

  /// The plan as a new process would make it, with the state it was made of.
  func plan(_ goals: [String], force: Bool) throws -> (plan: Plan, state: BuildState)
  /// Carries it out; `work` are the commands of a target, a text why they failed.
  func run(
    _ planned: (plan: Plan, state: BuildState), _ options: Scheduler.Options, _ commands: TrialCommands
  ) throws -> Scheduler.Outcome
  /// How many pending targets the last run spared.
  var spared: Int { get }
  /// How often so far the engine had an answer on record that everything is fresh.
  var answers: Int { get }
}

/// What the commands of a trial's targets do.
struct TrialCommands {
  /// The commands of a target up to their end; a text is why they failed.
  let work: (String) -> String?
  /// What the commands of a target leave behind when they are interrupted.
  let spoil: (String) -> Void
  /// The end, counted from 0, in whose stead a signal comes.
  let interruption: Int?
}
