import TestSupport
import Testing

@testable import Execution
@testable import RunDisplay
@testable import TextKit

/// What is found in logs, and in the JSON that sysbuild has written.
@Suite struct LogTextTests {
  @Test func linesAndMarks() {
    let log = LogText(
      Array(
        """
        off: cut
        00:04:43.123 # world, 2026-11-21
        00:04:43.123 $ true
        00:04:43.123 | one
        00:04:43.123 $ false
        00:04:43.123 | $ not a command
        00:04:43.123 |
        00:04:43.12
        """.utf8
      ).map { $0 })
    #expect(log.lines.count == 5)
    #expect(String(decoding: log.output, as: UTF8.self) == "one\n$ not a command")
    #expect(log.lastOutput.map { String(decoding: $0, as: UTF8.self) } == ["$ not a command"])
  }

  @Test(arguments: [
    (["make: *** [x] Error 1", "x.c:3:5: error: no y", "ld: error: z"], "x.c:3:5: error: no y"),
    (["cc -Werror x.c", "0 errors", "sh: 1: nonesuch: not found", "done"], "sh: 1: nonesuch: not found"),
    (["\u{1B}[31mERROR: bad\u{1B}[m"], "ERROR: bad"), (["all is well", "no-error: fine", "terror: no"], nil),
    ([], nil), (["error[E0308]: mismatched types"], "error[E0308]: mismatched types"),
  ])
  func firstError(_ output: [String], _ expected: String?) {
    #expect(FirstError.line(of: output.map { Array($0.utf8)[...] }) == expected)
  }

  @Test(arguments: [
    "null", "[]", "{}", "[1,-2.5e3,\"a\\\"\\\\\\n\\u00e9\",true,false,null]",
    " { \"a\" : [ { \"b\" : \"é\" } ] } ",
  ])
  func whatIsJSON(_ text: String) throws {
    let value = try #require(JSONReader.value(of: text.utf8))
    #expect(try StrictJSON(value.line) == StrictJSON(text))
    #expect(JSONReader.value(of: value.line.utf8) == value)
  }

  @Test func surrogates() {
    #expect(JSONReader.value(of: "\"\\ud83d\\ude00\"".utf8) == .string("😀"))
  }

  @Test(arguments: [
    "", "{", "[1", "[1,]", "{\"a\"}", "{\"a\":1,}", "nul", "1 2", "\"", "\"\\x\"", "\"\\ud800\"", "-", "1e",
    "]",
    String(repeating: "[", count: 100_000),
  ])
  func whatIsNot(_ text: String) { #expect(JSONReader.value(of: text.utf8) == nil) }
}
