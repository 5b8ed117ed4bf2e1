/// Packages that cannot be there together.
extension Diagnosis {
  /// `resulting in a slot conflict:`, then for each slot `CATEGORY/NAME:SLOT for ROOT` and its versions,
  /// `(CPV:SLOT::REPO, …) pulled in by`, each followed by `ATOM required by (CPV…` or `ATOM (Argument)`.
  static func slotConflict(_ lines: EmergeLines) -> Diagnosis? {
    guard let start = lines.firstIndex(containing: "resulting in a slot conflict:") else { return nil }
    var slot: String?
    var sides: [Side] = []
    for line in lines.texts[(start + 1)...] {
      if line.hasPrefix("It may be possible to solve") || line.hasPrefix("It might be possible") { break }
      if line.hasPrefix("("), line.hasSuffix(" pulled in by") {
        sides.append(Side(Self.package(in: line.dropFirst())))
      } else if let wish = Wish(line, lines), !sides.isEmpty {
        sides[sides.count - 1].wishes.append(wish)
      } else if sides.isEmpty, line.contains("/") {
        slot = String(line.prefix { $0 != " " })
      } else if line.contains(" for /"), line.contains("/"), !line.hasPrefix("(") {
        break
      }
    }
    guard let slot, sides.count > 1 else { return nil }
    sides.sort { $0.version < $1.version }
    let versions = sides.map(\.version).joined(separator: " and ")
    return Diagnosis(
      "\(slot) is needed in two versions, of which only one can be there: \(versions)",
      details: sides.flatMap { side in side.wishes.map { "\(side.version): \($0.text)" } },
      remedy: "choose versions of the packages that want the same, or leave one of them out",
      changes: alternatives(sides))
  }

  /// `[blocks B ] ATOM ("ATOM" is hard blocking CPV)` in the plan; below the error `(CPV:SLOT::REPO, …) pulled in by`,
  /// each followed by atoms of sets or `ATOM required by (CPV…`.
  static func blocker(_ lines: EmergeLines) -> Diagnosis? {
    guard let error = lines.firstIndex(containing: "contains packages which cannot be"),
      let block = lines.texts.first(where: { $0.hasPrefix("[blocks B") }),
      let (before, after) = block.split(around: " blocking "),
      let blocked = before.split(around: "(\"").flatMap({ $0.after.split(around: "\" ") })
    else { return nil }
    // Several may block the same.
    let blocking = after.prefix { $0 != ")" }.split(separator: ",").map {
      Self.package(in: $0.drop { $0 == " " })
    }
    var sides: [Side] = []
    for line in lines.texts[(error + 1)...] {
      if line.hasPrefix("("), line.hasSuffix(" pulled in by") {
        sides.append(Side(Self.package(in: line.dropFirst())))
      } else if let wish = Wish(line, lines, isInSet: line.contains("/") && !line.contains(" ")), !sides.isEmpty
      {
        sides[sides.count - 1].wishes.append(wish)
      } else if !line.isEmpty, !sides.isEmpty {
        break
      }
    }
    sides.sort { $0.version < $1.version }
    return Diagnosis(
      "\(blocking.joined(separator: " and ")) cannot be installed beside \(blocked.before), which it blocks",
      details: sides.flatMap { side in side.wishes.map { "\(side.version): \($0.text)" } },
      remedy: "leave one of them out", changes: alternatives(sides))
  }

  /// A version that excludes another, and who wants it.
  private struct Side {
    let version: String
    var wishes: [Wish] = []

    init(_ version: String) { self.version = version }
  }

  private struct Wish {
    let text: String
    /// The atoms of sets that are behind it.
    let atoms: [String]

    /// - Parameter isInSet: whether the line is an atom of a set and nothing else.
    init?(_ line: String, _ lines: EmergeLines, isInSet: Bool = false) {
      if let (atom, _) = line.split(around: " (Argument)") {
        text = "wanted as \(atom) by a set"
        atoms = [String(atom)]
      } else if let (atom, parent) = line.split(around: " required by (") {
        let version = Diagnosis.package(in: parent)
        text = "wanted as \(atom) by \(version)"
        let origins = lines.origins(of: version)
        atoms = origins.isEmpty ? [Diagnosis.name(of: version)] : origins
      } else if isInSet {
        text = "wanted as \(line) by a set"
        atoms = [line]
      } else {
        return nil
      }
    }
  }

  /// Each side, left out by all lines of sets that lead to it.
  private static func alternatives(_ sides: [Side]) -> [[SourceChange]] {
    sides.map { side in
      SourceChange.joined(
        side.wishes.flatMap(\.atoms).map { .leaveOut(package: Diagnosis.name(ofAtom: $0)) })
    }.filter { !$0.isEmpty && $0.count < 4 }
  }
}
