import Synchronization
import TestSupport
import Testing

@testable import RunDisplay

/// What is said while nothing else can be, without waiting for a second.
@Suite struct PatienceTests {
  private final class Words: Sendable {
    let all = Mutex<[String]>([])
    var count: Int { all.withLock { $0.count } }
  }

  private func said(isLive: Bool, _ work: (Words) throws -> Void) rethrows -> [String] {
    let words = Words()
    let notice = SlowWorkNotice("reading", pause: 1, isLive: isLive) { text in
      words.all.withLock { $0.append(text) }
    }
    try notice.during { try work(words) }
    return words.all.withLock { $0 }
  }

  @Test func onATerminal() throws {
    let words = try said(isLive: true) { words in try wait { words.count > 2 } }
    #expect(words.dropLast().allSatisfy { $0 == "\rreading, 0:00\u{1B}[K" })
    #expect(words.last == "\r\u{1B}[K")
  }

  @Test func elsewhere() throws {
    let words = try said(isLive: false) { words in try wait { words.count > 2 } }
    #expect(words.allSatisfy { $0 == "sysbuild: reading, 0:00\n" })
  }

  @Test func anErrorEndsItToo() {
    struct Stop: Error {}
    #expect(throws: Stop.self) { try said(isLive: true) { _ in throw Stop() } }
  }

  @Test func whatIsQuickSaysNothing() {
    #expect(SlowWorkNotice("", pause: 60_000, isLive: true) { _ in Issue.record("said") }.during { 7 } == 7)
  }
}
