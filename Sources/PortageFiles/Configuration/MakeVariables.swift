package import Platform
import Stamps
import TextKit

/// The variables that a make.conf, a make.defaults or a file that package.env names sets, as Portage's
/// `getconfig` and `varexpand` read them (`portage/util/__init__.py` of 3.0.83).
///
/// Besides the file only those that it sources are read. A value is the same as Portage's, byte for byte, with two
/// exceptions: `${NAME}` stands for a variable that another file has to set, and in the lists of
/// words that Portage splits (`lists`) a run of white space is one blank.
package struct MakeVariables {
  package struct Variable: Hashable {
    let name: String
    /// Where the variables of other files stand as `${NAME}`.
    let value: [UInt8]
    /// The value before other files' variables are put in.
    let text: Text
    /// `file:line` of the last assignment.
    let place: String
  }

  /// A value that may refer to variables of other files.
  struct Text: Hashable {
    /// Each reference is `NUL NAME NUL`: no file that Portage can read has a NUL in it.
    fileprivate(set) var bytes: [UInt8] = []

    /// The text of a value that refers to nothing.
    init(_ value: [UInt8] = []) {
      bytes = value
    }

    private var parts: [ArraySlice<UInt8>] { bytes.split(separator: 0, omittingEmptySubsequences: false) }

    /// The names of the variables that it refers to.
    var references: [String] {
      parts.enumerated().filter { !$0.offset.isMultiple(of: 2) }
        .map { String(decoding: $0.element, as: UTF8.self) }
    }

    /// With the values of those variables that have one; nil where `value` returns nil for a reference.
    func expanded(_ value: (String) -> [UInt8]?) -> [UInt8]? {
      var result: [UInt8] = []
      for (index, part) in parts.enumerated() {
        if index.isMultiple(of: 2) {
          result += part
        } else if let known = value(String(decoding: part, as: UTF8.self)) {
          result += known
        } else {
          return nil
        }
      }
      return result
    }

    /// With the texts of those variables that `known` has, the other references as they are.
    func filled(_ known: (String) -> Text?) -> Text {
      var result = Text()
      for (index, part) in parts.enumerated() {
        if index.isMultiple(of: 2) {
          result.bytes += part
        } else {
          result.bytes += known(String(decoding: part, as: UTF8.self))?.bytes ?? [0] + part + [0]
        }
      }
      return result
    }

    func joined(with other: Text) -> Text { Text(bytes + [0x20] + other.bytes) }

    /// As a person reads it, references as `${NAME}`. Where the value itself has `${`, a backslash stands before it,
    /// and backslashes before either are doubled: two values never read the same.
    var readable: [UInt8] {
      let backslash = UInt8(ascii: "\\")
      var result: [UInt8] = []
      func doubleBackslashes() {
        result += result.reversed().prefix { $0 == backslash }
      }
      for (index, part) in parts.enumerated() {
        if !index.isMultiple(of: 2) {
          doubleBackslashes()
          result += "${".utf8 + part + "}".utf8
          continue
        }
        for (place, byte) in zip(part.indices, part) {
          if byte == UInt8(ascii: "$"), part[(place + 1)...].first == UInt8(ascii: "{") {
            doubleBackslashes()
            result.append(backslash)
          }
          result.append(byte)
        }
      }
      return result
    }
  }

  /// Portage's parser refuses the text. A caller then has only the content of the files.
  struct Unparsable: Error {
    let files: [Path]
  }

  /// For each `source` whose file is not known, the folder of the file in which it stands.
  private(set) var unknownSources: [Path] = []
  /// Each `source` whose file does not exist, which is an error to Portage: the name as it is written, and the place.
  private(set) var missingSources: [(name: [UInt8], place: String)] = []
  /// In the order of their first assignment.
  package private(set) var variables: [Variable] = []
  /// The file and all that it sources, each once.
  private(set) var files: [Path] = []

  private let reader: SourceReader
  private let environment: (String) -> [UInt8]?
  private let isSourcing: Bool
  private var index: [String: Int] = [:]
  /// The files that are being read, the innermost last.
  private var open: [(path: Path, name: String, tokens: ShellTokens)] = []

  /// - Parameter environment: the values of variables that other files set, for the names of files to source.
  /// - Throws: `Unparsable`; `SourceError` for a file that cannot be read or sources itself.
  package init(
    _ bytes: [UInt8], of path: Path, reader: SourceReader, sourcing: Bool,
    environment: @escaping (String) -> [UInt8]? = { _ in nil }
  ) throws {
    self.reader = reader
    self.environment = environment
    isSourcing = sourcing
    if bytes.contains(0) { throw Unparsable(files: [path]) }
    push(bytes, path)
    try read()
    open = []
  }

  private mutating func read() throws {
    while let first = try next() {
      guard let name = first.text == Array("export".utf8) ? try next() : first else { break }
      guard let equals = try next(), equals.text == [UInt8(ascii: "=")], let value = try next(),
        Self.isName(name.text)
      else { throw Unparsable(files: files) }
      set(
        String(decoding: name.text, as: UTF8.self), to: expanded(value.text) ?? Text(), place: name.place)
    }
  }

  private struct Token {
    let text: [UInt8]
    let place: String
  }

  /// The next token. The tokens of a sourced file take the place of the `source`, even within an assignment.
  private mutating func next() throws -> Token? {
    while let place = open.indices.last {
      guard let token = try nextOfLast() else {
        // The end of a sourced file.
        if place == 0 { return nil }
        open.removeLast()
        continue
      }
      if isSourcing, token.text == Array("source".utf8) {
        guard let file = try nextOfLast() else { throw Unparsable(files: files) }
        try source(file)
        continue
      }
      return Token(text: token.text, place: SourceError.place(open[place].name, token.line))
    }
    return nil
  }

  private mutating func nextOfLast() throws(Unparsable) -> ShellTokens.Token? {
    do {
      return try open[open.count - 1].tokens.next()
    } catch {
      throw Unparsable(files: files)
    }
  }

  private mutating func source(_ token: ShellTokens.Token) throws {
    let (path, name, _) = open[open.count - 1]
    guard let target = expanded(token.text)?.expanded(environment), !target.isEmpty else {
      unknownSources.append(path.parent)
      return
    }
    var file = path.parent / Path(bytes: target)
    // `..` behind a symbolic link is the parent of what the link leads to.
    file = file.components.contains("..") ? try reader.realPath(file) : file.normalized
    if open.contains(where: { $0.path == file }) {
      throw SourceError.sourceCycle(name, line: token.line, printable(token.text))
    }
    guard let bytes = try reader.contents(of: file) else {
      missingSources.append((target, SourceError.place(name, token.line)))
      return
    }
    if bytes.contains(0) { throw Unparsable(files: files + [file]) }
    push(bytes, file)
  }

  private mutating func push(_ bytes: [UInt8], _ path: Path) {
    if !files.contains(path) { files.append(path) }
    open.append((path, reader.name(of: path), ShellTokens(Self.withLineFeeds(bytes))))
  }

  /// Replaces every end of a line by a line feed, as Python does.
  private static func withLineFeeds(_ bytes: [UInt8]) -> [UInt8] {
    guard bytes.contains(0x0D) else { return bytes }
    var result: [UInt8] = []
    for (index, byte) in bytes.enumerated() {
      if byte != 0x0D {
        result.append(byte)
      } else if index + 1 == bytes.count || bytes[index + 1] != 0x0A {
        result.append(0x0A)
      }
    }
    return result
  }

  private mutating func set(_ name: String, to text: Text, place: String) {
    let readable = text.readable
    let value =
      Self.lists.contains(name)
      ? Array(readable.split(whereSeparator: TextLines.isSpace).joined(separator: [0x20])) : readable
    let variable = Variable(name: name, value: value, text: text, place: place)
    if let known = index[name] {
      variables[known] = variable
    } else {
      index[name] = variables.count
      variables.append(variable)
    }
  }

  /// The variables that Portage splits into words (`INCREMENTALS` in `portage/const.py`, and `regenerate` in
  /// `config.py`). Of any other, a program may see each blank.
  static let lists: Set<String> = [
    "ACCEPT_KEYWORDS", "ACCEPT_LICENSE", "ACCEPT_PROPERTIES", "ACCEPT_RESTRICT", "CONFIG_PROTECT",
    "CONFIG_PROTECT_MASK", "ENV_UNSET", "FEATURES", "IUSE_IMPLICIT", "PROFILE_ONLY_VARIABLES", "USE",
    "USE_EXPAND",
    "USE_EXPAND_HIDDEN", "USE_EXPAND_IMPLICIT", "USE_EXPAND_UNPREFIXED",
  ]

  /// `varexpand`: quotes within the value count as in a shell. Nil for a value that Portage reports as an error and
  /// replaces by an empty one.
  private func expanded(_ value: [UInt8]) -> Text? {
    var result = Text()
    var rest = value[...]
    var quote: UInt8?
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "'") || byte == UInt8(ascii: "\"") {
        if quote == nil || quote == byte { quote = quote == nil ? byte : nil }
        result.bytes.append(byte)
      } else if quote == UInt8(ascii: "'") {
        result.bytes.append(byte)
      } else if byte == 0x0A {
        result.bytes.append(0x20)
      } else if byte == UInt8(ascii: "\\") {
        result.bytes += Self.escape(&rest)
      } else if byte == UInt8(ascii: "$"), !rest.isEmpty {
        guard let name = Self.reference(&rest) else { return nil }
        result.bytes += index[name].map { variables[$0].text.bytes } ?? [0] + name.utf8 + [0]
      } else {
        result.bytes.append(byte)
      }
    }
    return result
  }

  /// What a backslash and what follows it stand for.
  private static func escape(_ rest: inout ArraySlice<UInt8>) -> [UInt8] {
    let backslash = UInt8(ascii: "\\")
    guard let escaped = rest.popFirst() else { return [backslash] }
    switch escaped {
    case UInt8(ascii: "$"): return [escaped]
    case 0x0A: return []
    case backslash:
      // Portage takes a quote or a `$` behind two backslashes literally. A comment in its code calls that a mistake.
      guard let next = rest.first, "'\"$".utf8.contains(next) else { return [backslash] }
      rest.removeFirst()
      return [backslash, next]
    default: return [backslash, escaped]
    }
  }

  /// The name behind a `$`, with or without braces; nil if there is none.
  private static func reference(_ rest: inout ArraySlice<UInt8>) -> String? {
    let isBraced = rest.first == UInt8(ascii: "{")
    if isBraced { rest.removeFirst() }
    let name = rest.prefix(while: isNameByte)
    rest = rest[name.endIndex...]
    if isBraced, rest.popFirst() != UInt8(ascii: "}") { return nil }
    return name.isEmpty ? nil : String(decoding: name, as: UTF8.self)
  }

  private static func isName(_ bytes: [UInt8]) -> Bool {
    bytes.first.map { !AtomGrammar.isDigit($0) } ?? false && bytes.allSatisfy(isNameByte)
  }

  private static func isNameByte(_ byte: UInt8) -> Bool {
    AtomGrammar.isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
      || byte == UInt8(ascii: "_")
  }
}
