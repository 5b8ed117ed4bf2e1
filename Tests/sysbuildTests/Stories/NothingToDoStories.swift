import Platform
import Testing

/// What a run reads that has nothing to do, as strace(1) sees it.
@Suite struct NothingToDoStories {
  @Test("the run after a build opens the index alone")
  func afterABuild() throws {
    let story = try BuildStory(
      """
      [target copy]
      inputs  = file:a
      outputs = file:${O}/copy
      run     = cp a ${O}/copy

      """)
    for text in ["1\n", "2\n"] {
      try story.write("a", text)
      #expect(try story.run().targets == ["copy"])
      #expect(try opened(story) == ["out/index"])
    }
    #expect(try story.run("-B").targets == ["copy"])
    try story.expect(out: "copy: up to date\n")
  }

  @Test("what changes while a build runs is built by the next run")
  func changedMeanwhile() throws {
    let story = try BuildStory(
      """
      [target copy]
      inputs  = file:a
      outputs = file:${O}/copy
      run     = sh -c "cp a ${O}/copy && echo more >>a"

      """)
    try story.write("a", "1\n")
    for lines in 1...3 {
      #expect(try story.run().targets == ["copy"])
      #expect(try story.read("out/copy").split(separator: "\n").count == lines)
    }
  }

  /// Dated as an unpacked archive or a machine with a wrong clock leaves them.
  @Test("a run with nothing to do opens the index alone, whatever the files' dates")
  func datedInTheFuture() throws {
    let story = try BuildStory(
      """
      [target parts]
      inputs  = tree:src file:alone
      outputs = file:${O}/parts
      run     = sh -c "cat src/a alone > ${O}/parts"

      """)
    for name in ["src/a", "src/b", "alone"] { try story.write(name, "1\n") }
    // Each of the three that look at times: a tree's scan, a file's, and what the settings were read from.
    try story.shell("touch -d 2100-01-01 src/a src alone targets.conf")
    try story.build(runs: ["parts"])
    try story.shell("touch -d 2100-01-01 out/parts")
    // This run finds the new date, and keeps the answer unless that lies in the tick in which it was given.
    let now = Clock.wall
    try wait { Clock.coarseWall > now }
    try story.expect(out: "parts: up to date\n")
    #expect(try opened(story) == ["out/index"])
    try story.write("src/a", "2\n")
    try story.shell("touch -d 2100-01-01 src/a")
    try story.build(runs: ["parts"])
  }

  /// The files in the source tree that a run opens, as strace(1) sees it.
  private func opened(_ story: BuildStory) throws -> [String] {
    try story.shell("strace -f -qq -e trace=open,openat,openat2 -e signal=none -o \"$D/trace\" \"$B\"")
    return try story.read(story.folder / "trace").split(separator: "\n").compactMap { line in
      if line.contains("O_DIRECTORY") || line.contains(" = -1 ") { return nil }
      guard let match = line.firstMatch(of: /"([^"]*)"/) else { return nil }
      let path = Path(String(match.1))
      return (path.isAbsolute ? path : story.source / path).relative(to: story.source).map { "\($0)" }
    }
  }
}
