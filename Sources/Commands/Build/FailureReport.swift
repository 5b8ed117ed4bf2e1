import BuildGraph
import BuildSettings
import EmergeOutput
import Execution
import Explanations
import Glibc
import ImageBuild
import Platform
import RunDisplay
import TextKit

/// What is said of a target that failed, when all else is said: the end of its log, what failed, what Portage
/// meant by it, the first line that is an error, where the log is, and how to try again. One that failed before its
/// commands began has no log.
struct FailureReport {
  let text: String

  init(_ failure: RunFailures.Failure, _ session: Session) {
    let (name, why) = (failure.name, failure.why)
    let log = LogText(failure.log.map(Self.end) ?? [])
    var lines = log.lines.suffix(13)
    // What it ends with is said next anyway.
    if lines.last.map({ $0.mark == .note && $0.text.elementsEqual(why.utf8) }) == true { lines.removeLast() }
    var said = lines.filter { $0.mark != .note }.map { line in
      let rest = line.text.count > Self.longestLine ? "…" : ""
      return "  | \(line.mark == .command ? "$ " : "")\(printable(line.text.prefix(Self.longestLine)))\(rest)"
    }
    said.append("\(name) failed: \(why)")
    let explanation = Explanation(log.output, of: name, session.state, session.settings)
    said += explanation?.lines ?? []
    // The explanation says what Portage's own errors mean.
    let isKnown = { (error: String, diagnosis: Diagnosis) in
      diagnosis.details.contains(error) || error.hasSuffix(diagnosis.headline)
        || error.drop { $0 == " " }.hasPrefix("* ")
    }
    if let error = FirstError.line(of: log.lastOutput),
      explanation.map({ isKnown(error, $0.diagnosis) }) != true
    {
      said.append("first error: \(error)")
    }
    if session.settings.variant != nil, log.lastOutput.contains(where: HostGuard.isRefusal) {
      said.append(HostGuard.explanation)
    }
    if session.settings.variant != nil, log.lastOutput.contains(where: OtherOwners.isRefusal) {
      said.append(OtherOwners.remedy)
    }
    for work in session.works where log.lastOutput.contains(where: work.isRefused) {
      let command = session.invocation.commandLine(["workon", work.name])
      said.append("the work in '\(work.tree.folder)' stands on something else: '\(command)' brings it there")
    }
    if log.lastOutput.contains(where: BuildRoom.isRefusal),
      let room = BuildRoom.explanation(session.settings.locations.build)
    {
      said.append(room)
    }
    if let path = failure.log { said.append("log: \(path)") }
    said.append("again: \(session.invocation.commandLine([name]))")
    text = said.joined(separator: "\n")
  }

  /// The longest quoted line, in bytes.
  private static let longestLine = 4096

  /// As much of a log's end as can matter: a log may be larger than the memory.
  private static func end(of path: Path) -> [UInt8] {
    let most = 1 << 20
    guard let file = try? FileDescriptor.open(path, O_RDONLY | O_NOCTTY), let size = try? file.status().size
    else { return [] }
    return (try? file.read(from: max(0, size - Int64(most)), upTo: most)) ?? []
  }
}
