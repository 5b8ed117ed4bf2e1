/// Sources that could not be had.
extension Diagnosis {
  /// `!!! Couldn't download 'FILE'. Aborting.`, or ` * Fetch failed for 'CPV', Log file:` if emerge fetches
  /// sources in parallel. A missing `.layout.conf` of a mirror is not a failure.
  static func fetchFailure(_ lines: EmergeLines) -> Diagnosis? {
    if let restricted = Self.restricted(lines) { return restricted }
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
    if let replaced = Self.replaced(lines, package, reason) { return replaced }
    return Diagnosis(
      "\(file.map { "'\($0)'" } ?? "the source")\(package.map { " of \($0)" } ?? "") could not be fetched",
      details: (reason.map { [$0] } ?? []) + (log.map { ["log: \($0)"] } ?? []),
      remedy: "check the network and the address in SRC_URI, or put the file into DISTDIR by hand")
  }

  private static func isMissingSource(_ line: String) -> Bool {
    line.contains("Couldn't download '") && !line.contains("Couldn't download '.")
  }

  /// `!!! CPV has fetch restriction turned on.`, then what the ebuild says about it, as `* …`.
  private static func restricted(_ lines: EmergeLines) -> Diagnosis? {
    guard let start = lines.texts.firstIndex(where: { $0.contains(" has fetch restriction turned on") })
    else { return nil }
    let package = Self.package(in: lines.texts[start].drop { $0 == "!" || $0 == " " })
    let said = lines.texts[(start + 1)...].prefix { !$0.hasPrefix(">>> ") }.filter { $0.hasPrefix("* ") }
    return Diagnosis(
      "the source of \(package) may not be fetched by a program",
      details: said.map { String($0.dropFirst(2)) },
      remedy: "download it yourself, and put it into DISTDIR")
  }

  /// `!!! Previously fetched file: 'PATH'`, `!!! Reason: …` and `Refetching... File renamed to 'PATH'`, before another
  /// one could not be fetched.
  private static func replaced(_ lines: EmergeLines, _ package: String?, _ failure: String?) -> Diagnosis? {
    guard let start = lines.texts.firstIndex(where: { $0.hasPrefix("!!! Previously fetched file: ") }),
      let path = Self.quotedPart(of: lines.texts[start])
    else { return nil }
    let rest = lines.texts[start...]
    let reason = rest.lazy.compactMap { $0.split(around: "!!! Reason: ")?.after }.first
    let place = rest.first { $0.contains(" renamed to '") }.flatMap(Self.quotedPart)
    let name = path.split(separator: "/").last.map(String.init) ?? path
    return Diagnosis(
      "'\(name)'\(package.map { " of \($0)" } ?? "") does not match its Manifest\(reason.map { ": \($0)" } ?? "")",
      details: (place.map { ["it was moved to \($0)"] } ?? [])
        + (failure.map { ["another one could not be fetched: \($0)"] } ?? []),
      remedy:
        "if it is the right one, move it back and put its size and digests into the Manifest; otherwise put "
        + "the right one into DISTDIR")
  }
}
