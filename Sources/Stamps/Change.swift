internal import Platform

/// One difference between two states of something: what was added, removed or changed, from what to what.
///
/// It does not know what the items are; their wording comes from the listings compared.
public struct Change: Hashable, Sendable {
  public enum Kind: String, Sendable {
    case added, removed, changed
  }

  public let kind: Kind
  /// A path, an atom, a package, a flag; empty where the thing compared has one part only.
  public let item: String
  /// The value before, nil if there was none or it says nothing to a person.
  public let old: String?
  /// The value after, likewise.
  public let new: String?
  /// `file:line` where the item stands, or stood if it was removed.
  public let place: String?

  public init(
    _ kind: Kind, _ item: String, from old: String? = nil, to new: String? = nil, place: String? = nil
  ) {
    self.kind = kind
    self.item = item
    self.old = old
    self.new = new
    self.place = place
  }
}

extension Listing {
  /// What turns `old` into this listing, in the order of the keys.
  public func changes(since old: Listing) -> [Change] {
    var changes: [Change] = []
    var before = old.entries[...]
    var after = entries[...]
    while let entry = before.first ?? after.first {
      let left = before.first
      let right = after.first
      if let left, let right, left.key == right.key {
        if left.value != right.value {
          let (old, new) = left.text == right.text ? (nil, nil) : (left.text, right.text)
          changes.append(Change(.changed, left.name, from: old, to: new, place: right.place))
        }
        before.removeFirst()
        after.removeFirst()
      } else if let left, right.map({ left.key.lexicographicallyPrecedes($0.key) }) ?? true {
        changes.append(Change(.removed, left.name, from: left.text, place: left.place))
        before.removeFirst()
      } else {
        let added = right ?? entry
        changes.append(Change(.added, added.name, to: added.text, place: added.place))
        after.removeFirst()
      }
    }
    return changes
  }
}

extension [String] {
  /// What turns `old` into these lines, as the longest common lines tell: removed ones before added ones.
  public func changes(since old: [String]) -> [Change] {
    // By bytes: to `String`, two spellings of an accented letter are equal.
    let isSame = { (left: String, right: String) in left.utf8.elementsEqual(right.utf8) }
    if elementsEqual(old, by: isSame) { return [] }
    return difference(from: old, by: isSame).map { step in
      switch step {
      case .remove(_, let line, _): Change(.removed, line)
      case .insert(_, let line, _): Change(.added, line)
      }
    }
  }
}

extension Listing.Entry {
  fileprivate var name: String { printable(key) }

  /// The value for a person; nil if it is empty. Of a tree's file the type alone: nobody reads digests.
  fileprivate var text: String? {
    if value.isEmpty { return nil }
    let text = printable(value)
    for type in ["file ", "exec "] where text.hasPrefix(type) && text.utf8.count == 69 {
      return String(type.dropLast())
    }
    return text
  }
}
