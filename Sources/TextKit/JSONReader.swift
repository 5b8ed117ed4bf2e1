/// Parses one JSON text (RFC 8259), for the files that sysbuild itself writes. A number that is not an integer
/// is kept as its text. Nesting is limited to 32 levels, so that a damaged file cannot exhaust the stack.
package struct JSONReader {
  private var rest: ArraySlice<UInt8>

  /// The value that `bytes` hold; nil unless they hold exactly one.
  package static func value(of bytes: some Collection<UInt8>) -> JSON? {
    var reader = JSONReader(rest: Array(bytes)[...])
    guard let value = reader.value(depth: 0) else { return nil }
    reader.skipBlanks()
    return reader.rest.isEmpty ? value : nil
  }

  private mutating func skipBlanks() {
    rest = rest.drop { [0x20, 0x09, 0x0A, 0x0D].contains($0) }
  }

  private mutating func take(_ text: StaticString) -> Bool {
    let found = text.withUTF8Buffer { unsafe rest.starts(with: $0) }
    if found { rest = rest.dropFirst(text.utf8CodeUnitCount) }
    return found
  }

  private mutating func value(depth: Int) -> JSON? {
    skipBlanks()
    guard depth < 32, let first = rest.first else { return nil }
    switch first {
    case UInt8(ascii: "{"): return object(depth: depth)
    case UInt8(ascii: "["): return array(depth: depth)
    case UInt8(ascii: "\""): return string().map { .string($0) }
    case UInt8(ascii: "t"): return take("true") ? .bool(true) : nil
    case UInt8(ascii: "f"): return take("false") ? .bool(false) : nil
    case UInt8(ascii: "n"): return take("null") ? .null : nil
    default: return number()
    }
  }

  private mutating func object(depth: Int) -> JSON? {
    var members: [JSON.Member] = []
    rest.removeFirst()
    skipBlanks()
    if take("}") { return .object([]) }
    while true {
      skipBlanks()
      guard let name = string() else { return nil }
      skipBlanks()
      guard take(":"), let value = value(depth: depth + 1) else { return nil }
      members.append(JSON.Member(name: name, value: value))
      skipBlanks()
      if take("}") { return .object(members) }
      guard take(",") else { return nil }
    }
  }

  private mutating func array(depth: Int) -> JSON? {
    var elements: [JSON] = []
    rest.removeFirst()
    skipBlanks()
    if take("]") { return .array([]) }
    while true {
      guard let value = value(depth: depth + 1) else { return nil }
      elements.append(value)
      skipBlanks()
      if take("]") { return .array(elements) }
      guard take(",") else { return nil }
    }
  }

  private mutating func number() -> JSON? {
    let text = rest.prefix { byte in "+-.0123456789eE".utf8.contains(byte) }
    rest = rest.dropFirst(text.count)
    let string = String(decoding: text, as: UTF8.self)
    if let integer = Int(string) { return .integer(integer) }
    return Double(string).map { _ in .number(string) }
  }

  private mutating func string() -> String? {
    guard take("\"") else { return nil }
    var bytes: [UInt8] = []
    while let byte = rest.popFirst() {
      switch byte {
      case UInt8(ascii: "\""): return String(validating: bytes, as: UTF8.self)
      case UInt8(ascii: "\\"):
        guard let scalar = escape() else { return nil }
        bytes += Array(String(scalar).utf8)
      default: bytes.append(byte)
      }
    }
    return nil
  }

  private mutating func escape() -> Unicode.Scalar? {
    switch rest.popFirst() {
    case UInt8(ascii: "\""): return "\""
    case UInt8(ascii: "\\"): return "\\"
    case UInt8(ascii: "/"): return "/"
    case UInt8(ascii: "b"): return "\u{8}"
    case UInt8(ascii: "f"): return "\u{C}"
    case UInt8(ascii: "n"): return "\n"
    case UInt8(ascii: "r"): return "\r"
    case UInt8(ascii: "t"): return "\t"
    case UInt8(ascii: "u"):
      guard let high = hex() else { return nil }
      if !(0xD800..<0xDC00).contains(high) { return Unicode.Scalar(high) }
      guard take("\\u"), let low = hex(), (0xDC00..<0xE000).contains(low) else { return nil }
      return Unicode.Scalar(0x10000 + (high - 0xD800) << 10 + (low - 0xDC00))
    default: return nil
    }
  }

  private mutating func hex() -> UInt32? {
    let digits = rest.prefix(4)
    guard digits.count == 4 else { return nil }
    rest = rest.dropFirst(4)
    return UInt32(String(decoding: digits, as: UTF8.self), radix: 16)
  }
}

extension JSON {
  /// The value of an object's member; nil if there is no such member or this is not an object.
  package subscript(name: String) -> JSON? {
    if case .object(let members) = self { members.first { $0.name == name }?.value } else { nil }
  }

  package var text: String? { if case .string(let text) = self { text } else { nil } }

  package var integer: Int? { if case .integer(let value) = self { value } else { nil } }

  package var elements: [JSON] { if case .array(let elements) = self { elements } else { [] } }

  package var double: Double? {
    switch self {
    case .integer(let value): Double(value)
    case .number(let text): Double(text)
    default: nil
    }
  }
}
