import Testing

@testable import TextKit

/// What a terminal gets of arbitrary bytes.
@Suite struct TerminalFilterTests {
  /// However the bytes are cut into pieces, the text is the same.
  @Test(arguments: [
    ("plain\ttext \\ é 😀\n", "plain\ttext \\ é 😀\n"),
    ("\u{1B}[31mred\u{1B}[m\nx", "\u{1B}[31mred\u{1B}[m\u{1B}[m\nx"),
    ("\u{1B}[38;5;1;48:2:3mx", "\u{1B}[38;5;1;48:2:3mx\u{1B}[m"),
    ("\u{1B}[2J\u{1B}]0;t\u{7}\u{1B}(0\u{1B}", "\\x1b[2J\\x1b]0;t\\x07\\x1b(0\\x1b"),
    ("\u{1B}[3\u{1B}[?25l\u{1B}[>4;1m\u{1B}[", "\\x1b[3\\x1b[?25l\\x1b[>4;1m\\x1b["),
    ("a\rb\u{8}\u{7F}\u{0}", "a\\x0db\\x08\\x7f\\x00"),
    ("\u{9B}2J \u{202E} \u{2028}", "\\xc2\\x9b2J \\xe2\\x80\\xae \\xe2\\x80\\xa8"),
  ])
  func text(_ text: String, _ expected: String) { check(Array(text.utf8), expected) }

  @Test func noText() {
    check([0xFF, 0xC0, 0x80, 0xE2, 0x82, 0x20, 0xED, 0xA0, 0x80], "\\xff\\xc0\\x80\\xe2\\x82 \\xed\\xa0\\x80")
    check([0x41, 0xF0, 0x9F], "A\\xf0\\x9f")
    // Too long to be kept until its end.
    let sequence = "[" + String(repeating: "1;", count: 1000) + "m"
    check(Array("\u{1B}\(sequence)".utf8), "\\x1b\(sequence)")
  }

  private func check(_ bytes: [UInt8], _ expected: String) {
    for size in 1...max(1, min(bytes.count, 80)) {
      var filter = TerminalFilter()
      var result: [UInt8] = []
      for start in stride(from: 0, to: bytes.count, by: size) {
        result += filter.filter(Array(bytes[start..<min(start + size, bytes.count)]))
      }
      result += filter.end()
      #expect(String(decoding: result, as: UTF8.self) == expected, "pieces of \(size)")
    }
  }
}
