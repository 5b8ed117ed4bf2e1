package import Platform

/// The order in which emerge began with packages and was done with them, by the lines of its log.
package struct MergeOrder {
  /// The numbers of the lines, by `category/name-version`.
  private var begun: [String: Int] = [:]
  private var done: [String: Int] = [:]

  /// - Parameters:
  ///   - log: what one run of emerge added to its log.
  ///   - root: the root in which the packages are merged. Only its name counts, as its folder may have another path.
  package init(_ log: ArraySlice<UInt8>, root: Path) {
    let place = Array("/\(root.lastComponent)/".utf8)
    for (number, line) in log.split(separator: 0x0A).enumerated() {
      guard let line = EmergeLogLine(line), line.subject.ends(with: place) else { continue }
      let package = String(decoding: line.subject.prefix { $0 != 0x20 }, as: UTF8.self)
      switch line.event {
      case .begun: begun[package] = number
      case .completed: done[package] = number
      case .mergingBinary: break
      }
    }
  }

  /// Whether one version was merged before emerge began with another.
  package func isMerged(_ package: String, before other: String) -> Bool {
    guard let end = done[package], let start = begun[other] else { return false }
    return end < start
  }
}
