import Stamps

/// Identifiers that follow from what they stand for.
enum StableIdentifier {
  /// A UUID of version 8 (RFC 9562) that is the same for the same text.
  static func uuid(of text: String) -> String {
    var bytes = Array(SHA256.digest(of: text).bytes.prefix(16))
    bytes[6] = bytes[6] & 0x0F | 0x80
    bytes[8] = bytes[8] & 0x3F | 0x80
    let digits = bytes.map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }
    return [0..<4, 4..<6, 6..<8, 8..<10, 10..<16].map { digits[$0].joined() }.joined(separator: "-")
  }
}
