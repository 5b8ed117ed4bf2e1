import BuildGraph
import BuildSettings
import Platform
import Stamps

/// The answer to "is everything fresh?" as an earlier run found it, which stands while nothing that it was
/// drawn from has changed: then no targets file, set or stamp need be read to give it again.
///
/// It says what the question was. A `ReadRecorder` has recorded what the answer was drawn from. No other answer is kept.
struct FreshAnswer {
  /// The goals' names with a blank between them.
  let goals: String
  /// How many targets are fresh: the goals and all that they need.
  let count: Int

  /// The answer on record in O, if it stands.
  init?(_ invocation: Invocation, in index: FileIndex) throws {
    guard let question = try Self.question(invocation), let answer = index.answer(to: question),
      case let lines = answer.split(separator: UInt8(ascii: "\n")), lines.count == 2,
      let count = Int(String(decoding: lines[1], as: UTF8.self))
    else { return nil }
    goals = String(decoding: lines[0], as: UTF8.self)
    self.count = count
  }

  init(_ plan: Plan, goals: String) {
    self.goals = goals
    count = plan.entries.count
  }

  /// Keeps it, to be given again. What work trees have is not recorded.
  func keep(_ session: Session) throws {
    guard session.works.isEmpty, let question = try Self.question(session.invocation) else { return }
    session.index.cache(
      Array("\(goals)\n\(count)".utf8), to: question, from: session.settings.recorder)
  }

  /// Plans anew after a run has succeeded, and keeps the answer for the next one if everything is fresh.
  ///
  /// All is read again, since the run has changed what `session` read before it. O is still locked.
  static func prepare(
    _ session: Session, _ names: String, goals findGoals: (Session) throws -> [TargetID]
  ) throws {
    let invocation = session.invocation
    guard session.works.isEmpty, try question(invocation) != nil else { return }
    // No answer is drawn from files that were written in the present tick.
    try Clock.waitForCoarseWall()
    let session = try Session(invocation)
    let plan = try Plan(session.state, goals: findGoals(session))
    guard plan.isUpToDate else { return }
    try FreshAnswer(plan, goals: names).keep(session)
    try session.index.save()
  }

  /// Everything that decides the answer and is neither a file nor an environment variable; nil for what is
  /// never fresh, or only asks what would be.
  private static func question(_ invocation: Invocation) throws -> [UInt8]? {
    if invocation.forces || !invocation.whatIfs.isEmpty { return nil }
    let parts =
      [try Directory.current().bytes, try invocation.source().bytes]
      + ["jobs \(invocation.jobCount)", "user \(Environment.user)"].map { Array($0.utf8) }
      + invocation.variables.map { Array("set \($0.name)=\($0.value)".utf8) }
      + (invocation.command == .build ? [] : [Array("command \(invocation.command.name)".utf8)])
      + invocation.words.map { Array("goal \($0)".utf8) }
    return Array(parts.joined(separator: [0]))
  }
}

extension Invocation {
  /// O as the command line, the environment or else the default has it. A file may say something else: then
  /// nothing is on record here that stands.
  func likelyBuildFolder() throws -> Path {
    let given = assignments.last { $0.name == "O" }.map { Path($0.value) }
    let inherited = Environment.value("O").flatMap { $0.isEmpty ? nil : Path(bytes: $0) }
    return (try source() / (given ?? inherited ?? "out")).normalized
  }
}
