import BuildGraph
import Platform
import TestSupport
import Testing

@testable import EmergeOutput
@testable import RunDisplay

@Suite struct TraceTests {
  /// Perfetto drops a slice that ends after the one around it, were it by a microsecond of rounding.
  @Test func slicesLieWithinOneAnother() throws {
    let tree = try TestTree()
    let path = tree.path / "trace"
    var random = SeededGenerator(for: "slicesLieWithinOneAnother")
    var now = RunTime(wall: 0, monotonic: 123)
    func pass(_ nanoseconds: ClosedRange<Int64>) {
      now = RunTime(wall: 0, monotonic: now.monotonic + .random(in: nanoseconds, using: &random))
    }
    do {
      let trace = try TraceFile(path, goals: ["all"], at: now)
      for round in 0..<200 {
        trace.receive(.target("world", .started([.forced])), at: now)
        for phase in ["compile", "install", "merge"] {
          pass(1000...9999)
          if phase == "compile" {
            let package = EmergeTracker.Package(version: "a/b-\(round)", number: 1, count: 1)
            trace.receive(.package("world", .started(package)), at: now)
            pass(1000...9999)
          }
          trace.receive(.package("world", .phase(phase, of: "a/b-\(round)")), at: now)
        }
        pass(1000...9999)
        trace.receive(.package("world", .ended("a/b-\(round)", hasFailed: false)), at: now)
        trace.receive(.target("world", .succeeded(duration: 1)), at: now)
        pass(1000...9999)
      }
      trace.receive(.ended(.succeeded(ran: 200)), at: now)
    }
    let events = try StrictJSON(String(decoding: File.read(path), as: UTF8.self)).elements
    let slices = events.filter { $0["ph"] == .string("X") }.map { slice in
      let (start, length) = (slice["ts"]?.integer ?? -1, slice["dur"]?.integer ?? -1)
      return (start: start, end: start + length)
    }
    #expect(slices.count == 200 * 5)
    for (one, other) in zip(slices, slices.dropFirst()) {
      // One after the other, or the second around the first.
      #expect(one.end <= other.start || other.start <= one.start && one.end <= other.end, "\(seedSetting)")
    }
  }
}
