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
  /// How to fix it; nil if that is unknown.
  package let remedy: String?

  /// Finds the deepest cause that `output` reports: first a plan that emerge could not make, then a source that
  /// it could not fetch, then a package that it could not build. Nil if nothing is recognised.
  package init?(emergeOutput output: some Sequence<UInt8>) {
    let lines = EmergeLines(output).withoutSkippedUpdates
    let found =
      Self.passedOver(lines) ?? Self.mismatch(lines) ?? Self.collision(lines) ?? Self.circular(lines)
      ?? Self.neededChanges(lines) ?? Self.masked(lines) ?? Self.wrongUse(lines)
      ?? Self.missing(lines)
      ?? Self.fetchFailure(lines) ?? Self.failedPackage(lines)
    guard let found else { return nil }
    self = found
  }

  package init(_ headline: String, details: [String] = [], remedy: String? = nil) {
    self.headline = headline
    self.details = details
    self.remedy = remedy
  }

  /// ` * Error: circular dependencies:`, then the cycle in lines `(CPV:SLOT::REPO, …) depends on`, then hints
  /// in lines `- CPV (Change USE: -flag)`.
  private static func circular(_ lines: EmergeLines) -> Diagnosis? {
    guard let start = lines.firstIndex(containing: "circular dependencies:") else { return nil }
    let block = lines.texts[(start + 1)...].drop(while: \.isEmpty).prefix { !$0.isEmpty }
    var cycle = block.filter { $0.hasPrefix("(") }.map { Self.package(in: $0.dropFirst()) }
    if let first = cycle.first, cycle.count > 1, cycle.last != first { cycle.append(first) }
    var headline = "the packages to build depend on each other in a circle"
    if !cycle.isEmpty { headline += ": " + cycle.joined(separator: " → ") }
    let hints = lines.texts[start...].compactMap { line -> String? in
      guard let hint = Self.hint(in: line) else { return nil }
      return "'\(hint.package) \(hint.flags)'"
    }
    if hints.isEmpty { return Diagnosis(headline) }
    return Diagnosis(
      headline,
      remedy: "to build one of them without the other first, add the line "
        + "\(hints.joined(separator: " or ")) to the bootstrap.packages of the variant")
  }

  /// `- CPV::REPO (masked by: REASONS)`. If a binary package differs only in USE flags, the reason is empty or
  /// a "mismatch", depending on the version of Portage.
  private static func masked(_ lines: EmergeLines) -> Diagnosis? {
    for line in lines.texts where line.hasPrefix("- ") {
      guard let (before, after) = line.split(around: "(masked by:") else { continue }
      let package = Self.package(in: before.dropFirst(2))
      let reasons = after.drop { $0 == " " }.dropLast(after.hasSuffix(")") ? 1 : 0)
      if reasons == "corruption" { return unreadable(package, lines) }
      let outOfDate = "\(EmergeMessage.outOfDate) \(package): "
      if reasons.isEmpty, let line = lines.texts.first(where: { $0.hasPrefix(outOfDate) }) {
        return Diagnosis(
          "the binary package of \(package) is out of date: \(line.dropFirst(outOfDate.count))",
          details: lines.requirers,
          remedy: "add it to build.packages, so that it is built in the sysroot, or to installonly.packages")
      }
      if reasons.isEmpty || reasons == "use flag configuration mismatch" {
        return Diagnosis(
          "the binary package of \(package) cannot be used: its USE flags differ from those set now",
          details: lines.requirers,
          remedy: "build its binary package again with the USE flags of the configuration")
      }
      return unbuildable(package, String(reasons), lines)
        ?? Diagnosis(
          "\(package) is masked by: \(reasons)", details: lines.requirers,
          remedy: "allow it in \(Self.files(for: reasons)), or choose another version")
    }
    return nil
  }

  /// What no configuration allows: `EAPI 99`, with `The current version of portage supports EAPI '9'.` below, and
  /// `invalid: RDEPEND: …`.
  private static func unbuildable(_ package: String, _ reasons: String, _ lines: EmergeLines) -> Diagnosis? {
    if reasons.hasPrefix("EAPI ") {
      let newest = lines.texts.first { $0.contains("version of portage supports EAPI '") }.flatMap(
        Self.quotedPart)
      return Diagnosis(
        "the ebuild of \(package) is written for \(reasons), which this Portage does not know"
          + (newest.map { ": its newest is EAPI \($0)" } ?? ""), details: lines.requirers,
        remedy: "choose another version, or use a Portage that knows it")
    }
    guard let (_, mistake) = reasons.split(around: "invalid: ") else { return nil }
    let variable = mistake.prefix { $0 != ":" }
    return Diagnosis(
      "the ebuild of \(package) has a mistake in \(mistake)", details: lines.requirers,
      remedy: "correct \(variable) in the ebuild, or choose another version")
  }

  /// The files that allow what is masked for these reasons.
  private static func files(for reasons: Substring) -> String {
    let files = [
      ("package.mask", "package.unmask"), ("keyword", "package.accept_keywords"),
      ("license(s)", "package.license"),
      ("properties", "package.properties"), ("in RESTRICT", "package.accept_restrict"),
    ].filter { reasons.contains($0.0) }.map(\.1)
    return files.isEmpty ? "the configuration" : files.joined(separator: " and ")
  }

  /// An ebuild that bash cannot make sense of: what it says stands ahead of ` * ERROR: CPV failed (depend phase):`.
  private static func unreadable(_ package: String, _ lines: EmergeLines) -> Diagnosis {
    let error = lines.texts.firstIndex { $0.hasPrefix("* ERROR: \(package)") }
    let cause = error.flatMap { Self.cause(in: lines.texts[..<$0]) }
    return Diagnosis(
      "the ebuild of \(package) cannot be read", details: [cause].compactMap(\.self),
      remedy: "correct the ebuild")
  }

  /// `The following USE changes are necessary to proceed:`, or the same with keyword, mask or license; then
  /// `(see "package.use" in …)`, and for each change `# required by …` lines and the line to add.
  private static func neededChanges(_ lines: EmergeLines) -> Diagnosis? {
    guard let start = lines.firstIndex(containing: "changes are necessary to proceed"),
      let (before, _) = lines.texts[start].split(around: " changes are necessary")
    else { return nil }
    let block = lines.texts[(start + 1)...].drop(while: \.isEmpty).prefix { !$0.isEmpty }
    let file = block.first { $0.hasPrefix("(see ") }.flatMap(Self.quotedPart) ?? "the configuration"
    let kind = before.split(separator: " ").last.map(String.init) ?? ""
    let changes = block.filter { !$0.hasPrefix("#") && !$0.hasPrefix("(") }
    let words = "# required by "
    let requirers = block.filter { $0.hasPrefix(words) && !$0.hasSuffix("(argument)") }
    return Diagnosis(
      "the dependencies require \(kind) changes: \(changes.joined(separator: ", "))",
      details: requirers.map { "required by \($0.dropFirst(words.count))" },
      remedy: "add \(changes.map { "'\($0)'" }.joined(separator: " and ")) to \(file)")
  }

  /// `- CPV::REPO (Change USE: +flag)` after a dependency that requires other flags.
  private static func wrongUse(_ lines: EmergeLines) -> Diagnosis? {
    guard let start = lines.firstIndex(containing: "built with USE flags to satisfy") else { return nil }
    let hints = lines.texts[start...].compactMap(Self.hint)
    return Diagnosis(
      "a dependency requires other USE flags: \(Self.quotedPart(of: lines.texts[start]) ?? "see the log")",
      details: lines.requirers,
      remedy: hints.first.map { "add the line '\($0.package) \($0.flags)' to package.use" })
  }

  /// `emerge: there are no ebuilds to satisfy "ATOM".`, or the same with `binary packages`.
  private static func missing(_ lines: EmergeLines) -> Diagnosis? {
    for line in lines.texts where line.hasPrefix("emerge: there are no ") {
      guard let (before, after) = line.split(around: " to satisfy ") else { continue }
      let atom = Self.quotedPart(of: after) ?? String(after)
      if before.hasSuffix("binary packages") {
        return Diagnosis(
          "there is no binary package for \(atom)", details: lines.requirers,
          remedy: "add it to the set that builds binary packages, or build that set again")
      }
      return Diagnosis(
        "there is no ebuild for \(atom)", details: lines.requirers,
        remedy: lines.suggestion ?? "check the spelling, or add the repository that has it")
    }
    return nil
  }

  /// `!!! Couldn't download 'FILE'. Aborting.`, or ` * Fetch failed for 'CPV', Log file:` if emerge fetches
  /// sources in parallel. A missing `.layout.conf` of a mirror is not a failure.
  private static func fetchFailure(_ lines: EmergeLines) -> Diagnosis? {
    let start = lines.texts.firstIndex { line in
      Self.isMissingSource(line) || line.contains("Fetch failed for '")
    }
    guard let start else { return nil }
    let rest = lines.texts[start...]
    let file = rest.first(where: Self.isMissingSource)
      .flatMap { $0.split(around: "download ") }.flatMap { Self.quotedPart(of: $0.after) }
    let package =
      rest.first { $0.contains("Fetch failed for '") }.flatMap(Self.quotedPart)
      ?? rest.first { $0.hasPrefix(Self.failure) }.map(Self.failedName)
    let log = lines.logPath(
      from: rest.firstIndex { $0.contains(package ?? " ") && $0.hasSuffix("Log file:") })
    // The last line of the fetching program.
    let reason = lines.texts[..<start].last { !$0.isEmpty }
      .flatMap { $0.hasPrefix(">>>") || $0.hasPrefix("!!!") ? nil : $0 }
    return Diagnosis(
      "\(file.map { "'\($0)'" } ?? "the source")\(package.map { " of \($0)" } ?? "") could not be fetched",
      details: (reason.map { [$0] } ?? []) + (log.map { ["log: \($0)"] } ?? []),
      remedy: "check the network and the address in SRC_URI, or put the file into DISTDIR by hand")
  }

  private static func isMissingSource(_ line: String) -> Bool {
    line.contains("Couldn't download '") && !line.contains("Couldn't download '.")
  }

  /// ` * ERROR: CPV::REPO failed (compile phase):` with its message in the next line, the path of the build
  /// log, and the other packages that failed.
  private static func failedPackage(_ lines: EmergeLines) -> Diagnosis? {
    let failures = lines.texts.indices.filter { lines.texts[$0].hasPrefix(Self.failure) }
    var details: [String] = []
    let headline: String
    let package: String
    let error = lines.texts.indices.first { lines.texts[$0].hasPrefix("* ERROR: ") }
    if let error, let (before, after) = lines.texts[error].split(around: " failed") {
      package = Self.package(in: before.dropFirst("* ERROR: ".count))
      let phase = after.split(around: "(").flatMap { $0.after.split(around: " phase)") }
      headline = "\(package) failed" + (phase.map { " in its \($0.before) phase" } ?? "")
      if let cause = Self.cause(in: lines.texts[..<error]) { details.append(cause) }
      let message = lines.texts[(error + 1)...].first.map { $0.dropFirst().drop { $0 == " " } } ?? ""
      if !message.isEmpty, message != "(no error message)" { details.append(String(message)) }
    } else if let first = failures.first {
      package = Self.failedName(lines.texts[first])
      headline = "\(package) could not be built or merged"
    } else {
      return nil
    }
    let own = failures.first { Self.failedName(lines.texts[$0]) == package }
    let log = lines.logPath(from: own ?? lines.firstIndex(containing: "build log is located at"))
    if let log { details.append("build log: \(log)") }
    var named = [package]
    for failure in failures {
      let name = Self.failedName(lines.texts[failure])
      if named.contains(name) { continue }
      named.append(name)
      details.append("\(name) failed too" + (lines.logPath(from: failure).map { ": \($0)" } ?? ""))
    }
    let wantsNetwork = error.map { lines.texts[..<$0].contains(where: Self.saysThatThereIsNoNetwork) } ?? false
    return Diagnosis(
      headline, details: details,
      remedy: wantsNetwork ? "a build has no network: name what it downloads in SRC_URI" : nil)
  }

  /// Whether a program has said that it reaches no other machine.
  private static func saysThatThereIsNoNetwork(_ line: String) -> Bool {
    ["Temporary failure in name resolution", "Could not resolve host", "Network is unreachable"]
      .contains { line.contains($0) }
  }

  /// The line that most likely says why a phase failed: the first error of a compiler, otherwise the last line
  /// that does not come from a program such as make, which only reports that another one failed.
  private static func cause(in lines: ArraySlice<String>) -> String? {
    let phase = lines.lastIndex { $0.hasPrefix(">>> ") }.map { lines[($0 + 1)...] } ?? lines
    let relays = ["collect2:", "make:", "make[", "ninja:", "* Messages for package ", "* Log file: "]
    let said = phase.filter { line in !line.isEmpty && !relays.contains(where: line.hasPrefix) }
    return said.first { $0.contains(" error: ") } ?? said.last
  }

  /// The beginning of `>>> Failed to emerge CPV for ROOT, Log file:`, which also occurs with `install`.
  private static let failure = ">>> Failed to "

  private static func failedName(_ line: String) -> String {
    let words = line.dropFirst(failure.count).split(separator: " ")
    return words.count > 1 ? package(in: words[1]) : "a package"
  }

  /// `- CPV (Change USE: -flag)`: the package without its version, and the flags.
  private static func hint(in line: String) -> (package: String, flags: String)? {
    guard line.hasPrefix("- "), let (before, after) = line.split(around: "(Change USE:") else { return nil }
    let flags = after.prefix { $0 != ")" && $0 != "," }.split(separator: " ")
      .map { $0.hasPrefix("+") ? String($0.dropFirst()) : String($0) }
    let versioned = Self.package(in: before.dropFirst(2))
    return (PackageVersion(versioned)?.package ?? versioned, flags.joined(separator: " "))
  }

  /// `CATEGORY/NAME-VERSION` at the beginning of `text`.
  static func package(in text: Substring) -> String {
    String(text.prefix { $0 != ":" && $0 != "," && $0 != " " && $0 != ")" })
  }

  static func quotedPart(of text: some StringProtocol) -> String? {
    guard let open = text.firstIndex(where: { $0 == "'" || $0 == "\"" }) else { return nil }
    let inner = text[text.index(after: open)...]
    return inner.firstIndex(of: text[open]).map { String(inner[..<$0]) }
  }
}
