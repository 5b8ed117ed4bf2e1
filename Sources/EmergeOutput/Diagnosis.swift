import PortageFiles
import TextKit

/// The cause of a failed emerge run, found in its output, with the remedy if there is one.
///
/// Portage's wording changes between versions, so each case depends on as few words as possible (seen with
/// 3.0.83). Output that is not recognised gives no diagnosis, since a wrong one would be worse than none.
package struct Diagnosis: Hashable, Sendable {
  /// What failed, in one sentence.
  package let headline: String
  /// Further facts, such as a message or a path, each on one line.
  package let details: [String]
  /// What to do, where no line of the source tree is known that helps; nil if that is unknown.
  package let remedy: String?
  /// Lists of changes of the source tree. Portage may still refuse after any of them, for another reason.
  package let changes: [[SourceChange]]
  /// The atom that no ebuild is right for, if that is what is wrong.
  package let missing: String?

  /// Finds the deepest cause that `output` reports: first a plan that emerge could not make, then a source that
  /// it could not fetch, then a package that it could not build. Nil if nothing is recognised.
  package init?(emergeOutput output: some Sequence<UInt8>) {
    let all = EmergeLines(output).withoutSkippedUpdates
    let lines = all.withoutProposal
    let found = Self.causes.lazy.compactMap { $0(lines) }.first
    guard let found else { return nil }
    let proposed = all.proposal.flatMap { Self.neededChanges($0)?.changes } ?? []
    self.init(
      found.headline, details: found.details, remedy: found.remedy, changes: proposed + found.changes,
      missing: found.missing)
  }

  /// What is looked for, in this order.
  private static let causes: [@Sendable (EmergeLines) -> Diagnosis?] = [
    passedOver, mismatch, collision, circular, slotConflict, blocker, requiredUse, neededChanges, masked,
    wrongUse,
    missing, fetchFailure, failedPackage,
  ]

  package init(
    _ headline: String, details: [String] = [], remedy: String? = nil, changes: [[SourceChange]] = [],
    missing: String? = nil
  ) {
    self.headline = headline
    self.details = details
    self.remedy = remedy
    self.changes = changes
    self.missing = missing
  }

  /// `- CPV (Change USE: -flag)`: the package without its version, and the flags.
  static func hint(in line: String) -> (package: String, flags: String)? {
    guard line.hasPrefix("- "), let (before, after) = line.split(around: "(Change USE:") else { return nil }
    let flags = after.prefix { $0 != ")" && $0 != "," }.split(separator: " ")
      .map { $0.hasPrefix("+") ? String($0.dropFirst()) : String($0) }
    return (name(of: package(in: before.dropFirst(2))), flags.joined(separator: " "))
  }

  /// `CATEGORY/NAME-VERSION` at the beginning of `text`.
  static func package(in text: Substring) -> String {
    String(text.prefix { $0 != ":" && $0 != "," && $0 != " " && $0 != ")" })
  }

  /// `CATEGORY/NAME` of `CATEGORY/NAME-VERSION`.
  static func name(of package: String) -> String { PackageVersion(package)?.package ?? package }

  /// `CATEGORY/NAME` of an atom.
  static func name(ofAtom atom: String) -> String {
    (try? Atom(parsing: atom))?.package ?? atom
  }

  static func quotedPart(of text: some StringProtocol) -> String? {
    guard let open = text.firstIndex(where: { $0 == "'" || $0 == "\"" }) else { return nil }
    let inner = text[text.index(after: open)...]
    return inner.firstIndex(of: text[open]).map { String(inner[..<$0]) }
  }
}

extension EmergeLines {
  /// What the program `resolve` prints ahead of what emerge would propose, where it is allowed to propose anything.
  private static let mark = "sysbuild: with other lines in the configuration:"

  /// What emerge said first.
  var withoutProposal: EmergeLines {
    guard let start = texts.firstIndex(of: Self.mark) else { return self }
    return EmergeLines(texts: texts[..<start] + texts[(start + 1)...].filter { $0.hasPrefix("sysbuild: ") })
  }

  /// What it proposed then; nil if it was not asked.
  var proposal: EmergeLines? {
    texts.firstIndex(of: Self.mark).map { EmergeLines(texts: Array(texts[$0...])) }
  }

  /// The name of the configuration root with which the program `resolve` was refused an answer.
  package var configuration: String? {
    let start = "sysbuild: refused with the configuration "
    return texts.last { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
  }

  /// Whether a line about an atom is about a package of the building machine: for another root it is named.
  func isOfHost(_ line: String) -> Bool { !line.contains("\" for /") && !line.contains("\" for ${") }

  /// Whether a version was to be installed on the building machine: `sysbuild: of the building machine: CPV`.
  func isOfHost(version: String) -> Bool { texts.contains("sysbuild: of the building machine: \(version)") }

  /// The atoms of sets because of which a version is in the plan: `sysbuild: CPV is there because of ATOM…`.
  func origins(of version: String) -> [String] {
    let start = "sysbuild: \(version) is there because of "
    return texts.first { $0.hasPrefix(start) }
      .map { $0.dropFirst(start.count).split(separator: " ").map(String.init) } ?? []
  }
}
