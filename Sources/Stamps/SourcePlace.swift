import TextKit

/// A place in a file, as a person is told of it: `sets/build.packages:7`, or the file alone.
public struct SourcePlace: Hashable, Sendable, CustomStringConvertible {
  /// The file as the user would write it.
  public let file: String
  /// Counted from 1; nil for the file as a whole.
  public let line: Int?

  public init(_ file: String, line: Int? = nil) {
    self.file = file
    self.line = line
  }

  /// The place that `description` spells. What ends in no `:NUMBER` is a file.
  public init(parsing text: String) {
    guard let colon = text.utf8.lastIndex(of: UInt8(ascii: ":")),
      case let digits = text.utf8[text.utf8.index(after: colon)...], !digits.isEmpty,
      digits.allSatisfy(\.isDigit),
      let line = Int(String(Substring(digits)))
    else {
      self.init(text)
      return
    }
    self.init(String(text[..<colon]), line: line)
  }

  public var description: String { line.map { "\(file):\($0)" } ?? file }
}
