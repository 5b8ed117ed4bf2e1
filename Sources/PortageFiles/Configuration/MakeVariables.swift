package import Platform
import Stamps
import TextKit

/// The variables that a make.conf or make.defaults file leaves behind, as Portage's `getconfig` reads them.
///
/// It knows no other file than those that this one sources, and no variable's meaning: `${NAME}` of a
/// variable set earlier in the file is replaced, any other is kept as it is written. White space is
/// normalised: a run of it, line feeds included, counts as one blank.
package struct MakeVariables {
  package struct Variable: Hashable {
    let name: String
    let value: [UInt8]
    /// `file:line` of the last assignment.
    let place: String
  }

  /// The text is not what Portage's parser takes; a caller then has only the file's content to go by.
  struct Unparsable: Error {
    let files: [Path]
  }

  /// In the order of their first assignment.
  package private(set) var variables: [Variable] = []
  /// The file and all that it sources, each once.
  private(set) var files: [Path] = []

  private let reader: SourceReader
  private var index: [String: Int] = [:]
  /// The values as they stand in the file, for what they are a part of.
  private var raw: [[UInt8]] = []
  private var open: [Path] = []

  /// - Throws: `Unparsable`; `SourceError` for a file that cannot be read or sources itself.
  package init(_ bytes: [UInt8], of path: Path, reader: SourceReader, sourcing: Bool) throws {
    self.reader = reader
    try read(bytes, of: path, sourcing: sourcing)
  }

  private mutating func read(_ bytes: [UInt8], of path: Path, sourcing: Bool) throws {
    open.append(path)
    if !files.contains(path) { files.append(path) }
    let file = reader.name(of: path)
    var tokens = ShellTokens(bytes)
    while let first = try next(&tokens) {
      if sourcing, first.text == Array("source".utf8) {
        guard let file = try next(&tokens) else { throw Unparsable(files: files) }
        try source(file, in: path)
        continue
      }
      guard let name = first.text == Array("export".utf8) ? try next(&tokens) : first else { break }
      guard let equals = try next(&tokens), equals.text == [UInt8(ascii: "=")], let value = try next(&tokens),
        Self.isName(name.text)
      else { throw Unparsable(files: files) }
      set(
        String(decoding: name.text, as: UTF8.self), to: expanded(value.text),
        place: SourceError.place(file, name.line))
    }
    open.removeLast()
  }

  private func next(_ tokens: inout ShellTokens) throws(Unparsable) -> ShellTokens.Token? {
    do {
      return try tokens.next()
    } catch {
      throw Unparsable(files: files)
    }
  }

  /// A sourced file that does not exist is nothing but a warning to Portage; that it was looked for is noted.
  private mutating func source(_ token: ShellTokens.Token, in path: Path) throws {
    let file = (path.parent / Path(bytes: expanded(token.text))).normalized
    if open.contains(file) {
      throw SourceError.sourceCycle(
        reader.name(of: path), line: token.line, printable(token.text))
    }
    guard let bytes = try reader.contents(of: file) else { return }
    try read(bytes, of: file, sourcing: true)
  }

  private mutating func set(_ name: String, to value: [UInt8], place: String) {
    let words = value.split(whereSeparator: TextLines.isSpace)
    let variable = Variable(name: name, value: Array(words.joined(separator: [0x20])), place: place)
    if let known = index[name] {
      variables[known] = variable
      raw[known] = value
    } else {
      index[name] = variables.count
      variables.append(variable)
      raw.append(value)
    }
  }

  /// `value` with the file's own variables in place of `$NAME` and `${NAME}`, `\$` left alone. Quotes that are
  /// part of the value count as in a shell (`varexpand`): nothing is replaced between single ones.
  private func expanded(_ value: [UInt8]) -> [UInt8] {
    var result: [UInt8] = []
    var rest = value[...]
    var quote: UInt8?
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\""), quote == nil || quote == byte {
        quote = quote == nil ? byte : nil
      }
      if quote == UInt8(ascii: "'") {
        result.append(byte)
        continue
      }
      if byte == UInt8(ascii: "\\"), let escaped = rest.popFirst() {
        // A line feed behind a backslash joins two lines.
        if escaped != 0x0A { result += [byte, escaped] }
        // Portage takes a `$` behind two backslashes for itself.
        if escaped == byte, rest.first == UInt8(ascii: "$") { result.append(rest.removeFirst()) }
        continue
      }
      guard byte == UInt8(ascii: "$") else {
        result.append(byte)
        continue
      }
      let isBraced = rest.first == UInt8(ascii: "{")
      let name = rest.dropFirst(isBraced ? 1 : 0).prefix(while: Self.isNameByte)
      let isClosed = !isBraced || (name.endIndex < rest.endIndex && rest[name.endIndex] == UInt8(ascii: "}"))
      guard !name.isEmpty, isClosed else {
        result.append(byte)
        continue
      }
      rest = rest[(name.endIndex + (isBraced ? 1 : 0))...]
      if let known = index[String(decoding: name, as: UTF8.self)] {
        result += raw[known]
      } else {
        result += "${".utf8 + name + "}".utf8
      }
    }
    return result
  }

  private static func isName(_ bytes: [UInt8]) -> Bool {
    bytes.first.map { !AtomGrammar.isDigit($0) } ?? false && bytes.allSatisfy(isNameByte)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    AtomGrammar.isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
      || byte == UInt8(ascii: "_")
  }
}
