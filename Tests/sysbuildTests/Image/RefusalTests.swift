import Platform
import TestSupport
import Testing

/// Each refusal is explained; where a line helps, exactly the line that is printed is written, and the packages build.
@Suite struct RefusalTests {
  @Test(
    "what Portage refuses is explained, and what is suggested is accepted",
    arguments: sample(of: Refusal.all, oneIn: 6))
  func refusal(_ refusal: Refusal) async throws {
    let tree = try await ImageTree()
    try refusal.change(tree)
    let build = try tree.sysbuild(["world"])
    try #require(build.status == 2, "\(build.output)")
    let lines = Self.explanation(in: build.output)
    for text in refusal.says { #expect(lines.joined(separator: "\n").contains(text), "\(build.output)") }
    if refusal.isForeseen {
      // With the same words, before anything runs.
      let preview = try tree.sysbuild(["-n", "--packages", "world"]).output.split(separator: "\n").map(
        Self.trimmed)
      let start = preview.firstIndex { $0 == lines.first.map { Self.trimmed($0[...]) } }
      #expect(
        start.map { Array(preview[$0...].prefix(lines.count)) } == lines.map { Self.trimmed($0[...]) },
        "\(preview)")
    }
    let remedies = try Remedy.all(in: lines)
    guard refusal.hasRemedy else {
      #expect(remedies.isEmpty, "\(build.output)")
      if let correct = refusal.correct {
        try correct(tree)
        let next = try tree.sysbuild(["world"])
        #expect(next.status == 0, "\(next.output)")
      }
      return
    }
    try #require(!remedies.isEmpty, "\(build.output)")
    var generator = SeededGenerator(for: refusal.testDescription)
    let remedy = try #require(remedies.randomElement(using: &generator))
    for edit in remedy { try edit.apply(to: tree) }
    let next = try tree.sysbuild(["world"])
    #expect(next.status == 0, "\(seedSetting) \(remedy)\n\(next.output)")
  }

  /// What stands between the line that says which target failed and the name of its log, or all, if none has begun.
  private static func explanation(in output: String) -> [String] {
    let start = "sysbuild: "
    let said = output.split(separator: "\n").filter { $0.hasPrefix(start) }.map {
      String($0.dropFirst(start.count))
    }
    .filter { !$0.hasPrefix("  | ") }
    let first = said.firstIndex { $0.contains(" failed: command ") }.map { $0 + 1 } ?? 0
    return said[first...].prefix {
      !$0.hasPrefix("log: ") && !$0.hasPrefix("again: ") && !$0.hasPrefix("first error: ")
    }
  }

  private static func trimmed(_ text: Substring) -> String {
    let start = "sysbuild: "
    return String((text.hasPrefix(start) ? text.dropFirst(start.count) : text[...]).drop { $0 == " " })
  }
}

/// An edit as a line of the explanation says it.
private struct Remedy {
  enum Kind {
    case add, remove
    case replace(by: String)
  }

  let kind: Kind
  let line: String
  let file: String
  let number: Int

  /// The alternatives, each with the edits that belong together.
  static func all(in lines: [String]) throws -> [[Remedy]] {
    var found: [[Remedy]] = []
    for line in lines {
      guard let edit = try Remedy(line) else { continue }
      if line.hasPrefix("and ") {
        found[found.count - 1].append(edit)
      } else {
        found.append([edit])
      }
    }
    return found
  }

  private init?(_ text: String) throws {
    if let match = try /(?:or |and )?add the line '(.+)' to (\S+)/.wholeMatch(in: text) {
      (kind, line, file, number) = (.add, String(match.1), String(match.2), 0)
    } else if let match = try /(?:or |and )?remove the line '(.+)' from (\S+):(\d+)/.wholeMatch(in: text) {
      (kind, line, file, number) = (.remove, String(match.1), String(match.2), try #require(Int(match.3)))
    } else if let match = try /(?:or |and )?replace the line '(.+)' of (\S+):(\d+) by '(.+)'/.wholeMatch(
      in: text)
    {
      (kind, line, file, number) = (
        .replace(by: String(match.4)), String(match.1), String(match.2), try #require(Int(match.3))
      )
    } else {
      return nil
    }
  }

  /// A line that goes is left empty, so that the numbers of others stay right.
  func apply(to tree: ImageTree) throws {
    guard number > 0 else { return try tree.append(line, to: file) }
    var lines = try tree.read(file).split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    try #require(number <= lines.count && lines[number - 1] == line, "\(file):\(number) is not '\(line)'")
    if case .replace(let new) = kind { lines[number - 1] = new } else { lines[number - 1] = "" }
    try tree.write(file, lines.joined(separator: "\n"))
  }
}
