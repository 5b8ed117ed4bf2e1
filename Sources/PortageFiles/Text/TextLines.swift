/// A file's bytes as lines of words, with comments and white space gone, as Portage's `grabfile` has it
/// (`portage/util/__init__.py` of 3.0.83). It knows no meaning of a word.
///
/// A comment begins with a word that begins with `#`; a `#` inside a word is part of it. A line ends with a
/// line feed, a carriage return or both.
public struct TextLines {
  public struct Line {
    /// Counted from 1.
    public let number: Int
    /// At least one.
    public let words: [ArraySlice<UInt8>]
  }

  /// The lines that have words.
  public let lines: [Line]

  public init(_ bytes: [UInt8]) {
    var found: [Line] = []
    var number = 1
    var start = 0
    while start < bytes.count {
      let end = bytes[start...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
      let words = bytes[start..<end].split(whereSeparator: Self.isSpace)
        .prefix { $0.first != UInt8(ascii: "#") }
      if !words.isEmpty { found.append(Line(number: number, words: Array(words))) }
      number += 1
      let isPair = end + 1 < bytes.count && bytes[end] == 0x0D && bytes[end + 1] == 0x0A
      start = end + (isPair ? 2 : 1)
    }
    lines = found
  }

  /// The line of the first byte that is not UTF-8, counted from 1; nil if all of it is.
  public static func lineNotUTF8(in bytes: [UInt8]) -> Int? {
    if String(validating: bytes, as: UTF8.self) != nil { return nil }
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
    where String(validating: line, as: UTF8.self) == nil {
      return index + 1
    }
    return nil
  }

  /// ASCII white space as Python's `str.split` has it.
  public static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte) || (0x1C...0x1F).contains(byte)
  }
}
