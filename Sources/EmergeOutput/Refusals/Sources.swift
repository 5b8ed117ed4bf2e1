/// Sources that could not be had.
extension Diagnosis {
  /// `!!! Couldn't download 'FILE'. Aborting.`, then ` * Fetch failed for 'CPV'`, with `, Log file:` behind it if emerge
  /// fetches sources in parallel, or `>>> Failed to emerge CPV`. A missing `.layout.conf` of a mirror is not a failure.
  static func fetchFailure(_ lines: EmergeLines) -> Diagnosis? {
    if let restricted = restricted(lines) { return restricted }
    let missing = missingSources(lines)
    guard let first = missing.first, let start = lines.texts.firstIndex(where: isFetchFailure) else {
      return nil
    }
    let texts = lines.texts
    let log = lines.logPath(
      from: texts[start...].firstIndex { $0.contains(first.package ?? " ") && $0.hasSuffix("Log file:") })
    // The last line of the fetching program.
    let reason = texts[..<start].last { !$0.isEmpty }
      .flatMap { $0.hasPrefix(">>>") || $0.hasPrefix("!!!") ? nil : $0 }
    if let replaced = replaced(lines, first.package, reason) { return replaced }
    return Diagnosis(
      notFetched(first.file, first.package),
      details: [reason, log.map { "log: \($0)" }].compactMap(\.self)
        + missing.dropFirst().map(notFetched),
      remedy: "check the network and the address in SRC_URI, or put the file into DISTDIR by hand")
  }

  /// All sources that could not be fetched, in the order of the output.
  static func missingSources(_ lines: EmergeLines) -> [(file: String?, package: String?)] {
    let texts = lines.texts
    guard let start = texts.firstIndex(where: isFetchFailure) else { return [] }
    var missing: [(file: String?, package: String?)] = []
    var files: [String] = []
    for line in texts[start...] {
      if isMissingSource(line), let file = line.split(around: "download ").flatMap({ quotedPart(of: $0.after) })
      {
        if !files.contains(file) { files.append(file) }
      } else if line.contains("Fetch failed for '"), let package = quotedPart(of: line) {
        if missing.contains(where: { $0.package == package }) { continue }
        missing += files.isEmpty ? [(nil, package)] : files.map { ($0, package) }
        files = []
      }
    }
    if missing.isEmpty {
      // With several jobs the log of the package comes last.
      let package = (texts[start...] + texts[..<start]).first { $0.hasPrefix(failure) }.map(failedName)
      missing = files.map { ($0, package) }
    }
    return missing
  }

  static func notFetched(_ file: String?, _ package: String?) -> String {
    "\(file.map { "'\($0)'" } ?? "the source")\(package.map { " of \($0)" } ?? "") could not be fetched"
  }

  private static func isFetchFailure(_ line: String) -> Bool {
    isMissingSource(line) || line.contains("Fetch failed for '")
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
