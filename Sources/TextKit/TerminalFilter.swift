/// Makes text that comes piece by piece safe to print on a terminal: escapes each control character as `printable`
/// does, but keeps line feeds, tabs, and the sequences that set colours and the like (SGR, `ESC [ … m`), which it
/// ends with their line.
package struct TerminalFilter {
  /// The longest sequence that is taken for one that sets colours, in bytes.
  private static let longestSequence = 64
  private static let reset = Array("\u{1B}[m".utf8)

  /// The beginning of a character or sequence whose rest is to come.
  private var pending: [UInt8] = []
  private var isColoured = false

  package init() {}

  /// What to print of `bytes`, and of those before whose rest came with them.
  package mutating func filter(_ bytes: [UInt8]) -> [UInt8] {
    let text = pending + bytes
    pending = []
    return filter(text[...], isLast: false)
  }

  /// What to print at the end of the text.
  package mutating func end() -> [UInt8] {
    let text = pending
    pending = []
    let rest = filter(text[...], isLast: true)
    return rest + (isColoured ? Self.reset : [])
  }

  private mutating func filter(_ text: ArraySlice<UInt8>, isLast: Bool) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(text.count)
    var rest = text
    while let first = rest.first {
      let length: Int
      switch first {
      case 0x0A:
        if isColoured { result += Self.reset }
        isColoured = false
        length = 1
      case 0x09, 0x20..<0x7F: length = 1
      case 0x1B:
        let sequence = Self.colourSequence(rest)
        if sequence == nil, !isLast {
          pending = Array(rest)
          return result
        }
        length = sequence ?? 0
        if length > 0 { isColoured = true }
      case 0xC2...0xF4:
        let needed = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        if rest.count < needed, !isLast, rest.dropFirst().allSatisfy({ $0 & 0xC0 == 0x80 }) {
          pending = Array(rest)
          return result
        }
        let scalar = String(validating: rest.prefix(needed), as: UTF8.self)?.unicodeScalars.first
        length = scalar.map(isLayoutControl) == false ? needed : 0
      default: length = 0
      }
      if length > 0 {
        result += rest.prefix(length)
      } else {
        result += Array(hexEscape(first).utf8)
      }
      rest = rest.dropFirst(max(length, 1))
    }
    return result
  }

  /// The length of the sequence at the beginning of `text` that sets colours; 0 if another is there, nil if more is
  /// needed to tell.
  private static func colourSequence(_ text: ArraySlice<UInt8>) -> Int? {
    let head = text.prefix(longestSequence)
    guard let bracket = head.dropFirst().first else { return nil }
    if bracket != UInt8(ascii: "[") { return 0 }
    // Digits, `;` and `:`.
    guard let end = head.dropFirst(2).firstIndex(where: { !(0x30...0x3B).contains($0) }) else {
      return head.count == longestSequence ? 0 : nil
    }
    return text[end] == UInt8(ascii: "m") ? end - text.startIndex + 1 : 0
  }
}
