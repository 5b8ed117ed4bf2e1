/// What an input or output consists of, entry by entry: a tree's paths, a set's atoms, a root's packages.
///
/// Two listings with the same digest have the same keys and values. The places are for people and not part of
/// the digest, so that moving a line changes nothing.
///
/// The digest is that of the canonical text, which has a line for each entry in byte order of the keys: `key`,
/// a tab and `value` if there is a value, a line feed. In keys and values a backslash, a control character and
/// DEL are written `\xNN`.
public struct Listing: Hashable, Sendable {
  public struct Entry: Hashable, Sendable {
    /// What the entry is about, unique in its listing: a path, an atom, a package.
    public let key: [UInt8]
    /// A type and digest, a version; empty if the key says everything.
    public let value: [UInt8]
    /// Where a person finds it, as `file:line`; nil if the key says where.
    public let place: String?

    public init(
      key: some Sequence<UInt8>, value: some Sequence<UInt8> = EmptyCollection(), place: String? = nil
    ) {
      self.key = Array(key)
      self.value = Array(value)
      self.place = place
    }

    public init(_ key: String, _ value: String = "", place: String? = nil) {
      self.init(key: key.utf8, value: value.utf8, place: place)
    }
  }

  /// In byte order of the keys, each key once.
  public let entries: [Entry]

  /// The listing of `entries`, which may be in any order. Of entries with the same key the first is kept.
  public init(_ entries: some Sequence<Entry> = []) {
    let sorted = entries.enumerated().sorted { left, right in
      if left.element.key == right.element.key { return left.offset < right.offset }
      return left.element.key.lexicographicallyPrecedes(right.element.key)
    }
    var unique: [Entry] = []
    unique.reserveCapacity(sorted.count)
    for (_, entry) in sorted where unique.last?.key != entry.key {
      unique.append(entry)
    }
    self.entries = unique
  }
}
