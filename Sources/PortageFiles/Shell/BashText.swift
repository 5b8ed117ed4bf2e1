/// A text of a bash script with its quotes and brackets matched. A quote or bracket that is not closed counts as a
/// letter.
///
/// Where something ends depends only on what follows it. So one walk from the end to the beginning finds every end,
/// however deep the text is nested.
struct BashText {
  let bytes: [UInt8]
  /// For each byte where the quoted text, the substitution or the byte that begins there ends.
  private let ends: [Int]

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    let count = bytes.count
    var ends = Array(repeating: count, count: count)
    // For each position what is found from there on, `count` behind the last one and -1 if there is nothing: the double
    // quote that closes, and what is behind the brackets that close.
    var doubleQuote = Array(repeating: -1, count: count + 2)
    var brace = doubleQuote
    var parenthesis = doubleQuote
    var singleQuote = -1
    var backquote = -1
    for position in bytes.indices.reversed() {
      let byte = bytes[position]
      var end = position + 1
      switch byte {
      case UInt8(ascii: "\\"): end = min(position + 2, count)
      case UInt8(ascii: "'"):
        if singleQuote >= 0 { end = singleQuote + 1 }
        singleQuote = position
      case UInt8(ascii: "`"):
        if backquote >= 0 { end = backquote + 1 }
        backquote = position
      case UInt8(ascii: "\""):
        if doubleQuote[position + 1] >= 0 { end = doubleQuote[position + 1] + 1 }
      case UInt8(ascii: "$") where position + 1 < count && bytes[position + 1] == UInt8(ascii: "{"):
        if brace[position + 2] >= 0 { end = brace[position + 2] }
      case UInt8(ascii: "$") where position + 1 < count && bytes[position + 1] == UInt8(ascii: "("):
        if parenthesis[position + 2] >= 0 { end = parenthesis[position + 2] }
      default: break
      }
      ends[position] = end
      doubleQuote[position] =
        byte == UInt8(ascii: "\"")
        ? position : doubleQuote[byte == UInt8(ascii: "'") ? position + 1 : end]
      func behind(_ found: [Int], _ opening: UInt8, _ closing: UInt8) -> Int {
        if byte == closing { return position + 1 }
        if byte != opening { return found[end] }
        let inner = found[position + 1]
        return inner < 0 ? -1 : found[inner]
      }
      brace[position] = behind(brace, UInt8(ascii: "{"), UInt8(ascii: "}"))
      parenthesis[position] = behind(parenthesis, UInt8(ascii: "("), UInt8(ascii: ")"))
    }
    self.ends = ends
  }

  /// Behind the quoted text, the substitution or the byte at `position`, if it ends within the first `limit` bytes;
  /// otherwise behind the byte.
  func end(at position: Int, limit: Int) -> Int {
    let end = ends[position]
    return end <= limit ? end : min(position + 1, limit)
  }
}
