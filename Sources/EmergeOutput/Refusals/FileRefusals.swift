/// Diagnoses about files: files that emerge ignored, files that do not match their Manifest, and files that two packages
/// install.
extension Diagnosis {
  /// `sysbuild: error: …`, which sysbuild adds to the output of an emerge that succeeded.
  static func passedOver(_ lines: EmergeLines) -> Diagnosis? {
    let start = EmergeMessage.start(.error)
    let errors = lines.texts.filter { $0.hasPrefix(start) }.map { String($0.dropFirst(start.count)) }
    return errors.first.map { Diagnosis($0, details: Array(errors.dropFirst())) }
  }

  /// `!!! Digest verification failed:`, `!!! FILE`, `!!! Reason: …` for an ebuild, which makes the whole emerge
  /// fail, or `!!! Fetched file: FILE VERIFY FAILED!`, `!!! Reason: …` for a source, followed by the package.
  static func mismatch(_ lines: EmergeLines) -> Diagnosis? {
    let texts = lines.texts
    let place = texts.firstIndex { line in
      line.hasPrefix("!!! Digest verification failed:")
        || line.hasPrefix("!!! Fetched file: ") && line.hasSuffix(" VERIFY FAILED!")
    }
    guard let place else { return nil }
    let fetched = texts[place].split(around: "Fetched file: ")?.after.dropLast(" VERIFY FAILED!".count)
    let file = fetched ?? texts[(place + 1)...].first?.dropFirst("!!! ".count) ?? "a file"
    let reason = texts[place...].prefix(3).compactMap { $0.split(around: "!!! Reason: ")?.after }.first
    if reason?.hasPrefix("Insufficient data") == true, fetched != nil {
      let failed = texts[place...].first { $0.hasPrefix(Self.failure) }.map(Self.failedName)
      return Diagnosis(
        "the Manifest does not say what \(file) should be",
        details: ["who writes it there vouches for the file in DISTDIR"],
        remedy: "put it into DISTDIR, and a line DIST with its size and digests into the Manifest",
        changes: failed.map { [[.describe(source: String(file), package: name(of: $0))]] } ?? [])
    }
    let others = missingSources(lines).filter { other in other.file.map { !file.hasSuffix($0) } ?? true }
    return Diagnosis(
      "\(file) does not match its Manifest\(reason.map { ": \($0)" } ?? "")", details: others.map(notFetched),
      remedy: fetched == nil
        ? "restore the file, or regenerate the Manifest"
        : "if the file is the right one, put its digest into the Manifest; otherwise remove it from DISTDIR")
  }

  /// ` * Detected file collision(s):` with the files, then each owner followed by its files, and finally the
  /// line ` * Package 'CPV' NOT merged due to file collisions.`
  static func collision(_ lines: EmergeLines) -> Diagnosis? {
    // `EmergeLines` shows a tab as `\t`.
    let texts = lines.texts.map { line in
      line.hasPrefix("*") ? line.dropFirst().replacing("\\t", with: "").drop { $0 == " " } : line[...]
    }
    guard let end = texts.firstIndex(where: { $0.contains("' NOT merged due to file collisions") }),
      let package = quotedPart(of: texts[end]),
      let start = texts[..<end].lastIndex(where: { $0.hasPrefix("Searching all installed packages") })
    else { return nil }
    var owner = ""
    var owners: [String] = []
    var details: [String] = []
    for line in texts[start..<end] {
      if line.hasPrefix("/") {
        details.append("\(line) belongs to \(owner)")
      } else if line.contains("::") {
        owner = Self.package(in: line)
        if !owners.contains(owner) { owners.append(owner) }
      }
    }
    return Diagnosis(
      "\(package) was not merged, because some of its files belong to another package",
      details: details.count > 5 ? details.prefix(5) + ["and \(details.count - 5) more"] : details,
      remedy: "leave out one of the packages, or exclude the files from one with USE flags or INSTALL_MASK",
      changes: ([package] + owners).map { [.leaveOut(package: name(of: $0))] })
  }
}

extension EmergeLines {
  /// The lines without the paragraphs about skipped updates and masked installed packages. Emerge goes on after
  /// both, so they are not the cause of a failure.
  var withoutSkippedUpdates: EmergeLines {
    var kept: [String] = []
    var index = 0
    while index < texts.count {
      let line = texts[index]
      let rest = texts[index...]
      if line.hasPrefix("!!! The following installed packages are masked") {
        index = rest.firstIndex { $0.isEmpty } ?? rest.endIndex
      } else if line.hasPrefix("!!! The following update has been skipped"),
        let work = rest.firstIndex(where: { $0.hasPrefix(">>> ") })
      {
        index = work
      } else {
        kept.append(line)
        index += 1
      }
    }
    return EmergeLines(texts: kept)
  }
}
