/// A SHA-256 digest: 32 bytes.
@frozen
public struct Digest: Hashable, Sendable {
  // Eight bytes to a word, the first byte highest.
  private let word0: UInt64
  private let word1: UInt64
  private let word2: UInt64
  private let word3: UInt64

  public static let byteCount = 32

  init(words: (UInt64, UInt64, UInt64, UInt64)) {
    (word0, word1, word2, word3) = words
  }

  /// The digest whose 32 bytes are at `start`, at any alignment.
  init(at start: UnsafeRawPointer) {
    func word(_ index: Int) -> UInt64 {
      UInt64(bigEndian: unsafe start.loadUnaligned(fromByteOffset: 8 * index, as: UInt64.self))
    }
    self.init(words: (word(0), word(1), word(2), word(3)))
  }

  /// The digest that 64 hexadecimal digits stand for, in either case; nil for anything else.
  public init?(hex: some Sequence<UInt8>) {
    var words: InlineArray<4, UInt64> = [0, 0, 0, 0]
    var count = 0
    for character in hex {
      let digit: UInt8
      switch character {
      case UInt8(ascii: "0")...UInt8(ascii: "9"): digit = character - UInt8(ascii: "0")
      case UInt8(ascii: "a")...UInt8(ascii: "f"): digit = character - UInt8(ascii: "a") + 10
      case UInt8(ascii: "A")...UInt8(ascii: "F"): digit = character - UInt8(ascii: "A") + 10
      default: return nil
      }
      guard count < 2 * Self.byteCount else { return nil }
      words[count / 16] = words[count / 16] << 4 | UInt64(digit)
      count += 1
    }
    guard count == 2 * Self.byteCount else { return nil }
    self.init(words: (words[0], words[1], words[2], words[3]))
  }

  public init?(hex: some StringProtocol) {
    self.init(hex: hex.utf8)
  }

  /// 64 lower-case hexadecimal digits, as `sha256sum` prints them.
  public var hex: String {
    let digits = StaticString("0123456789abcdef")
    var characters: [UInt8] = []
    characters.reserveCapacity(2 * Self.byteCount)
    for byte in bytes {
      characters.append(unsafe digits.utf8Start[Int(byte >> 4)])
      characters.append(unsafe digits.utf8Start[Int(byte & 15)])
    }
    return String(decoding: characters, as: UTF8.self)
  }

  /// The 32 bytes.
  public var bytes: [UInt8] {
    let words: InlineArray<4, UInt64> = [
      word0.bigEndian, word1.bigEndian, word2.bigEndian, word3.bigEndian,
    ]
    return unsafe words.span.withUnsafeBytes { unsafe Array($0) }
  }
}

extension Digest: CustomStringConvertible {
  public var description: String { hex }
}
