import Platform
import Stamps
import TextKit

/// Turns the content of one configuration file into entries of a listing, so that only what Portage reads makes a
/// difference.
///
/// Keys are `FILE: ITEM`, where FILE is `key`; places are `name:line`.
public struct ConfigurationFile {
  /// What the entries' keys begin with.
  let key: String
  /// What a person calls the file.
  let name: String

  /// What a file says, line by line.
  struct Content {
    var entries: [Listing.Entry] = []
    /// The entries of each atom, in the order in which the file first names the atoms.
    var atoms: [(atom: [UInt8], effect: AtomEffect, words: [String], entries: [Listing.Entry])] = []
  }

  private typealias Bytes = ArraySlice<UInt8>

  /// How the flags behind an atom are read (`UseManager` in `portage/package/ebuild/_config`).
  enum FlagDialect {
    /// etc/portage/package.use: `-*` and `-video_cards_*` remove the flags before them, and words behind `VIDEO_CARDS:`
    /// have the prefix `video_cards_` up to the end of the line.
    case user
    /// A profile's files: neither has a special meaning.
    case profile
    /// etc/portage/profile: only the prefixes, which last to the end of all lines of the atom.
    case userProfile
  }

  /// `ATOM FLAG` → `on` or `off`: of two lines the later wins.
  func packageFlags(_ bytes: [UInt8], _ dialect: FlagDialect) -> Content {
    var atoms = Ordered<(flags: FlagList, words: [Bytes], line: Int)>()
    for line in TextLines(bytes).lines {
      atoms.update(line.words[0], default: (FlagList(dialect), [], line.number)) { value in
        value.flags.add(line.words.dropFirst(), line: line.number)
        value.words += line.words.dropFirst()
        value.line = line.number
      }
    }
    var content = Content()
    for (atom, value) in atoms.items {
      var entries: [Listing.Entry] = []
      if value.flags.effect.isOpaque {
        entries = [entry(Array(atom), Array(value.words.joined(separator: [0x20])), line: value.line)]
      } else {
        for flag in value.flags.flags {
          entries.append(
            entry(atom + [0x20] + flag.name, Array((flag.isOn ? "on" : "off").utf8), line: flag.line))
        }
      }
      content.entries += entries
      content.atoms.append((Array(atom), value.flags.effect, [], entries))
    }
    return content
  }

  /// What the words behind an atom are to Portage.
  public enum Words: Sendable {
    /// Keywords. `-x` removes `x`, `-*` removes all.
    case keywords
    /// Licences and their groups, properties and the like: as keywords, but `*` and `@group` stand for other words.
    case licenses
    /// Names of files that are read one after the other.
    case files
    /// The libraries of an ABI. `-x` removes `x`, `-*` removes all.
    case libraries
    /// The members of a group, with no special words.
    case members
  }

  /// `ATOM` → its words; the lines of one atom are joined.
  func packageWords(_ bytes: [UInt8], _ meaning: Words) -> Content {
    var atoms = Ordered<(words: [Bytes], line: Int)>()
    for line in TextLines(bytes).lines {
      atoms.update(line.words[0], default: ([], 0)) { value in
        value.words += line.words.dropFirst()
        value.line = line.number
      }
    }
    var content = Content()
    for (atom, value) in atoms.items {
      let (words, effect) = Self.normal(value.words, meaning)
      let entry = entry(Array(atom), Array(words.joined(separator: [0x20])), line: value.line)
      content.entries.append(entry)
      // Their keys are no atoms.
      if meaning == .members || meaning == .libraries { continue }
      content.atoms.append(
        (Array(atom), effect, words.map { String(decoding: $0, as: UTF8.self) }, [entry]))
    }
    return content
  }

  /// The words in a form that is the same for all texts that mean the same to Portage.
  private static func normal(_ words: [Bytes], _ meaning: Words) -> (words: [Bytes], effect: AtomEffect) {
    var effect = AtomEffect()
    if meaning == .files {
      effect.isOpaque = true
      return (words, effect)
    }
    if meaning == .members { return (Set(words).sorted { $0.lexicographicallyPrecedes($1) }, effect) }
    var list = FlagList(.user, prefixes: false)
    list.add(words[...], line: 0)
    effect = list.effect
    let standsForOthers = words.contains { word in
      let name = word.dropFirst(word.first == UInt8(ascii: "-") ? 1 : 0)
      return name.elementsEqual("*".utf8) && name.count == word.count || name.first == UInt8(ascii: "@")
    }
    if meaning == .licenses, standsForOthers, words.contains(where: { $0.first == UInt8(ascii: "-") }) {
      effect.isOpaque = true
      return (words, effect)
    }
    // An atom without words stands for a keyword that depends on another file.
    if standsForOthers || words.isEmpty { effect.mayBeAny = true }
    let signed = list.flags.map { $0.isOn ? $0.name : [UInt8(ascii: "-")] + $0.name }
    return (signed.sorted { $0.lexicographicallyPrecedes($1) }.map { $0[...] }, effect)
  }

