import Testing

@testable import TextKit

struct JSONTests {
  private func isWritten(_ json: JSON, _ line: String, _ location: SourceLocation = #_sourceLocation) {
    #expect(json.line == line, sourceLocation: location)
  }

  @Test func onOneLine() {
    isWritten(.null, "null")
    isWritten(true, "true")
    isWritten(-7, "-7")
    isWritten("é→", "\"é→\"")
    isWritten("\"\\\u{8}\u{C}\n\r\t", #""\"\\\b\f\n\r\t""#)
    isWritten("\u{0}\u{1B}\u{7F}\u{9B}\u{2028}", #""\u0000\u001b\u007f\u009b\u2028""#)
    isWritten("\r\n", #""\r\n""#)
    isWritten([], "[]")
    isWritten([:], "{}")
    isWritten([1, "a", [2], ["b": .null, "a": false]], #"[1,"a",[2],{"b":null,"a":false}]"#)
  }

  @Test func pretty() {
    let json: JSON = ["a": [1, 2], "b": [["c": []], [:]], "d": [[1], []]]
    let text = """
      {
        "a": [1, 2],
        "b": [
          {
            "c": []
          },
          {}
        ],
        "d": [
          [1],
          []
        ]
      }
      """
    #expect(json.pretty == text)
  }

  @Test func rows() {
    let json: JSON = ["a": [["b": [1, 2]], 3], "c": ["a": []], "d": [1, 2]]
    let text = """
      {
        "a": [
          {"b":[1,2]},
          3
        ],
        "c": {
          "a": []
        },
        "d": [1, 2]
      }
      """
    #expect(json.pretty(rows: ["a"]) == text)
  }
}
