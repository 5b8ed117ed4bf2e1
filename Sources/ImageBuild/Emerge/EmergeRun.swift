import EmergeOutput
import Glibc
import Platform
import PortageFiles

/// Runs emerge and reads its output. The output is passed on as it arrives. After emerge has ended, its messages are
/// printed in a form that says what to do. If emerge ignored something that it was asked for, the run fails.
struct EmergeRun {
  private let stage: EmergeStage

  init(_ stage: EmergeStage) { self.stage = stage }

  /// Runs emerge. Returns if emerge succeeded and ignored nothing. Otherwise this process ends, with emerge's status or
  /// signal if emerge failed.
  func run(_ arguments: [String]) throws {
    try run(
      "portage-python", ["\(stage.emerge)"] + arguments, environment: Environment.variables, cleanUp: {})
  }

  /// The same for another program that prints what emerge prints.
  ///
  /// - Parameters:
  ///   - environment: `NAME=value`, all that it sees.
  ///   - cleanUp: is called before this process ends.
  func run(
    _ program: String, _ arguments: [String], environment: [[UInt8]], cleanUp: () -> Void
  ) throws {
    var transcript = EmergeTranscript()
    let status = try ForegroundProgram.run(try stage.find(program), arguments, environment: environment) {
      bytes throws(SystemError) in
      transcript.take(bytes)
      try StandardStream.output.write(bytes)
    }
    transcript.finish()
    let source = "\(try Directory.current())"
    let messages = EmergeMessages(transcript, source: source, isSuccess: status.isSuccess)
    for message in messages.all { try StandardStream.output.write(message.line + "\n") }
    if !status.isSuccess || !messages.errors.isEmpty { cleanUp() }
    switch status {
    case .signalled(let signal): Signals.dieOf(signal)
    case .exited(let code):
      if code != 0 { exit(code) }
      if !messages.errors.isEmpty { exit(1) }
    }
  }

  /// Runs emerge for a stage, without binary packages that are out of date, and says which these are.
  static func run(_ survey: EmergeSurvey, _ arguments: [String]) throws {
    let unfit = try survey.unfitBinaries()
    for (build, reason) in unfit {
      try StandardStream.output.write("\(EmergeMessage.outOfDate) \(build.versionedName): \(reason)\n")
    }
    try survey.begin()
    try EmergeRun(survey.stage).run(excluding(unfit.map(\.build)) + arguments)
  }

  /// The option that keeps emerge from using the binary packages of these builds.
  private static func excluding(_ unfit: [PackageBuild]) -> [String] {
    let packages = Set(unfit.map(\.package)).sorted()
    return packages.isEmpty ? [] : ["--usepkg-exclude=\(packages.joined(separator: " "))"]
  }
}
