/// What is in no repository, or not as a binary package.
extension Diagnosis {
  /// `emerge: there are no ebuilds to satisfy "ATOM".`, or the same with `binary packages`.
  static func missing(_ lines: EmergeLines) -> Diagnosis? {
    for line in lines.texts where line.hasPrefix("emerge: there are no ") {
      guard let (before, after) = line.split(around: " to satisfy ") else { continue }
      let atom = Self.quotedPart(of: after) ?? String(after)
      if before.hasSuffix("binary packages") {
        return Diagnosis(
          "there is no binary package for \(atom)", details: lines.requirers,
          remedy: "add it to the set that builds binary packages, or build that set again",
          changes: [[.build(atom: atom)]])
      }
      if let category = unlisted(name(ofAtom: atom), lines) {
        return Diagnosis(
          "the category '\(category)' of \(atom) is not listed in a repository's profiles/categories",
          details: lines.requirers, remedy: "list it there, or correct the category",
          changes: [[.list(category: category)]])
      }
      let flags = atom.split(around: "[").map { "[" + $0.after }
      return Diagnosis(
        flags.map { "no ebuild of \(name(ofAtom: atom)) can be built with \($0)" }
          ?? "there is no ebuild for \(atom)",
        details: lines.requirers,
        remedy: flags.map { _ in "a profile masks or forces the flag (use.mask, use.force and others)" }
          ?? lines.suggestion ?? "check the spelling, or add the repository that has it",
        changes: lines.requirers.isEmpty ? [[.correct(atom: atom)]] : [], missing: atom)
    }
    return nil
  }

  /// `!!! 'CATEGORY/NAME' has a category that is not listed in FILE`.
  private static func unlisted(_ package: String, _ lines: EmergeLines) -> String? {
    lines.texts.contains { $0.hasPrefix("!!! '\(package)' has a category that is not listed") }
      ? package.split(separator: "/").first.map(String.init) : nil
  }
}
