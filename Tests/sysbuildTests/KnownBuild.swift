import Platform
import TestSupport
import Testing

/// A build whose right result is known without another one: each target writes its name and what its inputs hold.
struct KnownBuild {
  static let needs: [(name: String, needs: [String])] = [
    ("a", []), ("b", []), ("c", ["a"]), ("d", ["a", "b"]), ("e", ["c", "d"]), ("f", ["b"]), ("g", ["e", "f"]),
    ("all", ["g", "d"]),
  ]

  let story: BuildStory
  /// Chooses what is edited.
  private var random: SeededGenerator

  /// - Parameters:
  ///   - test: whose build it is; it chooses with a sequence of its own.
  ///   - more: the sections of targets that are no part of it.
  init(for test: String, and more: String = "") throws {
    random = SeededGenerator(for: test)
    let sections = Self.needs.map { name, needs in
      """
      [target \(name)]
      needs   = \(needs.joined(separator: " "))
      inputs  = file:src/\(name) tree:src/tree
      outputs = file:${O}/\(name)
      run     = sh -c "{ echo \(name); cat src/\(name) \(needs.map { "${O}/\($0)" }.joined(separator: " ")); } > ${O}/\(name)"

      """
    }
    story = try BuildStory(sections.reversed().joined(separator: "\n") + more, inMemory: true)
    for (name, _) in Self.needs { try story.write("src/\(name)", "0\n") }
    try story.write("src/tree/x", "")
  }

  /// What a clean build makes of the sources.
  func expected() throws -> [String: String] {
    var outputs: [String: String] = [:]
    for (name, needs) in Self.needs {
      outputs[name] = try "\(name)\n" + story.read("src/\(name)") + needs.map { outputs[$0] ?? "" }.joined()
    }
    return outputs
  }

  /// Edits the sources of some targets, each time to something new.
  ///
  /// - Returns: the targets.
  @discardableResult
  mutating func edit(_ content: Int, among names: [String] = needs.map(\.name)) throws -> [String] {
    let count = Int.random(in: 1...4, using: &random)
    let names = names.shuffled(using: &random).prefix(count).sorted()
    for name in names { try story.write("src/\(name)", "\(content)\n") }
    return names
  }

  /// Runs to the end after something went wrong, and compares with a clean build.
  func mend(_ what: String, at location: SourceLocation = #_sourceLocation) throws {
    let expected = try expected()
    let due = Set(
      expected.filter { name, content in
        (try? story.read("out/\(name)")) != content
          || (try? story.read("out/stamps/\(name).stamp"))?.contains("\nstate\tcomplete\n") != true
      }.keys)
    let ran = try story.run("-j3")
    #expect(ran.status == 0 && ran.err.isEmpty, "\(what): \(ran.err)", sourceLocation: location)
    #expect(
      Set(ran.targets).isSubset(of: due), "\(what): \(ran.targets) ran, \(due.sorted()) was due",
      sourceLocation: location)
    for (name, content) in expected {
      #expect(try story.read("out/\(name)") == content, "\(what)", sourceLocation: location)
    }
    #expect(try story.run().out == "all: up to date\n", "\(what)", sourceLocation: location)
    // What a killed run leaves does not pile up.
    let names = try ["out", "out/stamps"].flatMap { try Directory.entries(of: story.source / Path($0)) }.map(
      \.name)
    #expect(
      ran.targets.isEmpty || !names.contains { $0.bytes.starts(with: ".".utf8) }, "\(what)",
      sourceLocation: location)
  }

  /// How often something is tried: `NAME` in the environment, or else `count`.
  static func rounds(_ name: String, _ count: Int) -> Int {
    Environment.number(name).map { Int($0) } ?? count
  }
}
