import Platform
import Testing

/// why: root causes first, each difference on a line of its own, at most a screenful.
@Suite struct WhyStories {
  /// `last` needs `middle`, which needs `first`; each reads something of its own.
  private func story() throws -> BuildStory {
    let story = try BuildStory(
      """
      FLAVOUR = sweet

      [target first]
      inputs  = tree:src
      outputs = file:${O}/first
      run     = sh -c "cat src/* > ${O}/first"

      [target middle]
      needs   = first
      inputs  = value:FLAVOUR
      outputs = file:${O}/middle
      run     = cp ${O}/first ${O}/middle

      [target last]
      needs   = middle
      inputs  = file:own
      outputs = file:${O}/last
      run     = cp ${O}/middle ${O}/last

      """)
    for name in ["a", "b", "c"] { try story.write("src/\(name)", name) }
    try story.write("own", "")
    try story.run("last")
    return story
  }

  @Test func theChainFromTheRootCause() throws {
    let story = try story()
    try story.write("src/a", "A")
    let chain = "first is stale:\n  src changed: a changed\n  and then middle, then last\n"
    let pending = "last is pending: it runs if what it needs comes out different\n"
    try story.expect("why", "last", out: chain + pending)
    try story.expect("why", "first", out: "first is stale:\n  src changed: a changed\n")
    try story.remove("src/b")
    try story.expect(
      "FLAVOUR=sour", "why", "last",
      out: """
        first is stale:
          src changed:
            a changed
            b removed
          and then middle, then last
        middle is stale:
          variable FLAVOUR: 'sweet' → 'sour'
          and then last
        \(pending)
        """)
  }

  @Test func staleOfItsOwnToo() throws {
    let story = try story()
    try story.write("src/a", "A")
    try story.write("own", "1")
    try story.expect(
      "why", "last",
      out: "first is stale:\n  src changed: a changed\n  and then middle, then last\n"
        + "last is itself stale:\n  own changed\n")
  }

  @Test func aScreenfulThenAll() throws {
    let story = try story()
    for number in 10..<50 { try story.write("src/\(number)", "") }
    try story.write("own", "1")
    let names = (10..<50).map { "    \($0) added\n" }
    let head = "first is stale:\n  src changed:\n"
    let tail = "  and then middle, then last\nlast is itself stale:\n  own changed\n"
    let more = "… and 22 more changes: sysbuild why --all last\n"
    let shown = head + names.prefix(18).joined() + tail + more
    #expect(shown.split(separator: "\n").count == 24)
    try story.expect("why", "last", out: shown)
    try story.expect("why", "--all", "last", out: head + names.joined() + tail)
    let folder = "-C \(story.source)".replacing("\(story.folder)", with: "DIR")
    let elsewhere = try story.run("-C", "\(story.source)", "FLAVOUR=sweet", "why", "last", directory: "/").out
    #expect(elsewhere.hasSuffix("changes: sysbuild \(folder) FLAVOUR=sweet why --all last\n"))
  }

  @Test func moreStaleTargetsThanLines() throws {
    let names = (10..<50).map { "t\($0)" }
    let story = try BuildStory(
      names.map { "[target \($0)]\nrun = true\n" }.joined()
        + "[target all]\nneeds = \(names.joined(separator: " "))\nrun = true\n")
    let parts = names.map { "\($0) is stale:\n  never built\n  and then all\n" }
    let shown = parts.joined().split(separator: "\n").prefix(21).map { $0 + "\n" }.joined()
    try story.expect(
      "why", "all",
      out: shown + "all is itself stale\n… and 34 more changes: sysbuild why --all all\n")
    #expect(
      try story.run("why", "--all", "all").out == parts.joined()
        + "all is itself stale:\n  never built\n")
  }

  @Test func aTerminalIsFilledAndNotMore() throws {
    let story = try story()
    for number in 10..<80 { try story.write("src/\(number)", "") }
    let line = "stty rows 40 cols 80; \\\"$B\\\" why last"
    let ran = try story.shell("TERM=dumb script -qec \"\(line)\" /dev/null < /dev/null")
    #expect(ran.out.split(whereSeparator: \.isNewline).count == 39, "\(ran.out)")
  }

  @Test func longValuesAreCutAroundTheirDifference() throws {
    let story = try story()
    let words = (1...20).map { "word\($0)" }.joined(separator: " ")
    func write(_ word: String) throws {
      try story.write(
        "targets.conf", "graph = none\n\n[target x]\nrun = true \(word) \(words) \(word) \(words)\n")
    }
    try write("old")
    try story.run("x")
    try write("new")
    try story.expect(
      "why", "x",
      out: "x is stale:\n  recipe changed: run: true old word1 word2 word3 word4 word5 word6 wo… → "
        + "true new word1 word2 word3 word4 word5 word6 wo…\n")
    let whole = "true old \(words) old \(words) → true new \(words) new \(words)"
    try story.expect("why", "--all", "x", out: "x is stale:\n  recipe changed: run: \(whole)\n")
    #expect(try story.run("why", "--json", "x").out.contains("\"from\": \"true old \(words) old \(words)\""))
    try story.run("x")
    #expect(try story.log("x").contains("# recipe changed: run: \(whole)"))
  }
}
