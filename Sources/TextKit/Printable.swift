/// Returns arbitrary bytes as one line of text that is safe to print on a terminal. Valid UTF-8 is kept, except
/// for backslashes, control characters, line separators and characters that change the text direction. These,
/// and bytes that are not UTF-8, are escaped, as in `\\`, `\n` and `\x1b`.
package func printable(_ bytes: some Collection<UInt8>) -> String {
  if bytes.allSatisfy({ (0x20..<0x7F).contains($0) && $0 != UInt8(ascii: "\\") }) {
    return String(decoding: bytes, as: UTF8.self)
  }
  var text = ""
  var rest = bytes[...]
  while let first = rest.first {
    switch first {
    case 0x0A: text += "\\n"
    case 0x09: text += "\\t"
    case UInt8(ascii: "\\"): text += "\\\\"
    case 0x00..<0x20, 0x7F: text += hexEscape(first)
    case 0x20..<0x7F: text.unicodeScalars.append(Unicode.Scalar(first))
    default:
      let length = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
      let candidate = rest.prefix(length)
      if candidate.count == length, let scalar = String(validating: candidate, as: UTF8.self),
        !scalar.unicodeScalars.contains(where: isLayoutControl)
      {
        text += scalar
        rest = rest.dropFirst(length)
        continue
      }
      text += hexEscape(first)
    }
    rest = rest.dropFirst()
  }
  return text
}

/// Returns `text` with the characters escaped that a terminal would obey; line feeds and tabs are kept.
package func harmless(_ text: String) -> String {
  // Fast path: every scalar that is escaped below has at least one byte outside this range.
  if text.utf8.allSatisfy({ (0x20..<0x7F).contains($0) || $0 == 0x0A || $0 == 0x09 }) { return text }
  var result = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar.value {
    case 0x0A, 0x09: result.append(scalar)
    case 0..<0x20, 0x7F: result += hexEscape(UInt8(scalar.value)).unicodeScalars
    case _ where isLayoutControl(scalar):
      for byte in String(scalar).utf8 { result += hexEscape(byte).unicodeScalars }
    default: result.append(scalar)
    }
  }
  return String(result)
}

/// Whether `scalar` is a C1 control, a line or paragraph separator, or changes the text direction.
func isLayoutControl(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x80..<0xA0, 0x2028...0x202E, 0x2066...0x2069: true
  default: false
  }
}

func hexEscape(_ byte: UInt8) -> String {
  (byte < 16 ? "\\x0" : "\\x") + String(byte, radix: 16)
}
