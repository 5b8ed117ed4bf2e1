import BuildSettings
package import Platform
import PortageFiles
import TextKit

/// What a variant's files `audit.exceptions` say: which vulnerabilities are known, until when that is accepted, and why.
///
/// A line is `ID UNTIL-DATE REASON…`. Of two lines about one vulnerability the last counts.
package struct AuditExceptions {
  struct Line {
    let id: String
    /// The last day on which it counts (UTC): `2026-12-31`.
    let until: String
    let reason: String
    /// `FILE:LINE`.
    let place: String
  }

  package static let fileName = "audit.exceptions"

  /// Each about another vulnerability.
  let lines: [Line]
  private let today: String

  /// - Parameters:
  ///   - files: their paths in the source tree, in the order of the variants.
  ///   - today: `2026-11-28`.
  /// - Throws: `UserError` with file and line for what is no such line.
  package init(_ files: [String], in source: Path, today: String) throws {
    self.today = today
    var lines: [Line] = []
    for file in files {
      for line in TextLines(try File.read(source / Path(file))).lines {
        let parsed = try Self.parse(
          line.words.map { String(decoding: $0, as: UTF8.self) }, place: "\(file):\(line.number)")
        lines.removeAll { $0.id == parsed.id }
        lines.append(parsed)
      }
    }
    self.lines = lines
  }

  private static func parse(_ words: [String], place: String) throws(UserError) -> Line {
    guard words[0].wholeMatch(of: /GLSA-\d{6}-\d{2}|CVE-\d{4}-\d{4,}/) != nil else {
      throw UserError(
        "\(place): '\(printable(words[0].utf8))' is neither an advisory, such as GLSA-202611-01, nor a CVE, such as "
          + "CVE-2026-12345")
    }
    guard words.count > 1, words[1].wholeMatch(of: /\d{4}-\d{2}-\d{2}/) != nil,
      Clock.parseISO8601(words[1] + "T00:00:00Z") != nil
    else {
      throw UserError(
        "\(place): \(words.count > 1 ? "'\(printable(words[1].utf8))' is no date" : "the date is missing"): write the last "
          + "day on which \(words[0]) is accepted, such as 2026-12-31")
    }
    guard words.count > 2 else {
      throw UserError("\(place): the reason is missing: write behind the date why \(words[0]) is accepted")
    }
    return Line(
      id: words[0], until: words[1], reason: words.dropFirst(2).joined(separator: " "), place: place)
  }

  /// The line that accepts a vulnerability today.
  func line(about vulnerability: Vulnerability) -> Line? {
    lines.first { $0.id == vulnerability.id && $0.until >= today }
  }

  /// What is wrong with the lines, each as a sentence with its place.
  ///
  /// - Parameters:
  ///   - ids: the vulnerabilities that there are.
  ///   - isKnown: whether it is known if there is a vulnerability of this name.
  func warnings(_ ids: Set<String>, isKnown: (String) -> Bool) -> [String] {
    lines.compactMap { line in
      if !ids.contains(line.id) {
        return isKnown(line.id)
          ? "\(line.place): \(line.id) concerns nothing in the image any more: remove the line" : nil
      }
      return line.until < today
        ? "\(line.place): \(line.id) was accepted until \(line.until) only (\(line.reason)): mend it, or write a later day"
        : nil
    }
  }
}
