import EmergeOutput
import Platform
import TextKit

/// Counts the columns of a terminal that a text takes, and cuts texts to a number of columns. A text must have no
/// escape sequences.
///
/// Widths follow Unicode's East Asian Width: characters of class `W` and `F` take two columns, and marks that combine
/// with the character before them take none.
enum Columns {
  static func count(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { $0 + width($1) }
  }

  /// The text, or as much of it as fits into `columns` with `…` behind it.
  static func cut(_ text: String, to columns: Int) -> String {
    if count(text) <= columns { return text }
    var left = columns - 1
    var result = ""
    for scalar in text.unicodeScalars {
      left -= width(scalar)
      if left < 0 { break }
      result.unicodeScalars.append(scalar)
    }
    return columns > 0 ? result + "…" : ""
  }

  private static func width(_ scalar: Unicode.Scalar) -> Int {
    let value = scalar.value
    if value < 0x300 { return 1 }
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .enclosingMark, .format: return 0
    default: return wide.contains { $0.contains(value) } ? 2 : 1
    }
  }

  /// The larger blocks of `EastAsianWidth.txt`, and the emoji.
  private static let wide: [ClosedRange<UInt32>] = [
    0x1100...0x115F, 0x231A...0x231B, 0x2329...0x232A, 0x23E9...0x23EC, 0x25FD...0x25FE, 0x2614...0x2615,
    0x2648...0x2653, 0x26AA...0x26AB, 0x26BD...0x26BE, 0x26C4...0x26C5, 0x2705...0x2705, 0x270A...0x270B,
    0x2728...0x2728, 0x274C...0x274C, 0x2753...0x2755, 0x2757...0x2757, 0x2795...0x2797, 0x2B1B...0x2B1C,
    0x2E80...0x303E, 0x3041...0x33FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xA000...0xA4CF, 0xA960...0xA97F,
    0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE10...0xFE19, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
    0x16FE0...0x18CFF, 0x1B000...0x1B2FF, 0x1F004...0x1F004, 0x1F0CF...0x1F0CF, 0x1F18E...0x1F19A,
    0x1F200...0x1F320, 0x1F32D...0x1F335, 0x1F337...0x1F37C, 0x1F37E...0x1F393, 0x1F3A0...0x1F3CA,
    0x1F3E0...0x1F3F0, 0x1F3F8...0x1F43E, 0x1F440...0x1F4FC, 0x1F4FF...0x1F53D, 0x1F54B...0x1F567,
    0x1F595...0x1F596, 0x1F5FB...0x1F64F, 0x1F680...0x1F6C5, 0x1F6CC...0x1F6CC, 0x1F6D0...0x1F6DF,
    0x1F6EB...0x1F6FC, 0x1F7E0...0x1F7EB, 0x1F90C...0x1F9FF, 0x1FA70...0x1FAFF, 0x20000...0x3FFFD,
  ]
}

/// A line of a program's output that is safe to show on a terminal: without escape sequences, without text that a
/// carriage return has overwritten, and with other control characters as `\xNN`.
package func shown(_ line: [UInt8]) -> String {
  let parts = EmergeLines.withoutEscapes(line).split(separator: 0x0D)
  let text = (parts.last ?? []).map { $0 == 0x09 ? 0x20 : $0 }
  return printable(text)
}
