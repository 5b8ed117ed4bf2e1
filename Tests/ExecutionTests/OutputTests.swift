import Testing

@testable import Execution

/// How the output of a command becomes lines.
@Suite struct OutputTests {
  private func lines(_ blocks: [String]) -> [String] {
    var (lines, shown) = (OutputLines(), [String]())
    let show = { (line: [UInt8]) in shown.append(String(decoding: line, as: UTF8.self)) }
    for block in blocks { lines.append(Array(block.utf8), show: show) }
    lines.end(show: show)
    return shown
  }

  @Test(arguments: [
    ([], []), (["a\nb\n"], ["a", "b"]), (["a", "b\n\n", "c"], ["ab", "", "c"]), (["\n", "\n"], ["", ""]),
    (["a\n", "b"], ["a", "b"]),
  ])
  func cut(_ blocks: [String], _ expected: [String]) { #expect(lines(blocks) == expected) }

  /// A block a time, as a pipe gives them, whatever the blocks are.
  @Test(arguments: [1, 1000, 65535, 65536, 65537])
  func longLines(_ block: Int) {
    let limit = OutputLines.limit
    for length in [limit - 1, limit, limit + 1, 2 * limit + 1536] {
      let text = String(repeating: "x", count: length)
      let bytes = Array((text + "\nnext").utf8)
      let blocks = stride(from: 0, to: bytes.count, by: block).map { start in
        String(decoding: bytes[start..<min(start + block, bytes.count)], as: UTF8.self)
      }
      let first =
        length <= limit
        ? text
        : String(repeating: "x", count: limit)
          + (length == limit + 1 ? "… (1 byte more in the log)" : "… (65 KiB more in the log)")
      #expect(lines(blocks) == [first, "next"])
    }
  }

  /// Neither time nor memory grows with what came before: 64 MiB without a line feed.
  @Test func aLineWithoutEnd() {
    var lines = OutputLines()
    let block = [UInt8](repeating: 0x78, count: 1 << 20)
    for _ in 0..<64 {
      lines.append(block) { _ in Issue.record("no line has ended") }
      #expect(lines.partial.count == OutputLines.limit)
    }
    var shown: [[UInt8]] = []
    lines.end { shown.append($0) }
    #expect(shown.count == 1 && shown[0].count < OutputLines.limit + 40)
    #expect(String(decoding: shown[0].suffix(32), as: UTF8.self).hasSuffix("… (63 MiB more in the log)"))
  }
}
