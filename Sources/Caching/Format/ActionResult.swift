import Stamps

/// The value of an action in Bazel's HTTP cache protocol: the names and digests of files, some with their content.
///
/// It is the message `ActionResult` of Bazel's Remote Execution API, version 2, of which only `output_files` is used, in
/// the encoding of Protocol Buffers. Servers that know the protocol keep the files as long as the value.
package struct ActionResult: Equatable {
  package struct File: Equatable {
    let name: String
    let digest: Digest
    /// In bytes.
    let size: Int
    /// Nil if it is in the store of contents alone.
    var content: [UInt8]?
  }

  var files: [File] = []

  init(_ files: [File]) { self.files = files }

  /// Nil if these bytes are no such message.
  package init?(_ bytes: [UInt8]) {
    var fields = ProtocolBuffer(bytes[...])
    while let (number, value) = fields.next() {
      guard number == 2, case .bytes(let file) = value else { continue }
      guard let parsed = Self.file(file) else { return nil }
      files.append(parsed)
    }
    if !fields.isAtEnd { return nil }
  }

  package var bytes: [UInt8] {
    files.flatMap { file in
      let digest =
        ProtocolBuffer.field(1, Array(file.digest.hex.utf8)) + ProtocolBuffer.field(2, UInt64(file.size))
      return ProtocolBuffer.field(
        2,
        ProtocolBuffer.field(1, Array(file.name.utf8)) + ProtocolBuffer.field(2, digest)
          + (file.content.map { ProtocolBuffer.field(5, $0) } ?? []))
    }
  }

  private static func file(_ bytes: ArraySlice<UInt8>) -> File? {
    var name: String?
    var digest: Digest?
    var size = 0
    var content: [UInt8]?
    var fields = ProtocolBuffer(bytes)
    while let (number, value) = fields.next() {
      switch (number, value) {
      case (1, .bytes(let text)): name = String(validating: text, as: UTF8.self)
      case (2, .bytes(let message)):
        var parts = ProtocolBuffer(message)
        while let (part, value) = parts.next() {
          switch (part, value) {
          case (1, .bytes(let hex)): digest = Digest(hex: hex)
          case (2, .number(let number)): size = Int(clamping: number)
          default: break
          }
        }
        if !parts.isAtEnd { return nil }
      case (5, .bytes(let bytes)): content = Array(bytes)
      default: break
      }
    }
    guard fields.isAtEnd, let name, let digest else { return nil }
    return File(name: name, digest: digest, size: size, content: content)
  }
}

/// The fields of a message in the encoding of Protocol Buffers.
struct ProtocolBuffer {
  enum Value {
    case number(UInt64)
    case bytes(ArraySlice<UInt8>)
  }

  private var rest: ArraySlice<UInt8>

  init(_ bytes: ArraySlice<UInt8>) { rest = bytes }

  /// False if what follows is no field.
  var isAtEnd: Bool { rest.isEmpty }

  /// The next field; nil at the end, or if what follows is none.
  mutating func next() -> (number: UInt64, value: Value)? {
    var ahead = rest
    guard let key = Self.number(&ahead) else { return nil }
    let value: Value
    switch key & 7 {
    case 0:
      guard let number = Self.number(&ahead) else { return nil }
      value = .number(number)
    case 1, 5:
      let count = key & 7 == 1 ? 8 : 4
      guard ahead.count >= count else { return nil }
      value = .bytes(ahead.prefix(count))
      ahead = ahead.dropFirst(count)
    case 2:
      guard let length = Self.number(&ahead), length <= UInt64(ahead.count) else { return nil }
      value = .bytes(ahead.prefix(Int(length)))
      ahead = ahead.dropFirst(Int(length))
    default: return nil
    }
    rest = ahead
    return (key >> 3, value)
  }

  private static func number(_ bytes: inout ArraySlice<UInt8>) -> UInt64? {
    var number: UInt64 = 0
    for shift in stride(from: UInt64(0), to: 64, by: 7) {
      guard let byte = bytes.popFirst() else { return nil }
      number |= UInt64(byte & 0x7F) << shift
      if byte & 0x80 == 0 { return number }
    }
    return nil
  }

  static func field(_ number: UInt64, _ bytes: [UInt8]) -> [UInt8] {
    encoded(number << 3 | 2) + encoded(UInt64(bytes.count)) + bytes
  }

  static func field(_ number: UInt64, _ value: UInt64) -> [UInt8] { encoded(number << 3) + encoded(value) }

  private static func encoded(_ number: UInt64) -> [UInt8] {
    var rest = number
    var bytes: [UInt8] = []
    while rest >= 0x80 {
      bytes.append(UInt8(rest & 0x7F) | 0x80)
      rest >>= 7
    }
    return bytes + [UInt8(rest)]
  }
}
