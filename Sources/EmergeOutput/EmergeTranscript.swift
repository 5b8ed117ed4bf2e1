import Platform
import TextKit

/// Keeps the parts of emerge's output in which emerge itself speaks: before it begins with the packages, and
/// after the last one. The output of the packages is dropped, however long it is.
package struct EmergeTranscript {
  /// The maximum size of each part, in bytes.
  private static let limit = 1 << 20

  package private(set) var plan: [UInt8] = []
  package private(set) var end: [UInt8] = []
  /// The packages (`category/name-version`) that were merged from binary packages. Their messages were already
  /// reported when they were built.
  private(set) var fromBinary: Set<String> = []
  private var isAtWork = false
  private var partial: [UInt8] = []

  package init() {}

  package init(_ output: some Sequence<UInt8>) {
    take(Array(output))
    finish()
  }

  /// Takes the next piece of the output, which may be of any length.
  package mutating func take(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while let end = rest.firstIndex(of: 0x0A) {
      read(partial + rest[..<end])
      partial = []
      rest = rest[(end + 1)...]
    }
    if partial.count < Self.limit { partial += rest }
  }

  /// Takes the rest of the output as the last line, if it does not end in a line feed.
  package mutating func finish() {
    if !partial.isEmpty { read(partial) }
    partial = []
  }

  private mutating func read(_ line: [UInt8]) {
    // `>>> package: ` begins a line in the list of preserved libraries.
    if line.starts(with: ">>> ".utf8), !line.starts(with: ">>> package: ".utf8) {
      isAtWork = true
      end = []
      let words = printable(line).split(separator: " ")
      if line.starts(with: ">>> Emerging binary (".utf8), words.count > 6 {
        fromBinary.insert(String(words[6].prefix { $0 != ":" }))
      }
    } else if isAtWork {
      if end.count < Self.limit { end += line + [0x0A] }
    } else if plan.count < Self.limit {
      plan += line + [0x0A]
    }
  }
}
