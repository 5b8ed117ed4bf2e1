package import PortageFiles

/// A package that emerge would merge, as shown by a line of `emerge --pretend --verbose --color=n` (emerge(1),
/// "--pretend"; seen with Portage 3.0.83):
///
///     [ebuild     U  ] sys-libs/libcap-2.71:0/2::repo [2.70::repo] to /O/sysroot/ USE="pam* -tools%" 12 KiB
package struct PretendedMerge: VersionedPackage, Sendable {
  /// A USE flag. A flag of a USE_EXPAND variable has the variable's name in front: `python_targets_python3_13`.
  package struct Flag: Hashable {
    package let name: String
    package let isOn: Bool
    /// Whether the installed version has the flag in another state, or does not have it.
    package let isChanged: Bool

    /// `+pam`, `-tools`.
    package var text: String { (isOn ? "+" : "-") + name }
  }

  package let id: PackageVersion
  /// The slot without the sub-slot.
  package let slot: String
  package let repository: String
  /// The installed version that it replaces, if that has another version, slot or repository.
  package let replaced: (version: String, slot: String, repository: String)?
  /// Whether a version in the same slot is installed already.
  package let isThere: Bool
  package let isDowngrade: Bool
  package let isBinary: Bool
  /// The root that it is merged to, without a slash at the end; nil for the host.
  package let root: String?
  /// The flags that Portage shows.
  package let flags: [Flag]
  /// The number of bytes to fetch.
  package let download: Int

  /// The merges in the output of emerge; all other lines, such as blockers and uninstallations, are skipped.
  package static func all(in output: some Sequence<UInt8>) -> [PretendedMerge] {
    EmergeLines(output).texts.compactMap { PretendedMerge($0) }
  }

  package init?(_ line: String) {
    guard let kind = ["[ebuild ", "[binary "].first(where: line.hasPrefix), let end = line.firstIndex(of: "]")
    else { return nil }
    isBinary = kind == "[binary "
    let marks = line[line.index(line.startIndex, offsetBy: kind.count)..<end]
    isDowngrade = marks.contains("D")
    isThere = !marks.contains("N")
    var rest = line[line.index(after: end)...].drop { $0 == " " }
    guard let word = Self.word(&rest), let package = Self.package(word, isBinary: isBinary) else { return nil }
    (id, slot) = package
    repository = word.split(around: "::").map { String($0.after) } ?? ""
    var old: Substring = ""
    if rest.first == "[", let close = rest.firstIndex(of: "]") {
      old = rest[rest.index(after: rest.startIndex)..<close]
      rest = rest[rest.index(after: close)...].drop { $0 == " " }
    }
    replaced = old.split(separator: ",").first.map { old in
      let (version, slot) = Self.versionAndSlot(old, isBinary: kind == "[binary ")
      return (version, slot, old.split(around: "::").map { String($0.after) } ?? "")
    }
    var root: String?
    if rest.hasPrefix("to "), case let path = rest.dropFirst(3).prefix(while: { $0 != " " }) {
      root = String(path.count > 1 && path.hasSuffix("/") ? path.dropLast() : path)
      rest = rest.dropFirst(3 + path.count).drop { $0 == " " }
    }
    self.root = root
    flags = Self.flags(&rest)
    download = Self.bytes(rest)
  }

  private static func word(_ rest: inout Substring) -> Substring? {
    let word = rest.prefix { $0 != " " }
    rest = rest.dropFirst(word.count).drop { $0 == " " }
    return word.isEmpty ? nil : word
  }

  /// Parses `sys-libs/libcap-2.71-3:0/2::repo`. A binary package has its build number after the version, and
  /// slot 0 is left out.
  private static func package(
    _ text: Substring, isBinary: Bool
  ) -> (id: PackageVersion, slot: String)? {
    let (name, slot) = versionAndSlot(text, isBinary: isBinary)
    return PackageVersion(name).map { ($0, slot) }
  }

  /// Parses `2.71-3:0/2::repo`, with or without a name in front.
  private static func versionAndSlot(_ text: Substring, isBinary: Bool) -> (version: String, slot: String) {
    let slot = text.drop { $0 != ":" }.dropFirst().prefix { $0 != ":" && $0 != "/" }
    return (
      withoutBuildID(String(text.prefix { $0 != ":" }), isBinary: isBinary), slot.isEmpty ? "0" : String(slot)
    )
  }

  /// The text without the build number of a binary package. A number that does not follow a version is part of
  /// the name.
  private static func withoutBuildID(_ text: String, isBinary: Bool) -> String {
    guard isBinary, let hyphen = text.lastIndex(of: "-"),
      text[text.index(after: hyphen)...].allSatisfy(\.isNumber)
    else { return text }
    let rest = Array(text[..<hyphen].utf8)
    return AtomGrammar.versionStart(in: rest[...]) != nil || AtomGrammar.isVersion(rest)
      ? String(text[..<hyphen]) : text
  }

  /// The number of bytes that `1,234 KiB` at the end stands for; 0 if it is missing.
  private static func bytes(_ rest: Substring) -> Int {
    let words = rest.split(separator: " ")
    guard words.count >= 2, words[words.count - 1] == "KiB",
      let number = Int(words[words.count - 2].filter { $0 != "," }), (0...(1 << 40)).contains(number)
    else { return 0 }
    return number << 10
  }

  /// Parses `USE="pam* (-selinux) -tools%" PYTHON_TARGETS="python3_13 -python3_12"`. A star marks a flag whose
  /// state changes, a percent sign a flag that the installed version does not have, brackets a flag that cannot
  /// be changed or is gone.
  private static func flags(_ rest: inout Substring) -> [Flag] {
    var flags: [Flag] = []
    while let equals = rest.firstIndex(of: "="), case let name = rest[..<equals],
      !name.isEmpty, name.allSatisfy({ $0.isLetter || $0.isNumber || $0 == "_" }),
      case let value = rest[equals...].dropFirst(), value.first == "\"",
      let close = value.dropFirst().firstIndex(of: "\"")
    {
      let prefix = name == "USE" ? "" : name.lowercased() + "_"
      for word in value[..<close].dropFirst().split(separator: " ") {
        let flag = word.filter { !"()*%{}".contains($0) }
        let isOn = !flag.hasPrefix("-")
        flags.append(
          Flag(
            name: prefix + (isOn ? flag : String(flag.dropFirst())), isOn: isOn,
            isChanged: word.contains("*") || word.contains("%")))
      }
      rest = value[close...].dropFirst().drop { $0 == " " }
    }
    return flags
  }
}
