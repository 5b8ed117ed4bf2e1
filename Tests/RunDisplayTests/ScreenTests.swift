import BuildGraph
import Testing

@testable import EmergeOutput
@testable import RunDisplay

/// What the views make of a run's events, without a terminal and without waiting.
@Suite struct ScreenTests {
  private static let second: Int64 = 1_000_000_000

  private func at(_ seconds: Int64) -> RunTime {
    RunTime(wall: seconds * Self.second, monotonic: seconds * Self.second)
  }

  private func outline(
    _ targets: [(name: String, needs: [Int], seconds: Int64?)], jobs: Int = 2
  ) -> RunOutline {
    RunOutline(
      goals: ["all"], jobs: jobs,
      targets: targets.map { target in
        RunOutline.Target(
          name: target.name, verdict: .stale([.neverBuilt]), needs: target.needs,
          expected: target.seconds.map { $0 * Self.second }, isAlias: false)
      })
  }

  private func lines(_ model: RunModel, _ width: Int = 80, _ height: Int = 24, at seconds: Int64) -> [String] {
    Screen.lines(model, width: width, height: height, now: seconds * Self.second).map(\.plain)
  }

  @Test func timeToGoIsThatOfTheLongestWay() {
    var model = RunModel(
      outline([("a", [], 100), ("b", [], 10), ("c", [1], 20), ("d", [0, 2], 50), ("e", [3], 0)]))
    func rest(_ seconds: Int64) -> String { lines(model, at: seconds).last ?? "" }
    #expect(rest(0) == "0 done, 5 left, 2:30 to go")
    model.take(.target("a", .started([.forced])), at: at(0))
    model.take(.target("b", .started([.forced])), at: at(0))
    #expect(rest(30) == "0 done, 5 left, 2:00 to go")
    model.take(.target("b", .succeeded(duration: 1)), at: at(30))
    // Longer than the last time: no longer than what comes behind it.
    #expect(rest(500) == "1 done, 4 left, 1:10 to go")
    model.take(.target("a", .failed("", duration: 1, log: nil)), at: at(500))
    model.take(.target("d", .skipped), at: at(500))
    model.take(.target("e", .spared), at: at(500))
    #expect(rest(500) == "2 done, 1 failed, 1 not tried, 1 left, 0:20 to go")
  }

  @Test func longerThanTheLastTime() {
    var model = RunModel(outline([("a", [], 10)]))
    model.take(.target("a", .started([.forced])), at: at(0))
    #expect(lines(model, at: 9).last == "0 done, 1 left, 0:01 to go")
    #expect(lines(model, at: 10).last == "0 done, 1 left, longer than the last time")
  }

