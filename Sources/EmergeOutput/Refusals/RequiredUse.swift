extension Diagnosis {
  /// `The ebuild selected to satisfy "ATOM" has unmet requirements.`, `- CPV::REPO USE="a -b (-c)"`, then the
  /// constraints that are not met, and, if there are more, all of them.
  static func requiredUse(_ lines: EmergeLines) -> Diagnosis? {
    guard let start = lines.texts.firstIndex(where: { $0.contains(" has unmet requirements.") }),
      let line = lines.texts[(start + 1)...].first(where: { $0.hasPrefix("- ") }),
      let (before, after) = line.split(around: " ")?.after.split(around: " ")
    else { return nil }
    let package = Self.package(in: before)
    func block(_ words: String) -> String? {
      lines.texts[start...].firstIndex { $0.contains(words) }
        .map { lines.texts[($0 + 1)...].prefix { !$0.isEmpty }.joined(separator: " ") }
    }
    guard let unmet = block("constraints are unsatisfied:").flatMap({ FlagConstraint($0) }) else { return nil }
    let all = block("complete expression:").flatMap { FlagConstraint($0) } ?? unmet
    let state = FlagState(after)
    // What the atom itself wants must stay so.
    let atom = Self.quotedPart(of: lines.texts[start]) ?? ""
    let wanted = (atom.split(around: "[")?.after.dropLast() ?? "").split(separator: ",").map(String.init)
      .filter { !$0.contains { "?=!(".contains($0) } }
    let isOfHost = lines.isOfHost(lines.texts[start])
    let name = Self.name(of: package)
    return Diagnosis(
      "\(package) cannot be built with these USE flags: it requires \(unmet.words)",
      details: ["its flags: \(state.text)"] + lines.requirers,
      remedy: "choose the flags in package.use",
      changes: state.solutions(of: all, wanted: wanted).map { flags in
        [
          .configure(
            "package.use", line: "\(name) \(flags.joined(separator: " "))", isOfHost: isOfHost)
        ]
      })
  }
}

/// The flags of a package as emerge shows them: `USE="a -b (-c)" VIDEO_CARDS="x"`. Those in parentheses are masked or
/// forced.
struct FlagState {
  private(set) var isOn: [String: Bool] = [:]
  private var fixed: Set<String> = []
  let text: String

  init(_ text: some StringProtocol) {
    var names: [String] = []
    for part in text.split(separator: "\" ") {
      let sides = part.split(separator: "=\"", maxSplits: 1)
      guard sides.count == 2 else { continue }
      let prefix = sides[0] == "USE" ? "" : sides[0].lowercased() + "_"
      for word in sides[1].split(whereSeparator: { " \"".contains($0) }) {
        let flag = String(word.filter { !"(){}*%".contains($0) })
        let isOff = flag.hasPrefix("-")
        let name = prefix + flag.dropFirst(isOff ? 1 : 0)
        isOn[name] = !isOff
        if word.hasPrefix("(") { fixed.insert(name) }
        names.append((isOff ? "-" : "") + name)
      }
    }
    self.text = names.joined(separator: " ")
  }

  /// The shortest lists of flags, `a` or `-b`, with which a constraint is met; none if no list is.
  ///
  /// - Parameter wanted: flags that have to be so.
  func solutions(of constraint: FlagConstraint, wanted: [String]) -> [[String]] {
    var state = isOn
    var changed: [String] = []
    for word in wanted {
      let name = word.hasPrefix("-") ? String(word.dropFirst()) : word
      let isWanted = !word.hasPrefix("-")
      if state[name] != isWanted { changed.append(word) }
      state[name] = isWanted
    }
    let held = fixed.union(wanted.map { $0.hasPrefix("-") ? String($0.dropFirst()) : $0 })
    // A constraint of more flags than this is rare, and would take too long.
    let free = Array(constraint.flags.subtracting(held).sorted().prefix(12))
    var found: [[String]] = []
    for size in 0...free.count where found.isEmpty {
      for choice in 0..<(1 << free.count) where choice.nonzeroBitCount == size {
        var state = state
        var flips: [String] = []
        for (bit, name) in free.enumerated() where choice & 1 << bit != 0 {
          let isOn = !(state[name] ?? false)
          state[name] = isOn
          flips.append(isOn ? name : "-" + name)
        }
        if constraint.isMet(state) { found.append(changed + flips) }
      }
    }
    return Array(found.filter { !$0.isEmpty }.prefix(3))
  }
}

