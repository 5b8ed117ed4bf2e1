import TextKit

/// One line of a bash script, cut into words, whatever commands they are.
///
/// A quote that is not closed on its line counts as a letter.
struct BashLine {
  private(set) var words: [BashWord] = []

  init(_ bytes: [UInt8]) {
    let text = BashText(bytes)
    var position = 0
    var beginsCommand = true
    while position < bytes.count {
      let byte = bytes[position]
      if TextLines.isSpace(byte) {
        position += 1
      } else if byte == UInt8(ascii: "#") {
        return
      } else if Self.isOperator(byte) {
        if !"<>".utf8.contains(byte) { beginsCommand = true }
        position += 1
      } else {
        var word = BashWord(text, from: position)
        position = word.bytes.endIndex
        // `NAME=(a b c)`
        if position < bytes.count, bytes[position] == UInt8(ascii: "("), word.bytes.last == UInt8(ascii: "=") {
          position = word.takeArray()
        }
        word.beginsCommand = beginsCommand
        beginsCommand = false
        words.append(word)
      }
    }
  }

  static func isOperator(_ byte: UInt8) -> Bool { ";&|()<>".utf8.contains(byte) }
}

/// A word of a bash script as it stands there, with its quotes.
struct BashWord {
  private let line: BashText
  let bytes: ArraySlice<UInt8>
  /// Whether it is the first behind an operator.
  var beginsCommand = false
  /// The words of `NAME=(…)`; nil among them for what stands on other lines.
  private(set) var array: [BashWord?]?

  private init(_ line: BashText, _ bytes: ArraySlice<UInt8>) {
    self.line = line
    self.bytes = bytes
  }

  /// The word that begins at `position` of a line, at least one byte.
  init(_ line: BashText, from position: Int) {
    let bytes = line.bytes
    var end = position
    while end < bytes.count, !TextLines.isSpace(bytes[end]), !BashLine.isOperator(bytes[end]) {
      end = line.end(at: end, limit: bytes.count)
    }
    self.init(line, bytes[position..<max(end, position + 1)])
  }

  /// Part of what a word stands for.
  enum Part {
    case text([UInt8])
    /// `$NAME`; and what is done to it: `%/` in `${NAME%/}`.
    case variable(String, change: [UInt8]?)
    /// `${NAME:-WORD}`
    case either(String, BashWord)
    /// `$(dirname "${BASH_SOURCE[0]}")`
    case folderOfScript
    /// What a command prints, a wildcard, `$1`.
    case unknown
  }

  /// Without quotes, for words that are compared with commands.
  var text: String { String(decoding: unquoted, as: UTF8.self) }

  var unquoted: [UInt8] { bytes.filter { !"'\"\\".utf8.contains($0) } }

  var isName: Bool { Self.name(in: bytes).count == bytes.count }

  /// `NAME=WORD` and `NAME+=WORD`. Of what is added only the end is known.
  var assignment: (name: String, value: BashWord?)? {
    let name = Self.name(in: bytes)
    var rest = bytes[name.endIndex...]
    if name.isEmpty { return nil }
    if rest.first == UInt8(ascii: "["), let end = rest.firstIndex(of: UInt8(ascii: "]")) {
      rest = rest[(end + 1)...]
    }
    let isAdded = rest.starts(with: "+=".utf8)
    guard isAdded || rest.first == UInt8(ascii: "=") else { return nil }
    return (String(decoding: name, as: UTF8.self), isAdded ? nil : BashWord(line, rest.dropFirst()))
  }

  /// Takes the words in the parentheses behind it, and returns where they end.
  mutating func takeArray() -> Int {
    var words: [BashWord?] = []
    var position = bytes.endIndex + 1
    while position < line.bytes.count {
      let byte = line.bytes[position]
      if byte == UInt8(ascii: ")") {
        array = words
        return position + 1
      }
      if TextLines.isSpace(byte) || BashLine.isOperator(byte) {
        position += 1
        continue
      }
      let word = BashWord(line, from: position)
      words.append(word)
      position = word.bytes.endIndex
    }
    array = words + [nil]
    return position
  }

  // MARK: Parts

