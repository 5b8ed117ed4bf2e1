import EmergeOutput
import Platform

/// Asks emerge what it would do.
struct PretendingEmerge {
  struct Answer {
    let merges: [PretendedMerge]
    /// What it would pass over, or warns of.
    let messages: [EmergeMessage]
    /// Nil if it could tell.
    let problem: String?
  }

  /// What it may write goes there.
  let scratch: Path
  /// Where commands start.
  let source: Path
  /// Whether nothing but `scratch` can be written: then Portage's cache of what ebuilds say is of use as it is.
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
    // Moves of packages would be noted in the database of what is installed.
    let words =
      ["emerge", "--pretend", "--verbose", "--color=n", "--nospinner", "--package-moves=n"] + arguments
    let (output, status) = try ProgramOutput.ofBothStreams(
      program, words, environment: environment.sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" },
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
