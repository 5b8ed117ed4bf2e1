import Platform
import TextKit

/// One difference between two states of something: what was added, removed or changed, from what to what.
public struct Change: Hashable, Sendable {
  public enum Kind: String, Sendable {
    case added, removed, changed
  }

  public let kind: Kind
  /// A path, an atom, a package, a flag; empty if the thing compared has a single part.
  public let item: String
  /// The value before; nil if there was none, or none that means something to a person.
  public let old: String?
  /// The value after, as `old`.
  public let new: String?
  /// `file:line` where the item stands, or stood before it was removed.
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
  /// The changes from `old` to this listing, in the order of the keys.
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
  /// The changes from `old` to these lines, in their order, after the longest common subsequence of both.
  ///
  /// If a line was removed and one with the same head was added in its place, that counts as one changed line.
  /// - Parameter head: the beginning of a line that says what it is about.
  public func changes(since old: [String], head: (String) -> Substring) -> [Change] {
    // Compare bytes: two spellings of an accented letter are equal as `String`s.
    let isSame = { (left: String, right: String) in left.utf8.elementsEqual(right.utf8) }
    if elementsEqual(old, by: isSame) { return [] }
    var isRemoved = [Bool](repeating: false, count: old.count)
    var isAdded = [Bool](repeating: false, count: count)
    for step in difference(from: old, by: isSame) {
      switch step {
      case .remove(let offset, _, _): isRemoved[offset] = true
      case .insert(let offset, _, _): isAdded[offset] = true
      }
    }
    var changes: [Change] = []
    var (left, right) = (0, 0)
    while left < old.count || right < count {
      var removed: [String] = []
      var added: [String] = []
      while left < old.count, isRemoved[left] { (removed, left) = (removed + [old[left]], left + 1) }
      while right < count, isAdded[right] { (added, right) = (added + [self[right]], right + 1) }
      changes += Self.changes(from: removed, to: added, head: head)
      // Both have the next line.
      left += 1
      right += 1
    }
    return changes
  }

  /// The changes from the lines that stood at one place to those that stand there now.
  private static func changes(
    from removed: [String], to added: [String], head: (String) -> Substring
  ) -> [Change] {
    var changes: [Change] = []
    var added = added
    for line in removed {
      let subject = head(line)
      guard let index = added.firstIndex(where: { head($0).utf8.elementsEqual(subject.utf8) }) else {
        changes.append(Change(.removed, line))
        continue
      }
      let new = added.remove(at: index)
      changes.append(
        Change(.changed, String(subject), from: rest(line, subject), to: rest(new, subject)))
    }
    return changes + added.map { Change(.added, $0) }
  }

  /// What follows the head and the blank or equals sign behind it.
  private static func rest(_ line: String, _ head: Substring) -> String {
    String(Substring(line.utf8.dropFirst(head.utf8.count + 1)))
  }
}

extension Listing.Entry {
  fileprivate var name: String { printable(key) }

  /// The value for a person; nil if it is empty. For a file of a tree this is its type, without the digest.
  fileprivate var text: String? {
    if value.isEmpty { return nil }
    let text = printable(value)
    for type in ["file ", "exec "] where text.hasPrefix(type) && text.utf8.count == 69 {
      return String(type.dropLast())
    }
    return text
  }
}
