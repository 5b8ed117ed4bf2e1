import BuildGraph
import Platform
package import TextKit

/// A parsed targets file, which adds targets to a graph or changes them:
///
///     # Before the first section: start from an empty graph, and set a variable, which the command line can override.
///     graph = none
///     CFLAGS = -O2
///
///     # Or [extend updater], [override updater].
///     [target updater]
///     summary = The A/B update bundle
///     needs   = image
///     inputs  = file:updater/manifest.yaml
///               tree:updater/files !.git
///     outputs = file:${O}/updater.swu
///     run     = updater/build.sh ${O}/updater.swu
///
/// A line that begins with a space or tab continues the key above it. In `run` and `environment` each line is
/// one entry; in the other lists each word is. A line whose first character after white space is `#` is a
/// comment; a `#` further on is not. `extend` adds to the lists, `override` replaces the keys that it has.
package struct TargetsFile {
  enum Action: String, CaseIterable { case target, extend, override }

  package struct Section {
    let action: Action
    package let name: String
    let place: String
    var keys: [Key] = []
  }

  struct Key {
    let name: String
    let place: String
    /// The lines of the value, trimmed, without the empty ones.
    var lines: [String]
  }

  package private(set) var startsEmpty = false
  package private(set) var variables: [Settings.Default] = []
  package private(set) var sections: [Section] = []
  private var header: [Key] = []

  /// - Parameter name: what the file is called in messages.
  package init(_ bytes: [UInt8], name: String) throws(UserError) {
    let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
    for (index, line) in lines.enumerated() {
      let place = "\(name):\(index + 1)"
      guard let text = String(validating: line, as: UTF8.self) else {
        throw .notUTF8(at: place)
      }
      try read(text, place: place)
    }
    try readHeader()
  }

  private mutating func read(_ text: String, place: String) throws(UserError) {
    let content = text.trimmed
    if content.isEmpty || content.first == "#" { return }
    if text.first == " " || text.first == "\t" {
      guard continueKey(content) else {
        throw .continuesNothing(content, at: place)
      }
    } else if text.first == "[" {
      sections.append(try section(content, place: place))
    } else {
      let key = try key(content, place: place)
      if sections.isEmpty { try addToHeader(key) } else { try add(key) }
    }
  }

  private mutating func continueKey(_ line: String) -> Bool {
    if let last = sections.indices.last {
      guard let key = sections[last].keys.indices.last else { return false }
      sections[last].keys[key].lines.append(line)
    } else {
      guard let key = header.indices.last else { return false }
      header[key].lines.append(line)
    }
    return true
  }

  private func section(_ line: String, place: String) throws(UserError) -> Section {
    let words = line.dropFirst().dropLast().split(separator: " ").map(String.init)
    guard line.last == "]", words.count == 2 else {
      throw .notASection(line, at: place)
    }
    guard let action = Action(rawValue: words[0]) else {
      throw .unknownSectionKind(words[0], at: place)
    }
    return Section(action: action, name: words[1], place: place)
  }

  private func key(_ line: String, place: String) throws(UserError) -> Key {
    guard let equals = line.utf8.firstIndex(of: UInt8(ascii: "=")) else {
      throw .notASetting(line, at: place)
    }
    let value = String(line[line.utf8.index(after: equals)...]).trimmed
    return Key(name: String(line[..<equals]).trimmed, place: place, lines: value.isEmpty ? [] : [value])
  }

  private mutating func add(_ key: Key) throws(UserError) {
    let last = sections.count - 1
    guard Target.keys.contains(key.name) else {
      throw .unknownKey(key, among: Target.keys)
    }
    try checkUnique(key, among: sections[last].keys)
    sections[last].keys.append(key)
  }

  private mutating func addToHeader(_ key: Key) throws(UserError) {
    try checkUnique(key, among: header)
    header.append(key)
  }

  private func checkUnique(_ key: Key, among keys: [Key]) throws(UserError) {
    guard let first = keys.first(where: { $0.name == key.name }) else { return }
    throw .keyTwice(key, first: first)
  }

  private mutating func readHeader() throws(UserError) {
    for key in header {
      if key.name == "graph" {
        guard key.lines == ["none"] else {
          throw .badGraph(at: key.place)
        }
        startsEmpty = true
      } else if Variables.isName(key.name), key.name == key.name.uppercased() {
        variables.append(
          Settings.Default(name: key.name, value: key.lines.joined(separator: " "), origin: key.place))
      } else {
        throw .misplacedKey(key)
      }
    }
  }
}
