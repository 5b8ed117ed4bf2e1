/// Parses one text as an atom, from both ends inwards.
struct AtomParser {
  private let text: String
  private var rest: ArraySlice<UInt8>

  init(_ text: String) {
    self.text = text
    rest = Array(text.utf8)[...]
  }

  /// - Throws: `AtomError` for the first mistake found; common mistakes are looked for before rare ones.
  mutating func parse() throws(AtomError) -> Atom {
    try rejectOtherThings()
    let use = try takeUse()
    let repository = try takeRepository()
    let slot = try takeSlot()
    let versionOperator = try takeOperator()
    var matchesPrefix = false
    if versionOperator != nil, rest.last == UInt8(ascii: "*") {
      rest = rest.dropLast()
      matchesPrefix = true
    }
    let (category, nameAndVersion) = try takeCategory()
    let start = AtomGrammar.versionStart(in: nameAndVersion)
    let name = start.map { nameAndVersion[..<($0 - 1)] } ?? nameAndVersion
    try check(name, part: "name", by: AtomGrammar.isName)
    let package = "\(string(category))/\(string(name))"
    let tail = tailText(slot: slot, repository: repository, use: use)

    guard let versionOperator else {
      if start != nil {
        throw AtomGrammar.versionStart(in: name) == nil
          ? error(.versionWithoutOperator(package: package + tail)) : error(.nameLikeVersion)
      }
      return Atom(
        versionOperator: nil, category: string(category), name: string(name), version: nil,
        matchesPrefix: false, slot: slot, repository: repository, use: use)
    }
    guard let start else { throw error(.operatorWithoutVersion(package: package + tail)) }
    if AtomGrammar.versionStart(in: name) != nil {
      throw error(.buildNumber(bare: versionOperator.rawValue + package + tail))
    }
    let version = string(nameAndVersion[start...])
    if matchesPrefix, versionOperator != .equal {
      let bare = "\(versionOperator.rawValue)\(package)-\(version)\(tail)"
      throw error(.starWithoutEqual(versionOperator: versionOperator.rawValue, bare: bare))
    }
    return Atom(
      versionOperator: versionOperator, category: string(category), name: string(name), version: version,
      matchesPrefix: matchesPrefix, slot: slot, repository: repository, use: use)
  }

  /// Rejects texts that are not atoms at all: options, blockers and names of sets.
  private func rejectOtherThings() throws(AtomError) {
    switch rest.first {
    case nil: throw error(.empty)
    case UInt8(ascii: "-"): throw error(.leadingHyphen)
    case UInt8(ascii: "!"): throw error(.blocker)
    case UInt8(ascii: "@"): throw error(.setName)
    default: break
    }
  }

