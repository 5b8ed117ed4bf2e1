import Platform
import TextKit

/// Replaces a folder that only commands see by its path for users, in what commands print.
struct PathTranslation {
  private let old: [UInt8]
  private let new: [UInt8]
  /// What may be the beginning of the old path.
  private var held: [UInt8] = []
  /// What stands ahead of that.
  private var previous: UInt8 = 0

  init(from old: Path, to new: Path) {
    self.old = old.bytes
    self.new = new.bytes
  }

  /// The translation of what was printed up to here, without an end that may become the path.
  mutating func translate(_ bytes: [UInt8]) -> [UInt8] {
    var rest = (held + bytes)[...]
    held = []
    var translated: [UInt8] = []
    while let place = rest.position(of: old) {
      guard let next = rest[place...].dropFirst(old.count).first else { break }
      translated += rest[..<place]
      // A path that only begins or ends like it is another.
      let isAnother = Self.isOfAName(next) || Self.isOfAName(translated.last ?? previous)
      translated += isAnother ? old : new
      rest = rest[(place + old.count)...]
    }
    let kept = (0...min(old.count, rest.count)).last { old.prefix($0).elementsEqual(rest.suffix($0)) } ?? 0
    held = Array(rest.suffix(kept))
    translated += rest.dropLast(kept)
    previous = translated.last ?? previous
    return translated
  }

  /// The translation of what was held back, when nothing follows.
  mutating func end() -> [UInt8] {
    defer { held = [] }
    return held == old && !Self.isOfAName(previous) ? new : held
  }

  private static func isOfAName(_ byte: UInt8) -> Bool {
    byte.isLetter || byte.isDigit || Array("._-".utf8).contains(byte)
  }
}
