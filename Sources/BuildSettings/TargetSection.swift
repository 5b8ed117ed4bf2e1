package import BuildGraph
package import TextKit

extension TargetsFile {
  /// `targets` with this file's sections applied in order.
  package func applied(to targets: [Target]) throws(UserError) -> [Target] {
    var targets = targets
    for section in sections {
      if section.action == .target {
        var target = Target(section.name, place: section.place)
        target.apply(section, replacing: true)
        targets.append(target)
        continue
      }
      guard let index = targets.firstIndex(where: { $0.name == section.name }) else {
        throw .noSuchTarget(section, among: targets.map(\.name))
      }
      targets[index].apply(section, replacing: section.action == .override)
      targets[index].place = section.place
    }
    return targets
  }
}

/// Conversions between a target and its section in a targets file.
extension Target {
  /// The keys of a section, in the order that `section` prints them.
  package static let keys = [
    "summary", "needs", "inputs", "outputs", "pool", "timeout", "retries", "environment", "run",
  ]

  fileprivate mutating func apply(_ section: TargetsFile.Section, replacing: Bool) {
    for key in section.keys {
      let words = key.lines.flatMap { $0.words }
      func merge(_ list: inout [String], _ added: [String]) { list = replacing ? added : list + added }
      switch key.name {
      case "summary": summary = key.lines.joined(separator: " ")
      case "needs": merge(&needs, words)
      case "inputs": merge(&inputs, Self.artifacts(words))
      case "outputs": merge(&outputs, Self.artifacts(words))
      case "environment": merge(&environment, key.lines)
      case "pool": pool = key.lines.joined(separator: " ")
      case "timeout": timeout = key.lines.joined(separator: " ")
      case "retries": retries = key.lines.joined(separator: " ")
      default:
        merge(&run, key.lines)
        runOrigin = replacing ? .file(section.place) : runOrigin.extended(at: section.place)
      }
    }
  }

  /// The words, with each `!exclusion` joined to the artifact before it.
  private static func artifacts(_ words: [String]) -> [String] {
    var artifacts: [String] = []
    for word in words {
      if word.hasPrefix("!"), let last = artifacts.popLast() {
        artifacts.append(last + " " + word)
      } else {
        artifacts.append(word)
      }
    }
    return artifacts
  }

  /// The target as a section of a targets file.
  package var section: String {
    func lines(_ key: String, _ values: [String]) -> String {
      if values.isEmpty { return "" }
      let pad = String(repeating: " ", count: 12 - key.count)
      return key + pad + "= " + values.joined(separator: "\n" + String(repeating: " ", count: 14)) + "\n"
    }
    return "[target \(name)]\n" + lines("summary", summary.isEmpty ? [] : [summary])
      + lines("needs", needs.isEmpty ? [] : [needs.joined(separator: " ")])
      + lines("inputs", inputs) + lines("outputs", outputs)
      + [("pool", pool), ("timeout", timeout), ("retries", retries)]
      .map { lines($0, $1.isEmpty ? [] : [$1]) }.joined()
      + lines("environment", environment) + lines("run", run)
  }
}

extension Target.RunOrigin {
  fileprivate func extended(at place: String) -> Self {
    switch self {
    case .builtIn: .extended([place])
    case .extended(let places): .extended(places + [place])
    case .file: self
    }
  }
}

extension String {
  /// The words, which are separated by spaces and tabs.
  fileprivate var words: [String] {
    utf8.split { $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t") }.map { String(Substring($0)) }
  }
}
