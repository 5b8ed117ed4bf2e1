/// One line of a bash script, cut into words. It knows no command.
///
/// A quote that is not closed on its line counts as a letter.
struct BashLine {
  private(set) var words: [BashWord] = []

  init(_ bytes: [UInt8]) {
    var rest = bytes[...]
    var beginsCommand = true
    while let byte = rest.first {
      if TextLines.isSpace(byte) {
        rest.removeFirst()
      } else if byte == UInt8(ascii: "#") {
        return
      } else if Self.isOperator(byte) {
        if !"<>".utf8.contains(byte) { beginsCommand = true }
        rest.removeFirst()
      } else {
        let length = BashWord.length(of: rest)
        var word = BashWord(Array(rest.prefix(length)))
        rest = rest.dropFirst(length)
        // `NAME=(a b c)`
        if rest.first == UInt8(ascii: "("), word.bytes.last == UInt8(ascii: "=") { word.takeArray(&rest) }
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
  let bytes: [UInt8]
  /// Whether it is the first behind an operator.
  var beginsCommand = false
  /// The words of `NAME=(…)`; nil among them for what stands on other lines.
  private(set) var array: [[UInt8]?]?

  init(_ bytes: [UInt8]) {
    self.bytes = bytes
  }

  /// Part of what a word stands for.
  enum Part {
    case text([UInt8])
    /// `$NAME`; and what is done to it: `%/` in `${NAME%/}`.
    case variable(String, change: [UInt8]?)
    /// `${NAME:-WORD}`
    case either(String, [UInt8])
    /// `$(dirname "${BASH_SOURCE[0]}")`
    case folderOfScript
    /// What a command prints, a wildcard, `$1`.
    case unknown
  }

  /// Without quotes, for words that are compared with commands.
  var text: String { String(decoding: unquoted, as: UTF8.self) }

  var unquoted: [UInt8] { bytes.filter { !"'\"\\".utf8.contains($0) } }

  var isName: Bool { Self.name(in: bytes[...]).count == bytes.count }

  /// `NAME=WORD` and `NAME+=WORD`. Of what is added nothing but the end is known.
  var assignment: (name: String, value: [UInt8]?)? {
    let name = Self.name(in: bytes[...])
    var rest = bytes[name.endIndex...]
    if name.isEmpty { return nil }
    if rest.first == UInt8(ascii: "["), let end = rest.firstIndex(of: UInt8(ascii: "]")) {
      rest = rest[(end + 1)...]
    }
    let isAdded = rest.starts(with: "+=".utf8)
    guard isAdded || rest.first == UInt8(ascii: "=") else { return nil }
    return (String(decoding: name, as: UTF8.self), isAdded ? nil : Array(rest.dropFirst()))
  }

  mutating func takeArray(_ rest: inout ArraySlice<UInt8>) {
    var words: [[UInt8]?] = []
    rest.removeFirst()
    while let byte = rest.first {
      if byte == UInt8(ascii: ")") {
        rest.removeFirst()
        array = words
        return
      }
      if TextLines.isSpace(byte) || BashLine.isOperator(byte) {
        rest.removeFirst()
        continue
      }
      let length = Self.length(of: rest)
      words.append(Array(rest.prefix(length)))
      rest = rest.dropFirst(length)
    }
    array = words + [nil]
  }

  // MARK: Parts

  /// The bytes of the word at the beginning of `text`, at least one.
  static func length(of text: ArraySlice<UInt8>) -> Int {
    var position = text.startIndex
    while position < text.endIndex {
      let byte = text[position]
      if TextLines.isSpace(byte) || BashLine.isOperator(byte) { break }
      position = end(of: text, at: position)
    }
    return max(1, position - text.startIndex)
  }

  /// Behind the quoted text, the substitution or the byte at `position`.
  private static func end(of text: ArraySlice<UInt8>, at position: Int) -> Int {
    let rest = text[(position + 1)...]
    switch text[position] {
    case UInt8(ascii: "\\"): return min(position + 2, text.endIndex)
    case UInt8(ascii: "'"), UInt8(ascii: "`"):
      return rest.firstIndex(of: text[position]).map { $0 + 1 } ?? position + 1
    case UInt8(ascii: "\""):
      var inner = position + 1
      while inner < text.endIndex, text[inner] != UInt8(ascii: "\"") {
        inner = text[inner] == UInt8(ascii: "'") ? inner + 1 : end(of: text, at: inner)
      }
      return inner < text.endIndex ? inner + 1 : position + 1
    case UInt8(ascii: "$"):
      switch rest.first {
      case UInt8(ascii: "{"): return closing(UInt8(ascii: "}"), in: text, from: position + 2) ?? position + 1
      case UInt8(ascii: "("): return closing(UInt8(ascii: ")"), in: text, from: position + 2) ?? position + 1
      default: return position + 1
      }
    default: return position + 1
    }
  }

  /// Behind the bracket that closes what was opened before `position`; nil if nothing does.
  private static func closing(_ bracket: UInt8, in text: ArraySlice<UInt8>, from position: Int) -> Int? {
    var position = position
    var depth = 1
    let opening = bracket == UInt8(ascii: ")") ? UInt8(ascii: "(") : UInt8(ascii: "{")
    while position < text.endIndex {
      if text[position] == bracket { depth -= 1 }
      if depth == 0 { return position + 1 }
      if text[position] == opening { depth += 1 }
      position = text[position] == opening ? position + 1 : end(of: text, at: position)
    }
    return nil
  }

  /// What it stands for, part by part.
  var parts: [Part] {
    var parts: [Part] = []
    var rest = bytes[...]
    var isQuoted = false
    func append(_ byte: UInt8) {
      if case .text(let text)? = parts.last {
        parts[parts.count - 1] = .text(text + [byte])
      } else {
        parts.append(.text([byte]))
      }
    }
    while let byte = rest.first {
      let end = Self.end(of: rest, at: rest.startIndex)
      switch byte {
      case UInt8(ascii: "\\") where rest.count > 1:
        append(rest[rest.startIndex + 1])
        rest = rest[end...]
      case UInt8(ascii: "'") where !isQuoted && end > rest.startIndex + 1:
        for inner in rest[(rest.startIndex + 1)..<(end - 1)] { append(inner) }
        rest = rest[end...]
      case UInt8(ascii: "\""):
        isQuoted.toggle()
        rest.removeFirst()
      case UInt8(ascii: "`") where end > rest.startIndex + 1:
        parts.append(.unknown)
        rest = rest[end...]
      case UInt8(ascii: "$") where rest.count > 1: parts.append(Self.expansion(&rest, end))
      case UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "["), UInt8(ascii: "{"), UInt8(ascii: "~"):
        if isQuoted { append(byte) } else { parts.append(.unknown) }
        rest.removeFirst()
      default:
        append(byte)
        rest.removeFirst()
      }
    }
    return parts
  }

  private static func expansion(_ rest: inout ArraySlice<UInt8>, _ end: Int) -> Part {
    let body = rest[(rest.startIndex + 1)...]
    if body.first == UInt8(ascii: "("), end > body.startIndex {
      let command = body[..<end]
      rest = rest[end...]
      let isFolder =
        command.firstRange(of: Array("dirname".utf8)) != nil
        && command.firstRange(of: Array("BASH_SOURCE".utf8)) != nil
      return isFolder && command.firstRange(of: Array("..".utf8)) == nil ? .folderOfScript : .unknown
    }
    guard body.first == UInt8(ascii: "{"), end > body.startIndex else {
      let name = name(in: body)
      rest = name.isEmpty ? body.dropFirst() : body[name.endIndex...]
      return name.isEmpty ? .unknown : .variable(String(decoding: name, as: UTF8.self), change: nil)
    }
    rest = rest[end...]
    let inner = body[(body.startIndex + 1)..<(end - 1)]
    let name = name(in: inner)
    var change = inner[name.endIndex...]
    if change.starts(with: "[0]".utf8) { change = change.dropFirst(3) }
    let text = String(decoding: name, as: UTF8.self)
    if name.isEmpty { return .unknown }
    if change.isEmpty { return .variable(text, change: nil) }
    for operation in [":-", ":=", "-", "="] where change.starts(with: operation.utf8) {
      return .either(text, Array(change.dropFirst(operation.utf8.count)))
    }
    // `${name[@]}` is any of those that were assigned.
    if change.elementsEqual("[@]".utf8) { return .variable(text, change: nil) }
    return .variable(text, change: Array(change))
  }

  /// What is between `$(` and `)`, `${NAME:-` and `}`, and backquotes.
  var substitutions: [[UInt8]] {
    var found: [[UInt8]] = []
    var position = 0
    while position < bytes.count {
      let rest = bytes[position...]
      let end = Self.end(of: rest, at: position)
      if bytes[position] == UInt8(ascii: "'") {
        position = end
        continue
      }
      if rest.starts(with: "$(".utf8), end > position + 3 {
        found.append(Array(bytes[(position + 2)..<(end - 1)]))
      }
      if rest.first == UInt8(ascii: "`"), end > position + 2 {
        found.append(Array(bytes[(position + 1)..<(end - 1)]))
      }
      position = bytes[position] == UInt8(ascii: "\"") ? position + 1 : max(end, position + 1)
    }
    return found
  }

  /// The variables that `${NAME:=WORD}` assigns to.
  var defaults: [(name: String, value: [UInt8])] {
    variableExpressions.compactMap { inner in
      let name = Self.name(in: inner)
      for operation in [":=", "="] where inner[name.endIndex...].starts(with: operation.utf8) && !name.isEmpty {
        return (
          String(decoding: name, as: UTF8.self), Array(inner[name.endIndex...].dropFirst(operation.utf8.count))
        )
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
      let end = Self.end(of: bytes[...], at: dollar)
      return end > dollar + 2 ? bytes[(dollar + 2)..<(end - 1)] : rest.dropFirst()
    }
  }

  /// Whether there may be commands in what is quoted: `bash -c "source x"`.
  var mayHoldCommands: Bool {
    guard bytes.contains(0x20) || bytes.contains(0x09) else { return false }
    return ["source", ".", "eval"].contains { bytes.firstRange(of: Array("\($0) ".utf8)) != nil }
  }

  private static func name(in text: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    guard let first = text.first, !AtomGrammar.isDigit(first) else { return text.prefix(0) }
    return text.prefix {
      AtomGrammar.isDigit($0) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains($0 | 0x20)
        || $0 == UInt8(ascii: "_")
    }
  }
}
