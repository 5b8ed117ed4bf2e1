import Platform
import PortageFiles
import TextKit

/// The lines of emerge's output without escape sequences, with searches that several diagnoses share.
package struct EmergeLines {
  /// The lines without white space at either end; bytes that are not UTF-8 are shown as `\xNN`.
  package let texts: [String]

  package init(texts: [String]) { self.texts = texts }

  package init(_ output: some Sequence<UInt8>) {
    // A carriage return ends a line, too: a progress display uses it to overwrite the line.
    texts = Self.withoutEscapes(output).split(omittingEmptySubsequences: false) { $0 == 0x0A || $0 == 0x0D }
      .map { line in
        let start = line.drop(while: TextLines.isSpace)
        let end = start.lastIndex { !TextLines.isSpace($0) }
        return end.map { printable(start[...$0]) } ?? ""
      }
  }

  package func firstIndex(containing words: String) -> Int? {
    texts.firstIndex { $0.contains(words) }
  }

  /// The quoted path in line `index` or in one of the four lines below, since lines about the jobs may come
  /// between.
  func logPath(from index: Int?) -> String? {
    guard let index else { return nil }
    for line in texts[index...].prefix(5) {
      let parts = line.split(separator: "'", omittingEmptySubsequences: false)
      if let path = parts.first(where: { $0.hasPrefix("/") && parts.count > 2 }) { return String(path) }
    }
    return nil
  }

  /// `emerge: Maybe you meant ATOM?`, reworded as the end of a sentence.
  var suggestion: String? {
    let words = "emerge: Maybe you meant "
    return texts.first { $0.hasPrefix(words) }.map { "did you mean " + $0.dropFirst(words.count) }
  }

  /// The packages that require the one that is unavailable, from lines such as
  /// `(dependency required by "CPV::REPO" [ebuild])`.
  var requirers: [String] {
    texts.compactMap { line in
      guard line.hasPrefix("(dependency required by "), !line.hasSuffix("[argument])") else { return nil }
      let parts = line.split(separator: "\"", omittingEmptySubsequences: false)
      return parts.count > 2 ? "required by \(parts[1])" : nil
    }
  }

  /// The output without ECMA-48 control sequences: ESC, `[`, parameters, a final byte from `@` to `~`.
  package static func withoutEscapes(_ output: some Sequence<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    var rest = Array(output)[...]
    while let byte = rest.popFirst() {
      guard byte == 0x1B, rest.first == UInt8(ascii: "[") else {
        if byte != 0x1B { result.append(byte) }
        continue
      }
      rest = rest.dropFirst().drop { !(0x40...0x7E).contains($0) }.dropFirst()
    }
    return result
  }
}

extension StringProtocol where SubSequence == Substring {
  /// The text before and after the first occurrence of `words`; nil if they do not occur.
  package func split(around words: String) -> (before: Substring, after: Substring)? {
    var start = startIndex
    while start < endIndex {
      if self[start...].hasPrefix(words) {
        return (self[..<start], self[index(start, offsetBy: words.count)...])
      }
      start = index(after: start)
    }
    return nil
  }
}
