import BuildGraph
import Explanations
import Platform
import TextKit

/// One job on its way: its commands run one after the other, what they print goes to the log.
///
/// It does not wait for anything: whoever polls its descriptors tells it to move on.
final class RunningJob {
  private let job: Job
  private var log: LogFile
  private let directory: Path
  private let kept: [CInt]
  private let isOnConsole: Bool
  private let jobserver: Jobserver?
  private let helperVariables: [(name: String, value: String)]
  private let show: (String, [UInt8]) -> Void
  private var next = 0
  private var command: RunningCommand?
  private var lines = OutputLines()
  private var translation: PathTranslation?
  private var limit: TimeLimit?

  /// - Parameters:
  ///   - helperVariables: what sysbuild's own commands get besides, and no log shows.
  ///   - translation: of what commands print.
  ///   - show: called with the target's name and each line of output, as `OutputLines` cuts them.
  init(
    _ job: Job, in locations: Locations, lock: CInt, sharing jobserver: Jobserver?,
    helperVariables: [(name: String, value: String)], translation: PathTranslation?,
    show: @escaping (String, [UInt8]) -> Void
  ) throws(SystemError) {
    self.job = job
    self.helperVariables = helperVariables
    self.show = show
    self.translation = translation
    kept = [lock] + (jobserver?.keeperDescriptor.map { [$0] } ?? [])
    isOnConsole = job.limits.takesConsole && Console.isThere
    self.jobserver = jobserver
    directory = locations.source
    limit = job.limits.timeout.map { TimeLimit($0) }
    log = try LogFile(job.name, in: locations.build)
    // Whole values, and more than fits on a line: this is the record.
    try log.write(.note, "\(job.name), \(Clock.localTime(Clock.wall, format: "%Y-%m-%d %H:%M:%S %z"))")
    for reason in job.reasons { try log.write(.note, Wording.text(reason, changes: 100, width: nil)) }
    if translation != nil {
      try log.write(.note, "its commands find O at another path, which is O again in what they print")
    }
    for (name, value) in job.environment { try log.write(.note, "environment \(name)=\(shellQuoted(value))") }
  }

  var logPath: Path { log.path }

  /// What to poll for.
  var descriptors: [CInt] { command?.descriptors ?? [] }

  /// When `enforceLimit` is due, on the monotonic clock; nil if it never is.
  var nextDeadline: Int64? { limit?.next }

  /// Ends a command whose time is up: politely, and after the grace not so.
  func enforceLimit() {
    switch limit?.due(at: Clock.monotonic) {
    case .end: command?.process.end()
    case .kill: command?.process.kill()
    case nil: break
    }
  }

  /// Time that does not count, since everything was stopped.
  func forgive(_ duration: Int64) { limit?.extend(by: duration) }

  /// Begins the next command.
  ///
  /// - Returns: how the job ended, nil if it goes on.
  func startNext() throws(SystemError) -> RunnerEvent? {
    guard next < job.commands.count else {
      try end("its commands have succeeded")
      return .succeeded(job.id)
    }
    let command = job.commands[next]
    let ofHelper = command.words.first == Graph.ownProgram ? helperVariables : []
    let declared = job.environment + command.environment + command.unshown + ofHelper
    // A target that sets MAKEFLAGS itself takes no part.
    let jobserver = declared.contains { $0.name == "MAKEFLAGS" } ? nil : jobserver
    let environment = (jobserver.map { [("MAKEFLAGS", $0.flags)] } ?? []) + declared
    let searchPath = environment.last { $0.name == "PATH" }?.value ?? ""
    next += 1
    try log.write(.command, command.shellText())
    if isOnConsole { try log.write(.note, "it has the terminal, and what it prints is there alone") }
    guard let program = try resolve(command.words[0], searchPath) else {
      return try failed(
        "'\(command.words[0])' was not found on PATH: install it, or correct the name")
    }
    do {
      self.command = try RunningCommand(
        program: program, words: command.words, environment: environment, directory: directory,
        inheriting: jobserver?.inherited ?? [], keeping: kept, isOnConsole: isOnConsole)
    } catch {
      return try failed("\(error)")
    }
    return nil
  }

  /// The path of a command's program; a relative one starts at the source tree, where commands run.
  private func resolve(_ name: String, _ searchPath: String) throws(SystemError) -> Path? {
    if name == Graph.ownProgram { return try Environment.executable() }
    if name.contains("/") { return directory / name }
    return ProgramSearch.find(name, in: searchPath, from: directory)
  }

  /// Reads and reaps what is ready.
  ///
  /// - Returns: how the job ended, nil if it goes on.
  func proceed() throws(SystemError) -> RunnerEvent? {
    guard let command else { return nil }
    try read(from: command)
    guard let status = try command.process.tryReap() else { return nil }
    try read(from: command)
    if let rest = translation?.end() { try take(rest) }
    lines.end { show(job.name, $0) }
    self.command = nil
    if let limit, limit.isOver {
      return try failed("took longer than its timeout of \(Quantity.duration(limit.duration))")
    }
    if status.isSuccess { return try startNext() }
    let which = job.commands.count > 1 ? "command \(next) of \(job.commands.count), " : ""
    return try failed("\(which)'\(job.commands[next - 1].words[0])' \(status.phrase)")
  }

  /// The command that runs, to be ended, stopped or let go on.
  var process: SupervisedProcess? { command?.process }

  /// Whether the command that was signalled has ended.
  func isGone() throws(SystemError) -> Bool {
    guard let command else { return true }
    // A log that cannot be written does not mean that the command is gone.
    try? read(from: command)
    return try command.process.tryReap() != nil
  }

  /// Writes the log's last line.
  func end(_ why: String) throws(SystemError) {
    lines.end { show(job.name, $0) }
    try log.write(.note, why)
  }

  private func failed(_ why: String) throws(SystemError) -> RunnerEvent {
    try end(why)
    return .failed(job.id, why)
  }

  /// Reads what there is now, more than a full pipe holds, but not on and on from a command that prints
  /// faster than this: signals and other jobs want their turn.
  private func read(from command: RunningCommand) throws(SystemError) {
    for _ in 0..<32 {
      guard let bytes = try command.read() else { return }
      try take(translation?.translate(bytes) ?? bytes)
    }
  }

  private func take(_ bytes: [UInt8]) throws(SystemError) {
    try log.write(output: bytes)
    lines.append(bytes) { show(job.name, $0) }
  }
}

extension Job.Command {
  /// As a shell takes it; `program`, if given, stands in for the first word.
  package func shellText(calling program: String? = nil) -> String {
    let words = (program.map { [$0] } ?? Array(self.words.prefix(1))) + self.words.dropFirst()
    return (environment.map { "\($0.name)=\(shellQuoted($0.value))" } + words.map { shellQuoted($0) })
      .joined(separator: " ")
  }
}

extension ExitStatus {
  /// `exited with status 1`, `was killed by SIGKILL`.
  fileprivate var phrase: String {
    switch self {
    case .exited(let status): "exited with status \(status)"
    case .signalled(let signal): "was killed by \(signalName(signal))"
    }
  }
}
