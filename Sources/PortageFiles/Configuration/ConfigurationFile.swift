import Platform
import Stamps

/// Turns the content of one configuration file into entries of a listing, so that only what Portage sees
/// makes a difference. It knows neither the file's place nor the other files.
///
/// Keys are `FILE: ITEM`, where FILE is `key`; places are `name:line`.
struct ConfigurationFile {
  /// What the entries' keys begin with.
  let key: String
  /// What a person calls the file.
  let name: String

  private typealias Bytes = ArraySlice<UInt8>

  /// `ATOM FLAG` → `on` or `off`: of two lines the later wins, `-*` takes back all before it, and
  /// `VIDEO_CARDS: x` stands for `video_cards_x`.
  func packageFlags(_ bytes: [UInt8]) -> [Listing.Entry] {
    var atoms = Ordered<[(flag: [UInt8], isOn: Bool, line: Int)]>()
    for line in TextLines(bytes).lines {
      var prefix: [UInt8] = []
      for word in line.words.dropFirst() {
        if word.last == UInt8(ascii: ":") {
          prefix = word.dropLast().map(Self.lowercased) + [UInt8(ascii: "_")]
          continue
        }
        let isOn = word.first != UInt8(ascii: "-")
        let flag = prefix + word.dropFirst(isOn ? 0 : 1)
        atoms.update(line.words[0], default: []) { flags in
          if !isOn, flag == [UInt8(ascii: "*")] { flags = [] }
          flags.removeAll { $0.flag == flag }
          flags.append((flag, isOn, line.number))
        }
      }
    }
    var entries: [Listing.Entry] = []
    for (atom, flags) in atoms.items {
      for flag in flags {
        entries.append(entry(atom + [0x20] + flag.flag, flag.isOn ? "on" : "off", line: flag.line))
      }
    }
    return entries + order(of: atoms.items.map { (atom: $0.key, words: $0.value.map(\.flag)) })
  }

  /// `ATOM` → its words in their order; the lines of one atom are joined.
  func packageWords(_ bytes: [UInt8]) -> [Listing.Entry] {
    var atoms = Ordered<(words: [Bytes], line: Int)>()
    for line in TextLines(bytes).lines {
      atoms.update(line.words[0], default: ([], 0)) { value in
        value.words += line.words.dropFirst()
        value.line = line.number
      }
    }
    let entries = atoms.items.map { atom, value in
      Listing.Entry(
        key: Array("\(key): ".utf8) + atom, value: Array(value.words.joined(separator: [0x20])),
        place: SourceError.place(name, value.line))
    }
    // One shared word stands for "may matter": the words of such files can stand for each other (`**`, `@EULA`).
    return entries + order(of: atoms.items.map { (atom: $0.key, words: [[]]) })
  }

  /// `ITEM` → `on` or `off`: of two lines the later wins, and `-*` takes back all before it.
  func items(_ bytes: [UInt8]) -> [Listing.Entry] {
    var items = Ordered<(isOn: Bool, line: Int)>()
    for line in TextLines(bytes).lines {
      let text = Array(line.words.joined(separator: [0x20]))
      let isOn = text.first != UInt8(ascii: "-")
      let item = text.dropFirst(isOn ? 0 : 1)
      if !isOn, item.elementsEqual("*".utf8) { items = Ordered() }
      items.update(item, default: (isOn, line.number)) { $0 = (isOn, line.number) }
    }
    return items.items.map { entry(Array($0.key), $0.value.isOn ? "on" : "off", line: $0.value.line) }
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

  private func entry(_ item: [UInt8], _ value: String, line: Int) -> Listing.Entry {
    Listing.Entry(
      key: Array("\(key): ".utf8) + item, value: value.utf8, place: SourceError.place(name, line))
  }

  /// Where two atoms for one package are equally specific and share a word, Portage goes by their order in
  /// the file (`best_match_to_list`): then that order is an entry too.
  private func order(of atoms: [(atom: Bytes, words: [[UInt8]])]) -> [Listing.Entry] {
    var groups = Ordered<(atoms: [Bytes], words: Set<[UInt8]>, shares: Bool)>()
    for (atom, words) in atoms {
      groups.update(Self.rank(atom)[...], default: ([], [], false)) { group in
        group.shares = group.shares || words.contains(where: group.words.contains)
        group.words.formUnion(words)
        group.atoms.append(atom)
      }
    }
    return groups.items.compactMap { rank, group in
      guard group.shares else { return nil }
      let package = rank.split(separator: 0).first ?? rank
      return Listing.Entry(
        key: Array("\(key): order of ".utf8) + package,
        value: Array(group.atoms.joined(separator: ", ".utf8)), place: name)
    }
  }

  /// The package and the class of an atom's specificity; all wildcards are one class.
  private static func rank(_ atom: Bytes) -> [UInt8] {
    let signs = atom.prefix { "<>=~".utf8.contains($0) }
    let body = atom.dropFirst(signs.count)
    let packageAndVersion = body.prefix { $0 != UInt8(ascii: ":") && $0 != UInt8(ascii: "[") }
    if signs.isEmpty, body.contains(UInt8(ascii: "*")) { return Array("*".utf8) }
    let isPrefix = packageAndVersion.last == UInt8(ascii: "*")
    let exact = isPrefix ? packageAndVersion.dropLast() : packageAndVersion
    let start = signs.isEmpty ? nil : AtomGrammar.versionStart(in: exact)
    let package = start.map { exact[..<($0 - 1)] } ?? exact
    let isRange = signs.contains { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">") }
    let hasSlot = body.count > packageAndVersion.count
    let word = isRange ? ">" : isPrefix ? "=*" : String(decoding: signs, as: UTF8.self)
    return package + [0] + (hasSlot && (isRange || signs.isEmpty) ? ":" : word).utf8
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
}
