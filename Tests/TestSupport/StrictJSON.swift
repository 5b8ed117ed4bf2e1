/// A JSON text read as strictly as RFC 8259 has it, to see that what sysbuild prints is such a text.
package enum StrictJSON: Equatable {
  case null
  case bool(Bool)
  case number(String)
  case string(String)
  case array([StrictJSON])
  case object([String: StrictJSON])

  package struct Malformed: Error {
    let rest: String
  }

  package init(_ text: String) throws {
    var reader = Reader(rest: Array(text.unicodeScalars)[...])
    self = try reader.value()
    reader.skipBlanks()
    guard reader.rest.isEmpty else { throw reader.malformed }
  }

  package subscript(name: String) -> StrictJSON? {
    if case .object(let members) = self { members[name] } else { nil }
  }

  package subscript(index: Int) -> StrictJSON? {
    if case .array(let elements) = self, elements.indices.contains(index) { elements[index] } else { nil }
  }

  /// The names of an object's members.
  package var names: Set<String> {
    if case .object(let members) = self { Set(members.keys) } else { [] }
  }

  package var integer: Int? {
    if case .number(let text) = self { Int(text) } else { nil }
  }

  package var elements: [StrictJSON] {
    if case .array(let elements) = self { elements } else { [] }
  }

  private struct Reader {
    var rest: ArraySlice<Unicode.Scalar>

    var malformed: Malformed { Malformed(rest: String(String.UnicodeScalarView(rest.prefix(40)))) }

    mutating func skipBlanks() {
      while let first = rest.first, [" ", "\n", "\r", "\t"].contains(first) { rest.removeFirst() }
    }

    mutating func skip(_ text: String) -> Bool {
      skipBlanks()
      guard rest.starts(with: text.unicodeScalars) else { return false }
      rest = rest.dropFirst(text.unicodeScalars.count)
      return true
    }

    mutating func value() throws -> StrictJSON {
      if skip("null") { return .null }
      if skip("true") { return .bool(true) }
      if skip("false") { return .bool(false) }
      if skip("[") { return .array(try list(until: "]") { try $0.value() }) }
      if skip("\"") { return .string(try string()) }
      guard skip("{") else { return .number(try number()) }
      var members: [String: StrictJSON] = [:]
      for (name, value) in try list(until: "}", { try $0.member() }) {
        guard members.updateValue(value, forKey: name) == nil else { throw malformed }
      }
      return .object(members)
    }

    mutating func list<Element>(
      until end: String, _ element: (inout Reader) throws -> Element
    ) throws -> [Element] {
      if skip(end) { return [] }
      var elements = [try element(&self)]
      while skip(",") { elements.append(try element(&self)) }
      guard skip(end) else { throw malformed }
      return elements
    }

    mutating func member() throws -> (String, StrictJSON) {
      guard skip("\"") else { throw malformed }
      let name = try string()
      guard skip(":") else { throw malformed }
      return (name, try value())
    }

    mutating func string() throws -> String {
      var text = String.UnicodeScalarView()
      while let scalar = rest.popFirst() {
        if scalar == "\"" { return String(text) }
        guard scalar.value >= 0x20 else { throw malformed }
        text.append(scalar == "\\" ? try escape() : scalar)
      }
      throw malformed
    }

    mutating func escape() throws -> Unicode.Scalar {
      let plain: [Unicode.Scalar: Unicode.Scalar] = [
        "\"": "\"", "\\": "\\", "/": "/", "b": "\u{8}", "f": "\u{C}", "n": "\n", "r": "\r", "t": "\t",
      ]
      guard let letter = rest.popFirst() else { throw malformed }
      if let scalar = plain[letter] { return scalar }
      let digits = String(String.UnicodeScalarView(rest.prefix(4)))
      rest = rest.dropFirst(4)
      // sysbuild escapes no scalar beyond the first plane, so there are no pairs.
      guard letter == "u", digits.count == 4, let code = UInt32(digits, radix: 16),
        let scalar = Unicode.Scalar(code)
      else { throw malformed }
      return scalar
    }

    mutating func number() throws -> String {
      let text = String(String.UnicodeScalarView(rest.prefix { "+-.eE0123456789".unicodeScalars.contains($0) }))
      guard text.wholeMatch(of: /-?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?/) != nil else {
        throw malformed
      }
      rest = rest.dropFirst(text.count)
      return text
    }
  }
}
