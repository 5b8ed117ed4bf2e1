extension Atom {
  /// Whether a version is one of those that the atom stands for. Slot, repository and USE flags are not looked at.
  public func covers(_ other: PackageVersion) -> Bool {
    guard package == other.package else { return false }
    guard let version, let versionOperator else { return true }
    if matchesPrefix {
      // `=a/b-1*` stands for 1.2 and 1a, but not for 12.
      let rest = other.version.dropFirst(version.count)
      return other.version.hasPrefix(version)
        && !(version.last?.isNumber == true && rest.first?.isNumber == true)
    }
    let base = { (text: String) in text.split(around: "-r").map { String($0) } ?? text }
    if versionOperator == .anyRevision {
      return VersionOrder.compare(base(other.version), base(version)) == .same
    }
    guard let order = VersionOrder.compare(other.version, version) else { return false }
    return switch versionOperator {
    case .less: order == .older
    case .lessOrEqual: order != .newer
    case .equal, .anyRevision: order == .same
    case .greaterOrEqual: order != .older
    case .greater: order == .newer
    }
  }
}

extension String {
  /// The text before the last occurrence of a word that only digits follow; nil if there is none.
  fileprivate func split(around word: String) -> Substring? {
    let digits = reversed().prefix { $0.isNumber }.count
    let start = dropLast(digits)
    return digits > 0 && start.hasSuffix(word) ? start.dropLast(word.count) : nil
  }
}
