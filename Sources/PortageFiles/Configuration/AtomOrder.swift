import Platform
import Stamps
import TextKit

/// What the words behind one atom do to the words behind other atoms: whether the order of the atoms matters.
struct AtomEffect {
  /// Its effect is not known.
  var isOpaque = false
  /// One of the words that are added may stand for any other word.
  var mayBeAny = false
  private var on: Set<[UInt8]> = []
  private var off: Set<[UInt8]> = []
  /// The prefixes of the words that are removed: `video_cards_` for `-video_cards_*`.
  private var cleared: Set<[UInt8]> = []

  /// - Parameter clears: whether `-*` and `-x_*` remove every word with that prefix.
  mutating func note(_ name: [UInt8], isOn: Bool, clears: Bool) {
    if isOn {
      on.insert(name)
    } else {
      off.insert(name)
      if clears, name == [UInt8(ascii: "*")] || name.suffix(2).elementsEqual("_*".utf8) {
        cleared.insert(name.dropLast())
      }
    }
  }

  mutating func add(_ other: AtomEffect) {
    isOpaque = isOpaque || other.isOpaque
    mayBeAny = mayBeAny || other.mayBeAny
    on.formUnion(other.on)
    off.formUnion(other.off)
    cleared.formUnion(other.cleared)
  }

  /// Whether both orders have the same result.
  func commutes(with other: AtomEffect) -> Bool {
    !isOpaque && !other.isOpaque && !undoes(other) && !other.undoes(self)
  }

  /// Whether it removes a word that the other adds.
  private func undoes(_ other: AtomEffect) -> Bool {
    if other.mayBeAny, !off.isEmpty { return true }
    if cleared.contains([]), !other.on.isEmpty { return true }
    return other.on.contains { name in off.contains(name) || cleared.contains { name.starts(with: $0) } }
  }
}

/// The atoms of one file, or of all files of a folder in place of it, and which of them may not change their order.
///
/// Portage goes through the atoms that match a package from the least to the most specific one, and where two are
/// equally so, by the order in which the files name them (`ordered_by_atom_specificity` and `best_match_to_list` of
/// 3.0.83). It is not known here which packages there are. So the order of two atoms counts if one package may match
/// both, they are equally specific, and the two orders may have different results.
struct AtomOrder {
  /// In the order in which they are named first.
  private var atoms: [(atom: [UInt8], effect: AtomEffect)] = []
  private var index: [[UInt8]: Int] = [:]

  mutating func add(_ atom: [UInt8], _ effect: AtomEffect) {
    if let known = index[atom] {
      atoms[known].effect.add(effect)
    } else {
      index[atom] = atoms.count
      atoms.append((atom, effect))
    }
  }

  mutating func add(_ other: AtomOrder) {
    for (atom, effect) in other.atoms { add(atom, effect) }
  }

  /// For each package, or `*` for all wildcards, those of its atoms whose order counts.
  ///
  /// - Parameter isWildcardApart: whether the atom `*/*` comes before all others, wherever it is named.
  func groups(isWildcardApart: Bool) -> [(package: [UInt8], atoms: [[UInt8]])] {
    var members: [[UInt8]: [Int]] = [:]
    var order: [[UInt8]] = []
    let parts = atoms.map { AtomParts($0.atom) }
    for (place, part) in parts.enumerated() {
      if isWildcardApart, atoms[place].atom == Array("*/*".utf8) { continue }
      if members[part.rank] == nil { order.append(part.rank) }
      members[part.rank, default: []].append(place)
    }
    return order.compactMap { rank in
      let places = members[rank] ?? []
      let counting = places.filter { place in
        places.contains { other in
          other != place && parts[place].mayMatchAPackage(of: parts[other])
            && !atoms[place].effect.commutes(with: atoms[other].effect)
        }
      }
      return counting.isEmpty ? nil : (parts[counting[0]].package, counting.map { atoms[$0].atom })
    }
  }
}

/// The parts of an atom that decide which packages it may match, and how specific it is.
private struct AtomParts {
  /// `cat/pkg`, or `*` for a wildcard.
  let package: [UInt8]
  /// Atoms with the same rank are equally specific: the package, and the kind of atom.
  let rank: [UInt8]
  private let names: [ArraySlice<UInt8>]
  private let slot: ArraySlice<UInt8>?
  private let repository: ArraySlice<UInt8>?

  init(_ atom: [UInt8]) {
    let colon = UInt8(ascii: ":")
    let star = UInt8(ascii: "*")
    let signs = atom.prefix { "<>=~".utf8.contains($0) }
    let body = atom[signs.endIndex...].prefix { $0 != UInt8(ascii: "[") }
    var versioned = body.prefix { $0 != colon }
    let isPrefix = !signs.isEmpty && versioned.last == star
    if isPrefix { versioned.removeLast() }
    let start = signs.isEmpty ? nil : AtomGrammar.versionStart(in: versioned)
    let name = start.map { versioned[..<($0 - 1)] } ?? versioned
    names = name.split(separator: UInt8(ascii: "/"), maxSplits: 1, omittingEmptySubsequences: false)
    let rest = body[versioned.endIndex...].drop { $0 == star }
    let repositoryStart = rest.position(of: [colon, colon])
    repository = repositoryStart.map { rest[($0 + 2)...] }
    let slots = rest[..<(repositoryStart ?? rest.endIndex)].dropFirst()
    slot = slots.isEmpty ? nil : slots.prefix { $0 != UInt8(ascii: "/") }
    let isRange = signs.contains { $0 == UInt8(ascii: "<") || $0 == UInt8(ascii: ">") }
    if name.contains(star) {
      package = [star]
      rank = [star]
      return
    }
    package = Array(name)
    let hasSlot = slot != nil && (isRange || signs.isEmpty)
    let kind = hasSlot ? ":" : isRange ? ">" : isPrefix ? "=*" : String(decoding: signs, as: UTF8.self)
    rank = package + [0] + kind.utf8
  }

  /// Whether some package may match both.
  func mayMatchAPackage(of other: AtomParts) -> Bool {
    if let slot, let otherSlot = other.slot, slot != otherSlot { return false }
    if let repository, let otherRepository = other.repository, repository != otherRepository { return false }
    return zip(names, other.names).allSatisfy { one, two in
      one == two || one.contains(UInt8(ascii: "*")) || two.contains(UInt8(ascii: "*"))
    }
  }
}
