import BuildGraph
import Platform
import Stamps
import TestSupport
import Testing

@testable import Explanations
@testable import RunDisplay

/// When a target that gives no sign of life is complained of. The time is the test's own.
@Suite struct SilenceTests {
  private final class Complaints: RunListener {
    var lines: [String] = []
    func receive(_ event: RunEvent, at time: RunTime) {
      if case .target(let name, let step) = event, let line = Wording.complaint(name, step) {
        lines.append(line)
      }
    }
  }

  private final class Hands { var minutes: Int64 = 0 }

  private let complaints = Complaints()
  private let hands = Hands()
  private let stream: RunStream
  private let id: TargetID
  private let tree: TestTree

  init() throws {
    tree = try TestTree()
    var world = Target("world")
    world.environment = ["PORTAGE_LOGDIR=\(tree.path)/logs"]
    world.run = ["emerge"]
    var builder = GraphBuilder(
      variables: Variables(), locations: Locations(source: "/src", build: "/O", images: "/images"),
      declarations: [])
    let graph = try builder.build([world])
    id = graph.nodes[0].id
    stream = RunStream(graph, listeners: [complaints]) { [hands] in
      RunTime(wall: 0, monotonic: hands.minutes * 60_000_000_000)
    }
    stream.report(.started(id, [.neverBuilt]))
  }

  private func said(after minutes: Int64) -> [String] {
    hands.minutes += minutes
    _ = stream.tick()
    defer { complaints.lines = [] }
    return complaints.lines
  }

  private func line(_ time: String) -> [String] {
    ["world: no output for \(time); 'sysbuild log world' shows where it stands"]
  }

  @Test func afterTenMinutesAndAgain() {
    #expect(said(after: 9) == [])
    #expect(said(after: 1) == line("10:00"))
    #expect(said(after: 9) == [])
    #expect(said(after: 1) == line("20:00"))
    #expect(said(after: 19) == [])
    #expect(said(after: 1) == line("40:00"))
    stream.output("world", Array("x".utf8))
    #expect(said(after: 9) == [])
    #expect(said(after: 1) == line("10:00"))
    stream.report(.succeeded(id, duration: 1))
    #expect(said(after: 100) == [])
    #expect(stream.tick() == nil)
  }

  @Test func aStoppedRunIsNotSilent() {
    #expect(said(after: 9) == [])
    hands.minutes += 60
    stream.signalled(18)  // SIGCONT
    #expect(said(after: 9) == [])
  }

  /// What Portage writes to the log of a package counts.
  @Test func aPackageThatGrows() throws {
    stream.output("world", Array(">>> Emerging (1 of 2) a/b-1::x for /".utf8))
    let log = "logs/a:b-1:20261121-000443.log"
    try tree.write(log, "cc\n")
    #expect(said(after: 9) == [])
    try tree.write(log, "cc\ncc\n")
    #expect(said(after: 9) == [])
    #expect(said(after: 9) == [])
    #expect(said(after: 1) == line("10:00"))
  }
}