  private mutating func takeUse() throws(AtomError) -> [String] {
    guard let open = rest.firstIndex(of: UInt8(ascii: "[")) else {
      if rest.last == UInt8(ascii: "]") { throw error(.unclosedUse) }
      return []
    }
    guard rest.last == UInt8(ascii: "]") else { throw error(.unclosedUse) }
    var defaults: [ArraySlice<UInt8>: UInt8?] = [:]
    var found: [String] = []
    let inner = rest[(open + 1)..<(rest.endIndex - 1)]
    for dependency in inner.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false) {
      let (flag, value) = try parseUse(dependency)
      if let known = defaults.updateValue(value, forKey: flag), known != value {
        throw error(.conflictingUse(string(flag)))
      }
      found.append(string(dependency))
    }
    rest = rest[..<open]
    found.sort { $0.utf8.lexicographicallyPrecedes($1.utf8) }
    return found.enumerated().filter { $0.offset == 0 || found[$0.offset - 1] != $0.element }.map(\.element)
  }

  /// One USE dependency: `[!-]flag[(+)|(-)][?=]`; `!` requires a suffix and `-` excludes one.
  private func parseUse(_ dependency: ArraySlice<UInt8>) throws(AtomError) -> (
    flag: ArraySlice<UInt8>, value: UInt8?
  ) {
    var flag = dependency
    let negated = flag.first == UInt8(ascii: "!")
    let disabled = flag.first == UInt8(ascii: "-")
    if negated || disabled { flag = flag.dropFirst() }
    let conditional = flag.last == UInt8(ascii: "?") || flag.last == UInt8(ascii: "=")
    if conditional { flag = flag.dropLast() }
    var value: UInt8?
    if flag.count > 3, flag.last == UInt8(ascii: ")"), flag.dropLast(2).last == UInt8(ascii: "(") {
      value = flag.dropLast().last
      flag = flag.dropLast(3)
    }
    let isDefault = value == nil || value == UInt8(ascii: "+") || value == UInt8(ascii: "-")
    guard AtomGrammar.isFlag(flag), isDefault, negated == (negated && conditional), !(disabled && conditional)
    else { throw error(.badUse(string(dependency))) }
    return (flag, value)
  }

  private mutating func takeRepository() throws(AtomError) -> String? {
    guard let colon = rest.indices.first(where: { rest[$0...].starts(with: "::".utf8) }) else { return nil }
    let name = rest[(colon + 2)...]
    guard AtomGrammar.isRepository(name) else { throw error(.badRepository(string(name))) }
    rest = rest[..<colon]
    return string(name)
  }

  private mutating func takeSlot() throws(AtomError) -> Atom.Slot? {
    guard let colon = rest.firstIndex(of: UInt8(ascii: ":")) else { return nil }
    let whole = rest[(colon + 1)...]
    rest = rest[..<colon]
    var names = whole
    var rebuild: Character?
    if let last = names.last, last == UInt8(ascii: "=") || last == UInt8(ascii: "*") {
      rebuild = Character(Unicode.Scalar(last))
      names = names.dropLast()
    }
    if names.isEmpty, rebuild != nil { return Atom.Slot(name: nil, subslot: nil, rebuild: rebuild) }
    let parts = names.split(
      separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
    guard rebuild != "*", parts.allSatisfy({ AtomGrammar.isCategory($0) }) else {
      throw error(.badSlot(string(whole)))
    }
    return Atom.Slot(
      name: string(parts[0]), subslot: parts.count > 1 ? string(parts[1]) : nil, rebuild: rebuild)
  }

  private mutating func takeOperator() throws(AtomError) -> Atom.Operator? {
    let signs = rest.prefix { "<>=~".utf8.contains($0) }
    if signs.isEmpty { return nil }
    guard let found = Atom.Operator(rawValue: string(signs)) else {
      throw error(.unknownOperator(string(signs)))
    }
    rest = rest.dropFirst(signs.count)
    return found
  }

  private func takeCategory() throws(AtomError) -> (category: ArraySlice<UInt8>, name: ArraySlice<UInt8>) {
    let parts = rest.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
    if rest.contains(UInt8(ascii: "*")) { throw error(.wildcard) }
    if parts.count > 2 { throw error(.tooManySlashes) }
    guard parts.count == 2 else { throw error(.noCategory) }
    if parts[0].isEmpty { throw error(.missingPart("category")) }
    if parts[1].isEmpty { throw error(.missingPart("name")) }
    try check(parts[0], part: "category", by: AtomGrammar.isCategory)
    return (parts[0], parts[1])
  }

  private func check(
    _ bytes: ArraySlice<UInt8>, part: String, by rule: (ArraySlice<UInt8>) -> Bool
  ) throws(AtomError) {
    if rule(bytes) { return }
    for scalar in string(bytes).unicodeScalars {
      let allowed = scalar.isASCII && rule([UInt8(ascii: "a"), UInt8(truncatingIfNeeded: scalar.value)][...])
      if !allowed { throw error(.badCharacter(Self.naming(scalar), part: part)) }
    }
    throw error(.badStart(part: part))
  }

  /// A character for a message: in quotes, or as `U+` and its number if it is not printable ASCII.
  private static func naming(_ scalar: Unicode.Scalar) -> String {
    if scalar.isASCII, scalar.value > 0x20, scalar.value < 0x7F { return "'\(scalar)'" }
    let digits = String(scalar.value, radix: 16, uppercase: true)
    return "U+" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  private func tailText(slot: Atom.Slot?, repository: String?, use: [String]) -> String {
    (slot.map { ":\($0)" } ?? "") + (repository.map { "::" + $0 } ?? "")
      + (use.isEmpty ? "" : "[" + use.joined(separator: ",") + "]")
  }

  private func string(_ bytes: ArraySlice<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }

  private func error(_ problem: AtomError.Problem) -> AtomError { AtomError(text: text, problem: problem) }
}
