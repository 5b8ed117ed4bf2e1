import Stamps

/// Splits make.conf and make.defaults into tokens, as Python's `shlex` does for Portage's `getconfig`
/// (`portage/util/__init__.py` of 3.0.83, CPython's `shlex.read_token` in posix mode).
///
/// It works on bytes. A byte that is not ASCII counts as a character that is not part of a word, and Portage rejects
/// such characters outside quotes, too.
struct ShellTokens {
  struct Token {
    /// Without quotes and their backslashes.
    var text: [UInt8] = []
    /// Where it begins, counted from 1.
    var line: Int
  }

  /// The text cannot be split: a quote or an escape at its end.
  struct Unfinished: Error {}

  private let bytes: [UInt8]
  private var position = 0
  private(set) var line = 1

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// The next token, or nil at the end.
  mutating func next() throws(Unfinished) -> Token? {
    skipSpaceAndComments()
    guard let first = peek() else { return nil }
    var token = Token(line: line)
    if !Self.isWord(first), !Self.isQuote(first), first != Self.backslash {
      advance()
      token.text = [first]
      return token
    }
    while let byte = peek() {
      if Self.isQuote(byte) {
        advance()
        try quoted(by: byte, into: &token.text)
      } else if byte == Self.backslash {
        advance()
        guard let escaped = peek() else { throw Unfinished() }
        advance()
        token.text.append(escaped)
      } else if Self.isWord(byte), byte != UInt8(ascii: "#") {
        advance()
        token.text.append(byte)
      } else {
        break
      }
    }
    return token
  }

  private mutating func quoted(by quote: UInt8, into text: inout [UInt8]) throws(Unfinished) {
    while let byte = peek() {
      advance()
      if byte == quote { return }
      guard byte == Self.backslash, quote == UInt8(ascii: "\"") else {
        text.append(byte)
        continue
      }
      guard let escaped = peek() else { throw Unfinished() }
      advance()
      // Between double quotes only the quote and the backslash itself can be escaped.
      if escaped != quote, escaped != Self.backslash { text.append(Self.backslash) }
      text.append(escaped)
    }
    throw Unfinished()
  }

  private mutating func skipSpaceAndComments() {
    while let byte = peek() {
      if byte == UInt8(ascii: "#") {
        while let byte = peek(), byte != 0x0A { advance() }
      } else if byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D {
        advance()
      } else {
        return
      }
    }
  }

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func advance() {
    if bytes[position] == 0x0A { line += 1 }
    position += 1
  }

  private static let backslash = UInt8(ascii: "\\")

  private static func isQuote(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "'")
  }

  private static func isWord(_ byte: UInt8) -> Bool {
    AtomGrammar.isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
      || "~!@#$%*_\\:;?,./-+{}".utf8.contains(byte)
  }
}