  @Test func timeToGoKnowsTheJobs() {
    let targets = (0..<6).map { (name: "t\($0)", needs: [Int](), seconds: Int64?(10)) }
    #expect(RunModel(outline(targets, jobs: 1)).timeToGo(at: 0)?.time == 60 * Self.second)
    #expect(RunModel(outline(targets, jobs: 3)).timeToGo(at: 0)?.time == 20 * Self.second)
    #expect(RunModel(outline([("a", [], nil)])).timeToGo(at: 0) == nil)
    #expect(
      lines(RunModel(outline([("a", [], nil), ("b", [], 5)])), at: 0) == ["0 done, 2 left, over 0:05 to go"])
  }

  @Test func whatEmergeIsAt() {
    var model = RunModel(outline([("world", [], nil)]))
    model.take(.target("world", .started([.neverBuilt])), at: at(0))
    var tracker = EmergeTracker()
    func emerge(_ line: String) {
      for event in tracker.read(Array(line.utf8)) { model.take(.package("world", event), at: at(1)) }
    }
    emerge(">>> Emerging binary (1 of 7) sys-apps/baselayout-1::tiny for /O/rootfs/")
    #expect(lines(model, at: 41)[0] == "world 1/7 sys-apps/baselayout 0:41")
    emerge(">>> Jobs: 0 of 7 complete, 2 running                Load avg: 4.15, 5.22, 4.35")
    emerge(">>> Emerging (2 of 7) app-misc/a-b-2.0_rc1-r3::tiny for /O/rootfs/")
    emerge(">>> Compiling source in /x ...")
    emerge(">>> Installing (1 of 7) sys-apps/baselayout-1::tiny to /O/rootfs/")
    #expect(lines(model, at: 41)[0] == "world 2/7 sys-apps/baselayout merge, app-misc/a-b 0:41")
    emerge(">>> Completed (1 of 7) sys-apps/baselayout-1::tiny to /O/rootfs/")
    emerge(">>> Configuring source in /x ...")
    #expect(lines(model, at: 3661)[0] == "world 2/7 app-misc/a-b configure 1:01:01")
    #expect(tracker.running.count == 1)
    emerge(">>> Failed to emerge app-misc/a-b-2.0_rc1-r3 for /O/rootfs/, Log file:")
    #expect(tracker.running.isEmpty)
    for line in [
      ">>> Emerging (x of 7) a/b-1", ">>> Emerging (1 of 7)", ">>>", ">>> Completed (9 of 9) a/b-1::c",
    ] {
      #expect(tracker.read(Array(line.utf8)).isEmpty, "\(line)")
    }
  }

  @Test(arguments: 1...8) func neverMoreThanTheTerminalHas(_ height: Int) {
    var model = RunModel(outline((0..<5).map { ("target\($0)", [], nil) }))
    for number in 0..<5 { model.take(.target("target\(number)", .started([])), at: at(0)) }
    for width in 1...40 {
      let lines = lines(model, width, height, at: 1)
      #expect(lines.count < height || lines.isEmpty)
      for line in lines { #expect(Columns.count(line) < width, "\(line)") }
    }
  }

  @Test func columns() {
    #expect(Columns.count("aé漢e\u{301}") == 5 && Columns.count("") == 0)
    #expect(Columns.cut("漢字漢字", to: 8) == "漢字漢字")
    #expect(Columns.cut("漢字漢字", to: 7) == "漢字漢…" && Columns.cut("漢字漢字", to: 6) == "漢字…")
    #expect(Columns.cut("abc", to: 1) == "…" && Columns.cut("abc", to: 0) == "")
    #expect((StyledText("ab") + StyledText("cd", .bad)).cut(to: 3).plain == "ab…")
    #expect((StyledText("ab") + StyledText("cd", .bad)).cut(to: 2).plain == "a…")
    #expect(shown(Array("10%\r20%\u{1B}[1m\tx\u{7}".utf8)) == "20% x\\x07")
  }

  @Test func framesEraseWhatTheyWroteAndNoMore() {
    var area = LiveArea()
    let (one, two) = (StyledText("one"), StyledText("two"))
    #expect(area.frame([], [one, two], width: 80, coloured: false) == "one\u{1B}[K\ntwo\u{1B}[K\n")
    #expect(area.frame([], [one], width: 80, coloured: false) == "\r\u{1B}[2Aone\u{1B}[K\n\u{1B}[J")
    #expect(area.frame(["past"], [two], width: 80, coloured: false) == "\r\u{1B}[1A\u{1B}[Jpast\ntwo\u{1B}[K\n")
    // The terminal has broken the line in two.
    #expect(area.frame([], [one], width: 2, coloured: false) == "\r\u{1B}[2A\u{1B}[Jone\u{1B}[K\n")
    #expect(area.erased(width: 80) == "\r\u{1B}[1A\u{1B}[J" && area.erased(width: 80) == "")
  }

  /// Records what a view writes.
  private final class Record {
    var text: [String] = []
  }

  @Test func aLineAtLeastEveryMinute() {
    let record = Record()
    let view = PlainView(
      outline([("world", [], 100)]), showsEverything: false, at: at(0), write: { record.text.append($0) },
      complain: { _ in })
    view.receive(.target("world", .started([.neverBuilt])), at: at(5))
    #expect(view.nextTick == 65 * Self.second)
    view.receive(.output("world", Array("quiet".utf8)), at: at(20))
    #expect(view.nextTick == 65 * Self.second)
    view.receive(.tick, at: at(65))
    #expect(view.nextTick == 125 * Self.second)
    #expect(record.text.last == "running: world 1:00; 0 done, 1 left, 0:40 to go\n")
  }

  @Test func framesAreFew() {
    let record = Record()
    let surface = TerminalView.Surface(
      write: { record.text.append($0) }, complain: { record.text.append("! \($0)\n") }, size: { (80, 24) },
      isOurs: { true }, hasColours: false)
    let view = TerminalView(outline([("x", [], nil)]), on: surface, showsEverything: true, at: at(0))
    func ms(_ time: Int64) -> RunTime { RunTime(wall: 0, monotonic: time * 1_000_000) }
    view.receive(.target("x", .started([.neverBuilt])), at: ms(0))
    view.receive(.tick, at: ms(0))
    #expect(record.text == ["x 0:00\u{1B}[K\n0 done, 1 left\u{1B}[K\n"])
    #expect(view.nextTick == ms(1000).monotonic)
    view.receive(.output("x", Array("a".utf8)), at: ms(10))
    #expect(view.nextTick == ms(100).monotonic && record.text.count == 1)
    view.receive(.target("x", .inputsMissing([])), at: ms(20))
    view.receive(.tick, at: ms(100))
    // A complaint goes to another stream: above it stands what came before it, and no live line.
    #expect(
      record.text.dropFirst() == [
        "\r\u{1B}[2A\u{1B}[Jx: a\n", "! x: declared as input, but not there: \n",
        "x 0:00  a\u{1B}[K\n0 done, 1 left\u{1B}[K\n",
      ])
    // A flood is written before it fills the memory.
    for _ in 0..<2000 { view.receive(.output("x", Array(repeating: 0x61, count: 100)), at: ms(101)) }
    #expect(record.text.count > 4)
    view.receive(.ended(.failed(["x"])), at: ms(102))
    #expect(record.text.joined().hasSuffix("aaa\n"))
  }
}