  /// What it stands for, part by part.
  var parts: [Part] {
    var parts: [Part] = []
    var known: [UInt8] = []
    var isQuoted = false
    func add(_ part: Part) {
      if !known.isEmpty { parts.append(.text(known)) }
      known = []
      parts.append(part)
    }
    var position = bytes.startIndex
    while position < bytes.endIndex {
      let byte = bytes[position]
      let end = end(at: position)
      let isClosed = end > position + 1
      switch byte {
      case UInt8(ascii: "\\") where isClosed:
        known.append(bytes[position + 1])
        position = end
      case UInt8(ascii: "'") where !isQuoted && isClosed:
        known += bytes[(position + 1)..<(end - 1)]
        position = end
      case UInt8(ascii: "\""):
        isQuoted.toggle()
        position += 1
      case UInt8(ascii: "`") where isClosed:
        add(.unknown)
        position = end
      case UInt8(ascii: "$") where position + 1 < bytes.endIndex:
        let expansion = expansion(at: position, end)
        add(expansion.part)
        position = expansion.end
      case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "~"):
        if isQuoted { known.append(byte) } else { add(.unknown) }
        position += 1
      default:
        known.append(byte)
        position += 1
      }
    }
    if !known.isEmpty { parts.append(.text(known)) }
    return parts
  }

  private func end(at position: Int) -> Int { line.end(at: position, limit: bytes.endIndex) }

  /// What stands behind the `$` at `position`, of which the brackets end at `end`, and where it ends.
  private func expansion(at position: Int, _ end: Int) -> (part: Part, end: Int) {
    let body = bytes[(position + 1)...]
    if body.first == UInt8(ascii: "("), end > body.startIndex {
      let command = body[..<end]
      let isFolder =
        command.position(of: Array("dirname".utf8)) != nil
        && command.position(of: Array("BASH_SOURCE".utf8)) != nil
      return (isFolder && command.position(of: Array("..".utf8)) == nil ? .folderOfScript : .unknown, end)
    }
    guard body.first == UInt8(ascii: "{"), end > body.startIndex else {
      let name = Self.name(in: body)
      if name.isEmpty { return (.unknown, body.startIndex + 1) }
      return (.variable(String(decoding: name, as: UTF8.self), change: nil), name.endIndex)
    }
    let inner = body[(body.startIndex + 1)..<(end - 1)]
    let name = Self.name(in: inner)
    var change = inner[name.endIndex...]
    if change.starts(with: "[0]".utf8) { change = change.dropFirst(3) }
    let text = String(decoding: name, as: UTF8.self)
    if name.isEmpty { return (.unknown, end) }
    if change.isEmpty { return (.variable(text, change: nil), end) }
    for operation in [":-", ":=", "-", "="] where change.starts(with: operation.utf8) {
      return (.either(text, BashWord(line, change.dropFirst(operation.utf8.count))), end)
    }
    // `${name[@]}` is any of those that were assigned.
    if change.elementsEqual("[@]".utf8) { return (.variable(text, change: nil), end) }
    return (.variable(text, change: Array(change)), end)
  }

  /// The commands of `$(…)` and backquotes, those in quotes and in `${NAME:-…}` included, the outermost of each.
  var substitutions: [[UInt8]] {
    var found: [[UInt8]] = []
    var position = bytes.startIndex
    while position < bytes.endIndex {
      let end = end(at: position)
      let isCommand = bytes[position...].starts(with: "$(".utf8)
      if isCommand, end > position + 2 {
        found.append(Array(bytes[(position + 2)..<(end - 1)]))
        position = end
      } else if bytes[position] == UInt8(ascii: "`"), end > position + 1 {
        found.append(Array(bytes[(position + 1)..<(end - 1)]))
        position = end
      } else {
        position = bytes[position] == UInt8(ascii: "\\") ? end : position + 1
      }
    }
    return found
  }

  /// The variables that `${NAME:=WORD}` assigns to.
  var defaults: [(name: String, value: BashWord)] {
    variableExpressions.compactMap { inner in
      let name = Self.name(in: inner)
      for operation in [":=", "="] where inner[name.endIndex...].starts(with: operation.utf8) && !name.isEmpty {
        let value = inner[name.endIndex...].dropFirst(operation.utf8.count)
        return (String(decoding: name, as: UTF8.self), BashWord(line, value))
      }
      return nil
    }
  }

  /// The variables that it uses.
  var variables: [String] {
    variableExpressions.map { inner in
      let start = inner.drop { "#!".utf8.contains($0) }
      return String(decoding: Self.name(in: start), as: UTF8.self)
    }.filter { !$0.isEmpty }
  }

  /// What stands behind each `$` or between the braces there.
  private var variableExpressions: [ArraySlice<UInt8>] {
    bytes.indices.filter { bytes[$0] == UInt8(ascii: "$") }.map { dollar in
      let rest = bytes[(dollar + 1)...]
      guard rest.first == UInt8(ascii: "{") else { return Self.name(in: rest) }
      let end = end(at: dollar)
      return end > dollar + 2 ? bytes[(dollar + 2)..<(end - 1)] : rest.dropFirst()
    }
  }

  /// Whether there may be commands in what is quoted: `bash -c "source x"`.
  var mayHoldCommands: Bool {
    guard bytes.contains(0x20) || bytes.contains(0x09), unquoted.count < bytes.count else { return false }
    return ["source", ".", "eval"].contains { bytes.position(of: Array("\($0) ".utf8)) != nil }
  }

  private static func name(in text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let first = text.first, !AtomGrammar.isDigit(first) else { return text.prefix(0) }
    return text.prefix {
      AtomGrammar.isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
        || $0 == UInt8(ascii: "_")
    }
  }
}
