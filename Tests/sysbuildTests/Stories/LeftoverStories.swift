import Platform
import Testing

/// What a killed run leaves behind in O is removed by the next one that runs a target.
@Suite struct LeftoverStories {
  /// strace(1) kills the run at the entry of one rename(2) after the other: stamp, link to the log, index.
  @Test func whatWasToBeRenamed() throws {
    let story = try BuildStory(
      """
      [target x]
      outputs = file:${O}/x
      run     = touch ${O}/x

      """)
    var left: Set<String> = []
    for count in 1... {
      try story.remove("out")
      let ran = try story.shellFailing(
        "exec strace -qq -o /dev/null -e trace=/^rename -e inject=/^rename:signal=KILL:when=\(count) \"$B\"")
      let names = try temporaries(in: story.build)
      if ran.status == 0 { break }
      #expect(ran.status == 137 && names.count == 1, "\(ran) left \(names)")
      // `.latest.1234.1.tmp`
      left.formUnion(names.map { String($0.split(separator: ".")[0]) })
      // One that finds nothing to do has no lock, and so does not tidy up.
      try story.run("-B")
      #expect(try temporaries(in: story.build) == [], "after one that left \(names)")
    }
    #expect(left.isSuperset(of: ["latest", "x", "index"]), "\(left)")
  }

  private func temporaries(in folder: Path) throws -> [String] {
    try Directory.entries(of: folder).flatMap { name, kind in
      if kind == .directory { return try temporaries(in: folder / name) }
      return "\(name)".hasSuffix(".tmp") ? ["\(name)"] : []
    }
  }
}
