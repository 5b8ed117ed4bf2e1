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
      let words = Self.words(of: bytes[start..<end]).prefix { $0.first != UInt8(ascii: "#") }
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

  /// Split at white space as Python's `str.split` has it: a no-break space, which comes with text that was copied
  /// from a web page, parts two words.
  public static func words(of line: ArraySlice<UInt8>) -> [ArraySlice<UInt8>] {
    if line.allSatisfy({ $0 < 0x80 }) { return line.split(whereSeparator: isSpace) }
    var words: [ArraySlice<UInt8>] = []
    var start = line.startIndex
    var position = start
    while position < line.endIndex {
      let length = isSpace(line[position]) ? 1 : otherSpaces.first { line[position...].starts(with: $0) }?.count
      guard let length else {
        position += 1
        continue
      }
      if position > start { words.append(line[start..<position]) }
      position += length
      start = position
    }
    if start < line.endIndex { words.append(line[start...]) }
    return words
  }

  /// White space that is not ASCII, in UTF-8.
  private static let otherSpaces: [[UInt8]] =
    [0x85, 0xA0, 0x1680, 0x2028, 0x2029, 0x202F, 0x205F, 0x3000].map(utf8) + (0x2000...0x200A).map(utf8)

  private static func utf8(_ scalar: UInt32) -> [UInt8] {
    Unicode.Scalar(scalar).map { Array(String($0).utf8) } ?? []
  }

  /// ASCII white space as Python's `str.split` has it.
  public static func isSpace(_ byte: UInt8) -> Bool {
    byte == 0x20 || (0x09...0x0D).contains(byte) || (0x1C...0x1F).contains(byte)
  }
}
