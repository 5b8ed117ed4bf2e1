import Platform
import TextKit

/// The parts of emerge's output in which it speaks for itself, however long the rest is: what it says before it begins
/// with the packages, and what after the last. It runs nothing and understands neither.
package struct EmergeTranscript {
  /// So much of each part at most, in bytes.
  private static let limit = 1 << 20

  package private(set) var plan: [UInt8] = []
  package private(set) var end: [UInt8] = []
  /// The packages that came from binary packages, with their versions: what they have to say was said when they were
  /// built.
  private(set) var fromBinary: Set<String> = []
  private var isAtWork = false
  private var partial: [UInt8] = []

  package init() {}

  package init(_ output: some Sequence<UInt8>) {
    take(Array(output))
    finish()
  }

  /// Takes what emerge printed next, of whatever length.
  package mutating func take(_ bytes: [UInt8]) {
    var rest = bytes[...]
    while let end = rest.firstIndex(of: 0x0A) {
      read(partial + rest[..<end])
      partial = []
      rest = rest[(end + 1)...]
    }
    if partial.count < Self.limit { partial += rest }
  }

  /// Takes what has no end of line as the last line.
  package mutating func finish() {
    if !partial.isEmpty { read(partial) }
    partial = []
  }

  private mutating func read(_ line: [UInt8]) {
    // Within the list of preserved libraries this begins a line, too.
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
