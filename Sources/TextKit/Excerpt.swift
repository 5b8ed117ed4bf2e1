/// A text, or two that differ, cut down for a line on a terminal. It knows nothing of what they mean.
package enum Excerpt {
  /// How many characters are kept on either side of a difference, so that a person finds the place.
  private static let context = 12

  /// `text`, or its beginning and `…` if it has more than `width` characters.
  package static func of(_ text: String, width: Int) -> String {
    text.count <= width ? text : text.prefix(width - 1) + "…"
  }

  /// Both texts; if one is longer than `width`, what lies around their difference, `…` standing for the rest.
  package static func of(_ old: String, _ new: String, width: Int) -> (old: String, new: String) {
    if max(old.count, new.count) <= width { return (old, new) }
    let ahead = zip(old, new).prefix { $0 == $1 }.count
    let behind = zip(old.reversed(), new.reversed()).prefix { $0 == $1 }.count
    var start = cut(ahead)
    // At the beginning of a word, if there is one so near.
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

  /// How many of these common characters are left out: none if that would not make it shorter.
  private static func cut(_ common: Int) -> Int {
    common > context + 1 ? common - context : 0
  }
}
