import BuildGraph
import Platform
package import PortageFiles
import Stamps
import TextKit

/// The variables in the `variant.conf` of a variant: lines `NAME=value` in a subset of the shell's syntax.
///
/// A value is one shell word: unquoted, in single quotes (taken literally), in double quotes (where `\"`, `\\`,
/// `\$` and `` \` `` stand for the character itself), or several of these joined. A quote ends on its line. `#`
/// at the beginning of a word begins a comment. Outside single quotes `${NAME}` stands for a value from an
/// earlier line; any other `$` and every `` ` `` is an error, because a reader would expect a shell to expand
/// it.
///
/// In a variant `BASE=NAME` is no variable: it names the variant that this one builds on, whose variables it can use.
package struct VariantFile {
  package struct Variable: Hashable {
    package let name: String
    package let value: String
    let file: String
    /// Counted from 1.
    let line: Int

    /// `file:line`.
    var place: String { SourceError.place(file, line) }
  }

  /// In file order.
  package private(set) var variables: [Variable] = []

  private let file: String
  private let inherited: [Variable]
  private var lines: [String: Int] = [:]

  /// Reads `path`.
  /// - Throws: `SourceError` with file, line and remedy, also if the file does not exist.
  init(path: Path, in sourceTree: Path, recorder: ReadRecorder = ReadRecorder()) throws {
    let reader = try SourceReader(sourceTree: sourceTree, recorder: recorder)
    guard let bytes = try reader.contents(of: path) else {
      throw SourceError.missing(reader.name(of: path))
    }
    try self.init(bytes, file: reader.name(of: path))
  }

  /// Parses `bytes`.
  ///
  /// - Parameters:
  ///   - file: the name of the file in places and messages.
  ///   - inherited: the variables of the variant that it builds on.
  package init(_ bytes: [UInt8], file: String, inheriting inherited: [Variable] = []) throws(SourceError) {
    self.file = file
    self.inherited = inherited
    if let line = TextLines.lineNotUTF8(in: bytes) { throw SourceError.notText(file, line: line) }
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      try parse(line, number: index + 1)
    }
  }

  /// The name of the variable that names the variant that one builds on.
  static let base = "BASE"

  /// The variable of that name in `bytes`, of which nothing else is parsed.
  static func base(in bytes: [UInt8], file: String) throws(SourceError) -> Variable? {
    var found = try Self([], file: file)
    for (index, line) in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated()
    where line.drop(while: TextLines.isSpace).starts(with: "\(base)=".utf8) {
      try found.parse(line, number: index + 1)
    }
    return found.variables.last
  }

  private mutating func parse(_ line: ArraySlice<UInt8>, number: Int) throws(SourceError) {
    let text = line.drop(while: TextLines.isSpace)
    guard let first = text.first, first != UInt8(ascii: "#") else { return }
    guard let equals = text.firstIndex(of: UInt8(ascii: "=")) else {
      throw SourceError.notAnAssignment(file, line: number, shown(text))
    }
    let name = text[..<equals]
    let value = text[(equals + 1)...]
    guard let last = name.last else { throw SourceError.notAnAssignment(file, line: number, shown(text)) }
    let bare = name.prefix { !TextLines.isSpace($0) }
    if TextLines.isSpace(last),
      isVariableName(Array(name.split(whereSeparator: TextLines.isSpace).joined()))
    {
      throw SourceError.spaceAroundEquals(file, line: number, shown(bare))
    }
    guard isVariableName(name) else { throw SourceError.badVariable(file, line: number, shown(name)) }
    let key = shown(name)
    if let next = value.first, TextLines.isSpace(next),
      let word = value.split(whereSeparator: TextLines.isSpace).first, word.first != UInt8(ascii: "#")
    {
      throw SourceError.spaceAroundEquals(file, line: number, key)
    }
    if let first = lines[key] { throw SourceError.variableTwice(file, line: number, key, first: first) }
    let word = try self.value(value, of: key, number: number)
    lines[key] = number
    variables.append(Variable(name: key, value: word, file: file, line: number))
  }

  /// Parses one shell word, which only a comment may follow.
  private func value(_ text: ArraySlice<UInt8>, of name: String, number: Int) throws(SourceError) -> String {
    var rest = text
    var word: [UInt8] = []
    var quote: UInt8?
    while let byte = rest.popFirst() {
      switch (byte, quote) {
      case (UInt8(ascii: "'"), nil), (UInt8(ascii: "\""), nil): quote = byte
      case (let byte, let open?) where byte == open: quote = nil
      case (let byte, UInt8(ascii: "'")): word.append(byte)
      case (UInt8(ascii: "$"), _), (UInt8(ascii: "`"), _):
        word += try expansion(byte, &rest, number: number)
      case (UInt8(ascii: "\\"), nil):
        guard let escaped = rest.popFirst() else {
          throw SourceError.trailingBackslash(file, line: number)
        }
        word.append(escaped)
      case (UInt8(ascii: "\\"), _):
        guard let escaped = rest.first, "\"\\$`".utf8.contains(escaped) else {
          word.append(byte)
          continue
        }
        rest = rest.dropFirst()
        word.append(escaped)
      case (let byte, nil) where TextLines.isSpace(byte):
        let tail = rest.drop(while: TextLines.isSpace)
        if !tail.isEmpty, tail.first != UInt8(ascii: "#") {
          throw SourceError.unquotedSpace(file, line: number, name, rest: shown(tail))
        }
        rest = []
      default: word.append(byte)
      }
    }
    if let quote {
      let kind = quote == UInt8(ascii: "'") ? "single" : "double"
      throw SourceError.openQuote(file, line: number, "\(kind) quote")
    }
    return String(decoding: word, as: UTF8.self)
  }

  /// The value of `${NAME}`, whose `$` is `first`.
  private func expansion(
    _ first: UInt8, _ rest: inout ArraySlice<UInt8>, number: Int
  ) throws(SourceError) -> [UInt8] {
    let name = rest.dropFirst().prefix { $0 != UInt8(ascii: "}") }
    guard first == UInt8(ascii: "$"), rest.first == UInt8(ascii: "{"), isVariableName(name),
      name.endIndex < rest.endIndex
    else {
      let word = rest.prefix { !TextLines.isSpace($0) && $0 != UInt8(ascii: "\"") }
      throw SourceError.shellExpansion(file, line: number, shown([first] + word))
    }
    let variables = inherited + self.variables
    guard let known = variables.last(where: { $0.name.utf8.elementsEqual(name) }) else {
      let hint = suggestion(for: shown(name), among: variables.map(\.name))
      throw SourceError.unknownVariable(file, line: number, shown(name), hint: hint)
    }
    rest = rest[(name.endIndex + 1)...]
    return Array(known.value.utf8)
  }

  /// Bytes of the file as a message shows them, without white space at the end.
  private func shown(_ bytes: some BidirectionalCollection<UInt8>) -> String {
    var text = Array(bytes)
    while let last = text.last, TextLines.isSpace(last) { text.removeLast() }
    return printable(text)
  }
}
