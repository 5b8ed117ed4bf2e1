extension Diagnosis {
  /// ` * Error: circular dependencies:`, then the cycle in lines `(CPV:SLOT::REPO, …) depends on`, then hints
  /// in lines `- CPV (Change USE: -flag)`.
  static func circular(_ lines: EmergeLines) -> Diagnosis? {
    guard let start = lines.firstIndex(containing: "circular dependencies:") else { return nil }
    let block = lines.texts[(start + 1)...].drop(while: \.isEmpty).prefix { !$0.isEmpty }
    var cycle = block.filter { $0.hasPrefix("(") }.map { Self.package(in: $0.dropFirst()) }
    if cycle.count > 1, cycle.last == cycle.first { cycle.removeLast() }
    // Emerge begins it anywhere.
    if let start = cycle.indices.min(by: { cycle[$0] < cycle[$1] }) {
      cycle = Array(cycle[start...] + cycle[..<start])
    }
    if let first = cycle.first, cycle.count > 1 { cycle.append(first) }
    var headline = "the packages to build depend on each other in a circle"
    if !cycle.isEmpty { headline += ": " + cycle.joined(separator: " → ") }
    let hints = lines.texts[start...].compactMap(Self.hint).map { "\($0.package) \($0.flags)" }.sorted()
    if hints.isEmpty {
      return Diagnosis(
        headline,
        remedy:
          "no USE flag breaks it: take what is not needed to build out of the DEPEND of one of the ebuilds")
    }
    let quoted = hints.map { "'\($0)'" }.joined(separator: " or ")
    return Diagnosis(
      headline,
      remedy:
        "to build one of them without the other first, add the line \(quoted) to the bootstrap.packages of "
        + "the variant",
      changes: hints.map { [.buildFirst(line: $0)] } + hints.map { [.configure("package.use", line: $0)] })
  }
}
