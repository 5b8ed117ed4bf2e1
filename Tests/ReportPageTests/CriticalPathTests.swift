import Testing

@testable import ReportPage

@Suite struct CriticalPathTests {
  @Test func itIsTheChainThatTookLongest() {
    let path = CriticalPath(
      ["a": 1, "kernel": 9, "b": 4, "root": 3, "image": 1],
      needs: ["b": ["a"], "root": ["b"], "image": ["root", "kernel"]])
    #expect(path.targets == ["kernel", "image"])
    #expect(path.length == 10)
    #expect(path.ends["root"] == 8)
    #expect(path.summary == "kernel → image")
  }

  @Test func aTargetThatDidNotRunTakesNoTime() {
    let path = CriticalPath(
      ["a": 2, "d": 3], needs: ["d": ["group", "c"], "group": ["b"], "b": ["a"], "c": []])
    #expect(path.targets == ["a", "d"])
    #expect(path.length == 5)
  }

  @Test func manyTargetsAreNamedByTheFirstAndTheLast() {
    let path = CriticalPath(
      ["a": 1, "b": 1, "c": 1, "d": 1, "e": 1], needs: ["b": ["a"], "c": ["b"], "d": ["c"], "e": ["d"]])
    #expect(path.summary == "a → … → e")
    #expect(CriticalPath([:], needs: [:]).summary == "")
  }

  /// No graph has a circle, but the record may be of another graph.
  @Test func aCircleEnds() {
    #expect(CriticalPath(["a": 1, "b": 2], needs: ["a": ["b"], "b": ["a"]]).length > 0)
  }
}
