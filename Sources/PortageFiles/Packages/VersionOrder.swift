/// Which of two versions of a package is newer (PMS 9, chapter 3.3, "Version Comparison").
public enum VersionOrder: Sendable {
  case older
  case same
  case newer

  /// How `first` compares with `second`; nil if one of them is no version.
  public static func compare(_ first: String, _ second: String) -> Self? {
    guard let first = Version(first), let second = Version(second) else { return nil }
    return first.compared(with: second)
  }
}

/// A version, taken apart.
private struct Version {
  /// The numbers between dots, the first one first, each at least one digit.
  let numbers: [Substring]
  let letter: Substring
  /// The suffixes by rank, each with its number.
  let suffixes: [(rank: Int, number: Substring)]
  let revision: Substring

  private static let ranks = ["alpha": 0, "beta": 1, "pre": 2, "rc": 3, "p": 5]
  /// Where a version has no suffix any more, it is newer than one with `_rc`, and older than one with `_p`.
  private static let end = 4

  init?(_ text: String) {
    guard let match = text.wholeMatch(of: /([0-9]+(?:\.[0-9]+)*)([a-z]?)((?:_[a-z]+[0-9]*)*)(?:-r([0-9]+))?/)
    else { return nil }
    numbers = match.1.split(separator: ".")
    letter = match.2
    revision = match.4 ?? "0"
    var suffixes: [(rank: Int, number: Substring)] = []
    for suffix in match.3.split(separator: "_") {
      let name = suffix.prefix { !$0.isNumber }
      guard let rank = Self.ranks[String(name)] else { return nil }
      suffixes.append((rank, suffix.dropFirst(name.count)))
    }
    self.suffixes = suffixes
  }

  func compared(with other: Version) -> VersionOrder {
    for index in 0..<max(numbers.count, other.numbers.count) {
      guard index < numbers.count else { return .older }
      guard index < other.numbers.count else { return .newer }
      let (left, right) = (numbers[index], other.numbers[index])
      // Behind a dot a number that begins with 0 is compared like the digits behind a decimal point.
      let isFraction = index > 0 && (left.first == "0" || right.first == "0")
      let order = isFraction ? Self.fractions(left, right) : Self.integers(left, right)
      if order != .same { return order }
    }
    if letter != other.letter { return letter < other.letter ? .older : .newer }
    for index in 0..<max(suffixes.count, other.suffixes.count) {
      let (left, right) = (suffix(at: index), other.suffix(at: index))
      if left.rank != right.rank { return left.rank < right.rank ? .older : .newer }
      let order = Self.integers(left.number, right.number)
      if order != .same { return order }
    }
    return Self.integers(revision, other.revision)
  }

  private func suffix(at index: Int) -> (rank: Int, number: Substring) {
    index < suffixes.count ? suffixes[index] : (rank: Self.end, number: "")
  }

  private static func integers(_ left: Substring, _ right: Substring) -> VersionOrder {
    let (left, right) = (left.drop { $0 == "0" }, right.drop { $0 == "0" })
    if left.count != right.count { return left.count < right.count ? .older : .newer }
    return left == right ? .same : (left < right ? .older : .newer)
  }

  private static func fractions(_ left: Substring, _ right: Substring) -> VersionOrder {
    func significant(_ digits: Substring) -> Substring {
      let zeros = digits.reversed().prefix { $0 == "0" }.count
      return digits.dropLast(zeros)
    }
    let (left, right) = (significant(left), significant(right))
    return left == right ? .same : (left < right ? .older : .newer)
  }
}
