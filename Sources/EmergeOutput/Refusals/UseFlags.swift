import PortageFiles

/// USE flags, keywords, licences that others want.
extension Diagnosis {
  /// `The following USE changes are necessary to proceed:`, or the same with keyword, mask or license; then
  /// `(see "package.use" in …)`, and for each change `# required by …` lines and the line to add.
  static func neededChanges(_ lines: EmergeLines) -> Diagnosis? {
    let words = " changes are necessary to proceed"
    var kinds: [String] = []
    var quoted: [String] = []
    var files: [String] = []
    var requirers: [String] = []
    var changes: [SourceChange] = []
    for (index, text) in lines.texts.enumerated() {
      guard let (before, _) = text.split(around: words) else { continue }
      let block = lines.texts[(index + 1)...].drop(while: \.isEmpty)
        .prefix { !$0.isEmpty && !$0.hasPrefix("sysbuild: ") }
      let file = block.first { $0.hasPrefix("(see ") }.flatMap(Self.quotedPart) ?? "the configuration"
      kinds.append(before.split(separator: " ").last.map(String.init) ?? "")
      files.append(file)
      // Emerge lists them in no order.
      for line in block.sorted() where !line.hasPrefix("#") && !line.hasPrefix("(") {
        if !quoted.contains(line) { quoted.append(line) }
        let version = line.split(separator: " ").first.map { $0.drop { "<>=~".contains($0) } } ?? ""
        let isOfHost = lines.isOfHost(version: Self.package(in: version))
        changes.append(.configure(file, line: line, isOfHost: isOfHost))
      }
      let start = "# required by "
      for line in block where line.hasPrefix(start) && !line.hasSuffix("(argument)") {
        let requirer = "required by \(line.dropFirst(start.count))"
        if !requirers.contains(requirer) { requirers.append(requirer) }
      }
    }
    guard !kinds.isEmpty else { return nil }
    return Diagnosis(
      "the dependencies require \(kinds.joined(separator: " and ")) changes: \(quoted.joined(separator: ", "))",
      details: requirers,
      remedy:
        "add \(quoted.map { "'\($0)'" }.joined(separator: " and ")) to \(files.joined(separator: " and "))",
      changes: withoutUnmask(changes) + [SourceChange.joined(changes)])
  }

  /// The same, but that the line of package.mask goes in place of one in package.unmask.
  private static func withoutUnmask(_ changes: [SourceChange]) -> [[SourceChange]] {
    let others = changes.map { change -> SourceChange in
      guard case .configure("package.unmask", let line, let isOfHost) = change,
        let version = PackageVersion(line.drop { "<>=~".contains($0) })
      else { return change }
      return .unmask(version, isOfHost: isOfHost)
    }
    return others == changes ? [] : [SourceChange.joined(others)]
  }

  /// `- CPV::REPO (Change USE: +flag)` after a dependency that requires other flags, or `(Missing IUSE: flag)`.
  static func wrongUse(_ lines: EmergeLines) -> Diagnosis? {
    guard let start = lines.firstIndex(containing: "built with USE flags to satisfy") else { return nil }
    let hints = lines.texts[start...].compactMap(Self.hint)
    let atom = Self.quotedPart(of: lines.texts[start]) ?? "see the log"
    let missing = lines.texts[start...].lazy.compactMap { line -> (String, Substring)? in
      guard line.hasPrefix("- "), let (before, after) = line.split(around: "(Missing IUSE: ") else {
        return nil
      }
      return (Self.package(in: before.dropFirst(2)), after.prefix { $0 != ")" })
    }.first
    if hints.isEmpty, let (package, flags) = missing {
      return Diagnosis(
        "a dependency requires a USE flag that \(package) does not have: \(flags)",
        details: ["\(atom) is wanted"] + lines.requirers,
        remedy: "correct the dependency in the ebuild that requires it, or choose another version",
        missing: atom)
    }
    let isOfHost = lines.isOfHost(lines.texts[start])
    return Diagnosis(
      "a dependency requires other USE flags: \(atom)", details: lines.requirers,
      remedy: hints.first.map { "add the line '\($0.package) \($0.flags)' to package.use" },
      changes: hints.map { hint in
        [.configure("package.use", line: "\(hint.package) \(hint.flags)", isOfHost: isOfHost)]
      })
  }
}
