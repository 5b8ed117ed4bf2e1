import EmergeOutput
package import Explanations
import Stamps
import TextKit

/// The preview of a stage as text and as JSON.
extension StagePreview {
  package func note(jobs: Int) -> PlanReport.Note {
    let seconds = time(jobs: jobs).seconds
    let time: JSON = ["seconds": [Self.seconds(seconds.lowerBound), Self.seconds(seconds.upperBound)]]
    return PlanReport.Note(lines: lines(jobs: jobs), member: JSON.Member(name: "emerge", value: json + time))
  }

  /// A line for each package, then a line with the totals.
  ///
  /// - Parameter jobs: the number of packages that are built at the same time.
  func lines(jobs: Int) -> [String] {
    let table = Table(Self.withoutEmptyColumns(changes.map(row))).text.split(separator: "\n").map(String.init)
    let messages = messages.map { "\($0.severity.rawValue): \($0.text)" }
    if let remark {
      let time = time(jobs: jobs).seconds.upperBound
      return [time > 0 ? "\(remark), about \(Self.duration(time))" : remark] + messages + notCounted
    }
    // With a problem and no changes it is not known that nothing changes.
    let summary = problem != nil && changes.isEmpty ? [] : [summary(jobs: jobs)]
    let start = fromNothing.map { ["made from nothing: \($0)"] } ?? []
    let why = problem?.split(separator: "\n").map(String.init) ?? []
    return estimate + table + start + summary + messages + why + notCounted
  }

  /// A line that says that other targets run first and may change the answer.
  private var estimate: [String] {
    if after.isEmpty { return [] }
    let first = "an estimate, as \(after.joined(separator: ", ")) \(after.count == 1 ? "runs" : "run") first"
    if unknown.isEmpty { return [first + ":"] }
    let verb = unknown.count == 1 ? "does" : "do"
    return [first + ", and what \(unknown.joined(separator: ", ")) \(verb) with packages is not known:"]
  }

  private var notCounted: [String] {
    if added.isEmpty { return [] }
    let places = added.joined(separator: ", ")
    return ["not counted: the commands of \(places), as what they do with packages is not known"]
  }

  private func row(_ change: Change) -> [String] {
    let details =
      [
        change.oldVersion.map { "from \($0)" },
        change.flags.isEmpty ? nil : "USE \(change.flags.joined(separator: " "))",
        change.reason, change.root == "host" ? "on the host" : nil,
        change.kind == .build ? "as a binary package only" : nil,
      ].compactMap(\.self)
    let time = change.kind == .remove ? "" : change.seconds.map(Self.duration) ?? "?"
    return [
      change.kind.rawValue, "\(change.package)-\(change.version)", change.source?.rawValue ?? "", time,
      details.joined(separator: ", "),
    ]
  }

  private static func withoutEmptyColumns(_ rows: [[String]]) -> [[String]] {
    let columns = (rows.first ?? []).indices.filter { column in rows.contains { !$0[column].isEmpty } }
    return rows.map { row in columns.map { row[$0] } }
  }

  private func summary(jobs: Int) -> String {
    let removed = changes.count { $0.kind == .remove }
    let possible = changes.count { $0.kind == .mayRebuild }
    let merged = changes.count - removed - possible
    let (seconds, isAtLeast) = time(jobs: jobs)
    let least = Self.duration(seconds.lowerBound)
    let time =
      (least == Self.duration(seconds.upperBound) ? "" : "\(least) to ") + Self.duration(seconds.upperBound)
    var parts: [String] = []
    if changes.isEmpty {
      parts.append(unknown.isEmpty ? "no package changes" : "no package changes are foreseen")
    }
    if merged > 0 { parts.append("\(Quantity.count(merged, "package")) to merge") }
    if possible > 0 { parts.append("\(possible) that may be built anew") }
    if removed > 0 { parts.append("\(removed) to remove") }
    if !again.isEmpty { parts.append("\(again.count) merged as they are") }
    if kept > 0 { parts.append("\(kept) kept") }
    if download > 0 { parts.append("\(Quantity.size(download)) to fetch") }
    if seconds.upperBound > 0 { parts.append(isAtLeast ? "over \(time)" : "about \(time)") }
    return parts.joined(separator: ", ")
  }

  /// `3 s`, `3.4 s`, `41 s`, `1:41`.
  static func duration(_ seconds: Double) -> String {
    let tenths = Int((seconds * 10).rounded())
    if tenths >= 100 { return Quantity.duration(Int64(tenths) * 100_000_000) }
    return tenths % 10 == 0 ? "\(tenths / 10) s" : "\(tenths / 10).\(tenths % 10) s"
  }

  var json: JSON {
    let problem: JSON = self.problem.map { ["problem": .string($0)] } ?? [:]
    return [
      "after": .array(after.map { .string($0) }), "unknown": .array(unknown.map { .string($0) }),
      "added": .array(added.map { .string($0) }), "packages": .array(changes.map(Self.json)),
      "unchanged": .integer(kept + again.count), "mergedAgain": .integer(again.count),
      "messages": .array(
        messages.map { ["severity": .string($0.severity.rawValue), "text": .string($0.text)] }),
    ] + problem
  }

  static func seconds(_ seconds: Double) -> JSON { .seconds(Int64(seconds * 1_000_000_000)) }

  private static func json(_ change: Change) -> JSON {
    let source: JSON = change.source.map { ["source": .string($0.rawValue)] } ?? [:]
    let old: JSON = change.oldVersion.map { ["from": .string($0)] } ?? [:]
    let reason: JSON = change.reason.map { ["reason": .string($0)] } ?? [:]
    let effort: JSON =
      change.kind == .remove
      ? [:] : ["seconds": change.seconds.map(Self.seconds) ?? .null, "download": .integer(change.download)]
    return [
      "change": .string(change.kind.rawValue), "root": .string(change.root), "name": .string(change.package),
      "version": .string(change.version),
    ] + old + ["flags": .array(change.flags.map { .string($0) })] + source + reason + effort
  }
}
