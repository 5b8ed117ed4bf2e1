import PortageFiles

/// Versions that the configuration, a profile or the ebuild keeps from being taken.
extension Diagnosis {
  /// `- CPV::REPO (masked by: REASONS)`. If a binary package differs only in USE flags, the reason is empty or
  /// a "mismatch", depending on the version of Portage.
  static func masked(_ lines: EmergeLines) -> Diagnosis? {
    var found: [(version: String, reasons: String)] = []
    for line in lines.texts where line.hasPrefix("- ") {
      guard let (before, after) = line.split(around: "(masked by:") else { continue }
      let reasons = after.drop { $0 == " " }.dropLast(after.hasSuffix(")") ? 1 : 0)
      found.append((Self.package(in: before.dropFirst(2)), String(reasons)))
    }
    guard let (package, reasons) = found.first else { return nil }
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
    let isOfHost = lines.texts.first { $0.contains(" that could satisfy ") }.map { lines.isOfHost($0) } ?? false
    let masks = found.compactMap { Mask($0.version, $0.reasons, isOfHost: isOfHost) }
    if masks.isEmpty, let mistake = unbuildable(package, reasons, lines) { return mistake }
    // What fewer lines allow is nearer to what the user has allowed; of equals the newest comes first.
    let easiest = masks.sorted { $0.allowances.count < $1.allowances.count }.first
    return Diagnosis(
      "\(easiest?.package ?? package) is masked by: \(easiest?.reasons ?? reasons)",
      details: comment(in: lines) + lines.requirers,
      remedy: "allow it in \(Self.files(for: reasons[...])), or choose another version",
      changes: easiest?.changes ?? [])
  }

  /// The comment in package.mask that Portage quotes below the path of the file: `# …`.
  private static func comment(in lines: EmergeLines) -> [String] {
    guard let path = lines.texts.firstIndex(where: { $0.hasPrefix("/") && $0.hasSuffix("package.mask:") })
    else { return [] }
    let comment = lines.texts[(path + 1)...].prefix { $0.hasPrefix("#") }
    let text = comment.map { $0.drop { $0 == "#" || $0 == " " } }.filter { !$0.isEmpty }.joined(separator: " ")
    return text.isEmpty ? [] : ["\(lines.texts[path].dropLast()): \(text)"]
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

  /// A version with the reasons why it is masked, each of which a line of the configuration lifts.
  private struct Mask {
    let package: String
    let reasons: String
    let changes: [[SourceChange]]
    let allowances: [SourceChange]

    /// Nil if one of the reasons is another.
    init?(_ package: String, _ reasons: String, isOfHost: Bool) {
      guard let version = PackageVersion(package) else { return nil }
      self.package = package
      self.reasons = reasons
      var allowances: [SourceChange] = []
      var isInMask = false
      for reason in reasons.split(separator: ", ") {
        let words = reason.split(separator: " ")
        func allow(_ file: String, _ words: some Sequence<Substring>) {
          let line = "=\(package) " + words.joined(separator: " ")
          allowances.append(.configure(file, line: line, isOfHost: isOfHost))
        }
        switch words.last {
        case "package.mask": isInMask = true
        case "keyword" where words.count == 2 && words[0].hasPrefix("~"):
          allow("package.accept_keywords", words.dropLast())
        case "keyword": allow("package.accept_keywords", ["**"])
        // Of `|| ( A B )` the names count.
        case "license(s)":
          allow(
            "package.license", words.dropLast().filter { $0.contains { $0.isLetter } && !$0.hasSuffix("?") })
        case "properties": allow("package.properties", words.dropLast())
        case "RESTRICT": allow("package.accept_restrict", words.dropLast(2))
        default: return nil
        }
      }
      self.allowances =
        allowances + (isInMask ? [.configure("package.unmask", line: "=\(package)", isOfHost: isOfHost)] : [])
      changes =
        (isInMask ? [allowances + [.unmask(version, isOfHost: isOfHost)]] : []) + [self.allowances]
    }
  }
}
