public import Platform
public import Stamps
import TextKit

/// A package set: the atoms in a `NAME.packages` file and in the sets that it includes.
///
/// A set is the common file `sets/NAME.packages` and, on top of it, the `sets/VARIANT/NAME.packages` of the variant and of
/// those that it builds on; one of them is enough. A line holds one atom, or `@OTHER` to include the set of that name:
/// all of its files, whichever file the line is in.
public struct PackageSet {
  /// An atom of a set.
  public struct Member: Hashable {
    /// The atom, without conditional USE dependencies.
    public let atom: Atom
    /// The place where it is first named, as `file:line`.
    public let place: String
  }

  /// The name of the set, as in `NAME.packages`.
  public let name: String
  /// The atoms, each once, in the byte order of their texts.
  public let members: [Member]

  /// Reads the set `name` from the folder `sets` of the source tree, including the additions of `variants`.
  /// - Throws: `SourceError` with file, line and remedy for what is wrong in the files.
  public init(
    named name: String, in sourceTree: Path, variants: [String] = [], recorder: ReadRecorder = ReadRecorder()
  ) throws {
    var reading = SetReading(
      reader: try SourceReader(sourceTree: sourceTree, recorder: recorder), folder: sourceTree / "sets",
      variants: variants)
    try reading.read(name)
    self.name = name
    members = reading.members.sorted { $0.text.lexicographicallyPrecedes($1.text) }
      .map { Member(atom: $0.atom, place: $0.place) }
  }

  /// The atoms of the members, in the same order.
  public var atoms: [Atom] { members.map(\.atom) }

  /// One entry for each atom, with its place.
  public var listing: Listing {
    Listing(members.map { Listing.Entry($0.atom.description, place: $0.place) })
  }
}

/// One walk over a set and the sets it includes.
private struct SetReading {
  let reader: SourceReader
  let folder: Path
  let variants: [String]
  var members: [(text: [UInt8], atom: Atom, place: String)] = []

  private var known: Set<Atom> = []
  private var finished: Set<String> = []
  /// The sets that are being read, the outermost first.
  private var open: [String] = []

  init(reader: SourceReader, folder: Path, variants: [String]) {
    self.reader = reader
    self.folder = folder
    self.variants = variants
  }

  /// Reads a set unless it was read before; `include` is the line that includes it, nil for the outermost set.
  mutating func read(_ name: String, include: (file: String, line: Int)? = nil) throws {
    if let start = open.firstIndex(of: name), let include {
      throw SourceError.includeCycle(include.file, line: include.line, open[start...] + [name])
    }
    if finished.contains(name) { return }
    open.append(name)
    var found = false
    for file in files(of: name) {
      guard let bytes = try reader.contents(of: file) else { continue }
      found = true
      try parse(bytes, of: file)
    }
    if !found { throw try missing(name, include: include) }
    open.removeLast()
    finished.insert(name)
  }

  private mutating func parse(_ bytes: [UInt8], of path: Path) throws {
    let file = reader.name(of: path)
    if let line = TextLines.lineNotUTF8(in: bytes) { throw SourceError.notText(file, line: line) }
    for line in TextLines(bytes).lines {
      let words = line.words.map { String(decoding: $0, as: UTF8.self) }
      if words.count > 1 {
        throw SourceError.twoAtoms(
          file, line: line.number, printable(words[0].utf8), printable(words[1].utf8))
      }
      if words[0].hasPrefix("@") {
        try include(String(words[0].dropFirst()), file: file, line: line.number)
      } else {
        try add(words[0], file: file, line: line.number)
      }
    }
  }

  private mutating func include(_ name: String, file: String, line: Int) throws {
    guard AtomGrammar.isCategory(name.utf8) else {
      throw SourceError.badSetName(file, line: line, printable(name.utf8))
    }
    try read(name, include: (file, line))
  }

  private mutating func add(_ text: String, file: String, line: Int) throws {
    let atom: Atom
    do {
      atom = try Atom(parsing: text)
    } catch {
      throw SourceError.atom(file, line: line, error)
    }
    if atom.hasConditionalUse {
      throw SourceError.conditionalUse(file, line: line, atom.description)
    }
    if known.insert(atom).inserted {
      members.append((Array(atom.description.utf8), atom, SourceError.place(file, line)))
    }
  }

  private func files(of name: String) -> [Path] {
    let file = "\(name).packages"
    return [folder / file] + variants.map { folder / $0 / file }
  }

  private func missing(_ name: String, include: (file: String, line: Int)?) throws -> SourceError {
    var names: Set<String> = []
    for folder in [folder] + variants.map({ folder / $0 }) {
      for file in try reader.names(in: folder) {
        if let file = file.string, file.hasSuffix(".packages") { names.insert(String(file.dropLast(9))) }
      }
    }
    let hint = suggestion(for: name, among: names.sorted())
    let places = files(of: name).map(reader.name)
    guard let include else { return SourceError.missingSet(name, places: places, hint: hint) }
    return SourceError.missingInclude(include.file, line: include.line, name, places: places, hint: hint)
  }
}