/// A part of REQUIRED_USE, in the words in which emerge shows it: `exactly-one-of ( a b ) c? ( d )`.
indirect enum FlagConstraint: Hashable {
  case flag(String, isOn: Bool)
  case all([FlagConstraint])
  case any([FlagConstraint])
  case exactlyOne([FlagConstraint])
  case atMostOne([FlagConstraint])
  /// The second must be met if the first is.
  case given(FlagConstraint, FlagConstraint)

  /// Nil if the text is none.
  init?(_ text: String) {
    var words = text.split(separator: " ")[...]
    guard let all = Self.parse(&words, isInner: false), !all.isEmpty else { return nil }
    self = all.count == 1 ? all[0] : .all(all)
  }

  private static func parse(_ words: inout ArraySlice<Substring>, isInner: Bool) -> [FlagConstraint]? {
    var found: [FlagConstraint] = []
    while let word = words.popFirst() {
      if word == ")" { return isInner ? found : nil }
      if word == "(" {
        guard let inner = parse(&words, isInner: true) else { return nil }
        found.append(.all(inner))
        continue
      }
      let isGroup = word.hasSuffix("?") || ["any-of", "exactly-one-of", "at-most-one-of"].contains(word)
      guard isGroup else {
        found.append(flag(word))
        continue
      }
      guard words.popFirst() == "(", let inner = parse(&words, isInner: true) else { return nil }
      switch word {
      case "any-of": found.append(.any(inner))
      case "exactly-one-of": found.append(.exactlyOne(inner))
      case "at-most-one-of": found.append(.atMostOne(inner))
      default: found.append(.given(flag(word.dropLast()), .all(inner)))
      }
    }
    return isInner ? nil : found
  }

  private static func flag(_ word: Substring) -> FlagConstraint {
    .flag(String(word.hasPrefix("!") ? word.dropFirst() : word), isOn: !word.hasPrefix("!"))
  }

  var flags: Set<String> {
    switch self {
    case .flag(let name, _): [name]
    case .all(let parts), .any(let parts), .exactlyOne(let parts), .atMostOne(let parts):
      parts.reduce(into: []) { $0.formUnion($1.flags) }
    case .given(let condition, let part): condition.flags.union(part.flags)
    }
  }

  func isMet(_ state: [String: Bool]) -> Bool {
    func count(_ parts: [FlagConstraint]) -> Int { parts.count { $0.isMet(state) } }
    return switch self {
    case .flag(let name, let isOn): state[name] ?? false == isOn
    case .all(let parts): count(parts) == parts.count
    case .any(let parts): parts.isEmpty || count(parts) > 0
    case .exactlyOne(let parts): parts.isEmpty || count(parts) == 1
    case .atMostOne(let parts): count(parts) <= 1
    case .given(let condition, let part): !condition.isMet(state) || part.isMet(state)
    }
  }

  var words: String {
    func list(_ parts: [FlagConstraint]) -> String { parts.map(\.words).joined(separator: ", ") }
    return switch self {
    case .flag(let name, let isOn): isOn ? name : "-" + name
    case .all(let parts): list(parts)
    case .any(let parts): "at least one of \(list(parts))"
    case .exactlyOne(let parts): "exactly one of \(list(parts))"
    case .atMostOne(let parts): "at most one of \(list(parts))"
    case .given(let condition, let part): "\(part.words), since \(condition.words) is set"
    }
  }
}
