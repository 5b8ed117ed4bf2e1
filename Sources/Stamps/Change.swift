import Platform
import TextKit

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
  /// What turns `old` into these lines, in their order, as the longest common lines tell.
  ///
  /// A line that was removed and one with the same head that was added in its place are one that changed.
  /// - Parameter head: the part of a line, from its beginning, that says what it is about.
  public func changes(since old: [String], head: (String) -> Substring) -> [Change] {
    // By bytes: to `String`, two spellings of an accented letter are equal.
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
      // Over the line that both have here.
      left += 1
      right += 1
    }
    return changes
  }

  /// What turns the lines of one place into others that stand there now.
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

  /// What follows the head, and the one blank or equals sign between them.
  private static func rest(_ line: String, _ head: Substring) -> String {
    String(Substring(line.utf8.dropFirst(head.utf8.count + 1)))
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
