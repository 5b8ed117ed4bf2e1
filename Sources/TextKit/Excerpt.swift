/// Shortens a text, or two texts that differ, to fit on a line of a terminal.
package enum Excerpt {
  /// The number of characters kept on either side of a difference, so that a reader can find the place.
  private static let context = 12

  /// `text`, or its beginning and `…` if it has more than `width` characters.
  package static func of(_ text: String, width: Int) -> String {
    text.count <= width ? text : text.prefix(width - 1) + "…"
  }

  /// Both texts. If either is longer than `width` characters, both are cut down to their difference and the
  /// characters around it, with `…` in place of the rest.
  package static func of(_ old: String, _ new: String, width: Int) -> (old: String, new: String) {
    if max(old.count, new.count) <= width { return (old, new) }
    let ahead = zip(old, new).prefix { $0 == $1 }.count
    let behind = zip(old.reversed(), new.reversed()).prefix { $0 == $1 }.count
    var start = cut(ahead)
    // Moves on to the beginning of a word, if one begins before the difference.
    if start > 0, let blank = old.dropFirst(start).prefix(ahead - start).firstIndex(of: " ") {
      start = old.distance(from: old.startIndex, to: blank) + 1
    }
    let end = cut(Swift.min(behind, Swift.min(old.count, new.count) - ahead))
    let part = { (text: String) in
      let middle = text.dropFirst(start).dropLast(end)
      return of((start > 0 ? "…" : "") + middle + (end > 0 ? "…" : ""), width: width)
    }
    return (part(old), part(new))
  }

  /// How many of `common` equal characters to leave out; 0 if leaving them out would not make the text shorter.
  private static func cut(_ common: Int) -> Int {
    common > context + 1 ? common - context : 0
  }
}
