/// Classes of ASCII bytes, for parsers of files whose syntax is ASCII.
extension UInt8 {
  package var isDigit: Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(self) }

  package var isLetter: Bool { (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(self | 0x20) }

  /// Whether the byte is a space, a tab or a carriage return: the white space within a line.
  package var isBlank: Bool { self == 0x20 || self == 0x09 || self == 0x0D }
}

/// Whether `bytes` form the name of a variable: a letter or `_`, then letters, digits and `_`.
package func isVariableName(_ bytes: some Collection<UInt8>) -> Bool {
  guard let first = bytes.first, !first.isDigit else { return false }
  return bytes.allSatisfy { $0.isLetter || $0.isDigit || $0 == UInt8(ascii: "_") }
}

extension StringProtocol {
  /// The text without spaces, tabs and carriage returns at either end.
  package var trimmed: String {
    var rest = Substring(self).utf8
    while let byte = rest.first, byte.isBlank { rest.removeFirst() }
    while let byte = rest.last, byte.isBlank { rest.removeLast() }
    return String(Substring(rest))
  }
}

extension RandomAccessCollection<UInt8> where Index == Int {
  /// Where `bytes` stand in it first. The standard library's `firstRange(of:)` takes a hundred times as long.
  package func position(of bytes: [UInt8]) -> Int? {
    guard let first = bytes.first, count >= bytes.count else { return bytes.isEmpty ? startIndex : nil }
    for start in startIndex...(endIndex - bytes.count) where self[start] == first {
      if self[start..<(start + bytes.count)].elementsEqual(bytes) { return start }
    }
    return nil
  }
}