  /// What a line that begins with `-` removes.
  public enum Removal: Sendable {
    /// Nothing: the hyphen is part of the item.
    case none
    /// The same item.
    case same
    /// The same item; `-*` removes all items before it.
    case all
    /// The same item; an atom without a repository also removes those with one.
    case anyRepository
  }

  /// `ITEM` → `on` or `off`: of two lines the later wins.
  func items(_ bytes: [UInt8], _ removal: Removal) -> [Listing.Entry] {
    var items = Ordered<(isOn: Bool, line: Int)>()
    for line in TextLines(bytes).lines {
      let text = Array(line.words.joined(separator: [0x20]))
      let isOn = removal == .none || text.first != UInt8(ascii: "-")
      let item = text.dropFirst(isOn ? 0 : 1)
      if !isOn, removal == .all, item.elementsEqual("*".utf8) { items = Ordered() }
      if !isOn, removal == .anyRepository {
        items.removeAll { $0.contains(UInt8(ascii: ":")) && Self.withoutRepository($0) == item }
      }
      items.update(item, default: (isOn, line.number)) { $0 = (isOn, line.number) }
    }
    return items.items.map {
      entry(Array($0.key), Array(($0.value.isOn ? "on" : "off").utf8), line: $0.value.line)
    }
  }

  private static func withoutRepository(_ atom: Bytes) -> Bytes {
    atom.position(of: Array("::".utf8)).map { atom[..<$0] } ?? atom
  }

  /// The file as one entry: its lines in their order.
  func sequence(_ bytes: [UInt8]) -> [Listing.Entry] {
    let lines = TextLines(bytes).lines
    let texts = lines.map { Array($0.words.joined(separator: [0x20])) }
    return [
      Listing.Entry(
        key: key.utf8, value: Array(texts.joined(separator: ", ".utf8)),
        place: SourceError.place(name, lines.first?.number))
    ]
  }

  func variables(_ variables: [MakeVariables.Variable]) -> [Listing.Entry] {
    variables.map { Listing.Entry(key: "\(key): \($0.name)".utf8, value: $0.value, place: $0.place) }
  }

  private func entry(_ item: [UInt8], _ value: [UInt8], line: Int) -> Listing.Entry {
    Listing.Entry(key: Array("\(key): ".utf8) + item, value: value, place: SourceError.place(name, line))
  }
}

/// Words that are added or removed one after the other, without those that a later one overrides.
private struct FlagList {
  private let dialect: ConfigurationFile.FlagDialect
  private let hasPrefixes: Bool
  private(set) var flags: [(name: [UInt8], isOn: Bool, line: Int)] = []
  private(set) var effect = AtomEffect()

  init(_ dialect: ConfigurationFile.FlagDialect, prefixes: Bool = true) {
    self.dialect = dialect
    hasPrefixes = prefixes
  }

  /// The words of one line.
  mutating func add(_ words: ArraySlice<ArraySlice<UInt8>>, line: Int) {
    let colon = UInt8(ascii: ":")
    var prefix: [UInt8] = []
    for word in words {
      if hasPrefixes, dialect != .profile, word.last == colon {
        if dialect == .userProfile { effect.isOpaque = true }
        prefix = word.dropLast().map(Self.lowercased) + [UInt8(ascii: "_")]
        continue
      }
      let isOn = word.first != UInt8(ascii: "-")
      let name = prefix + word.dropFirst(isOn ? 0 : 1)
      let isWildcard = hasPrefixes && name.suffix(2).elementsEqual("_*".utf8)
      if dialect == .user {
        if !isOn, name == [UInt8(ascii: "*")] { flags = [] }
        if !isOn, isWildcard { flags.removeAll { $0.name.starts(with: name.dropLast()) } }
        // Portage reads `+x` as `x`, and `x_*` as all flags of the package with that prefix.
        if hasPrefixes, isOn, isWildcard || name.first == UInt8(ascii: "+") { effect.isOpaque = true }
      }
      flags.removeAll { $0.name == name }
      flags.append((name, isOn, line))
      effect.note(name, isOn: isOn, clears: dialect == .user)
    }
  }

  private static func lowercased(_ byte: UInt8) -> UInt8 {
    (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte) ? byte | 0x20 : byte
  }
}

/// Values by key, in the order in which the keys came.
private struct Ordered<Value> {
  private(set) var items: [(key: ArraySlice<UInt8>, value: Value)] = []
  private var index: [ArraySlice<UInt8>: Int] = [:]

  mutating func update(_ key: ArraySlice<UInt8>, default value: Value, _ change: (inout Value) -> Void) {
    let position: Int
    if let known = index[key] {
      position = known
    } else {
      position = items.count
      index[key] = position
      items.append((key, value))
    }
    change(&items[position].value)
  }

  mutating func removeAll(_ isGone: (ArraySlice<UInt8>) -> Bool) {
    items.removeAll { isGone($0.key) }
    index = Dictionary(uniqueKeysWithValues: items.enumerated().map { ($1.key, $0) })
  }
}
