import Platform
import Testing

/// Files that are dated in the future, as an unpacked archive or a machine with a wrong clock leaves them.
@Suite struct FutureDateStories {
  @Test("a run with nothing to do opens the index alone, whatever the files' dates")
  func aRunWithNothingToDo() throws {
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
