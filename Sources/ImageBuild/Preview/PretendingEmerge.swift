import EmergeOutput
import Platform

/// Asks emerge what it would do, with `--pretend`.
struct PretendingEmerge {
  struct Answer {
    let merges: [PretendedMerge]
    /// What emerge would ignore or warn about.
    let messages: [EmergeMessage]
    /// The reason why emerge gave no answer; nil if it gave one.
    let problem: String?
  }

  /// The folder for everything that emerge writes.
  let scratch: Path
  /// The source tree, in which commands are started.
  let source: Path
  /// Whether only `scratch` can be written. If so, emerge can be given Portage's own cache of ebuild metadata, because
  /// it cannot change it.
  let isGuarded: Bool

  func ask(_ arguments: [String], _ environment: [String: String]) throws -> Answer {
    var environment = environment
    for name in ["HOME", "TMPDIR", "PORTAGE_TMPDIR", "EMERGE_LOG_DIR", "PORTAGE_LOGDIR"] {
      environment[name] = "\(scratch)"
    }
    if !isGuarded { environment["PORTAGE_DEPCACHEDIR"] = "\(scratch)/depcache" }
    guard let program = ProgramSearch.find("emerge", in: environment["PATH"] ?? "", from: source) else {
      return Answer(merges: [], messages: [], problem: "Portage is not there yet")
    }
    let (output, status) = try ProgramOutput.ofBothStreams(
      program, ["emerge"] + EmergeStage.pretending + arguments,
      environment: environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" },
      directory: source)
    let isSuccess = status.isSuccess
    let messages = EmergeMessages(EmergeTranscript(output), source: "\(source)", isSuccess: isSuccess).all
    if isSuccess { return Answer(merges: PretendedMerge.all(in: output), messages: messages, problem: nil) }
    let diagnosis = Diagnosis(emergeOutput: output).map { diagnosis in
      diagnosis.headline + (diagnosis.remedy.map { ": \($0)" } ?? "")
    }
    return Answer(
      merges: [], messages: messages, problem: diagnosis ?? "emerge fails\(Self.lastLine(of: output))")
  }

  private static func lastLine(of output: [UInt8]) -> String {
    EmergeLines(output).texts.last { !$0.isEmpty }.map { ": \($0)" } ?? " and prints nothing: run it by hand"
  }
}
