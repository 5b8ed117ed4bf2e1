package import Platform
import TextKit

/// The files that a bash script reads besides itself, as far as its text tells: what it sources, and what it names that
/// lies in one of some folders. It reads no file and runs nothing.
///
/// What a script does cannot be known from its text. So this errs on one side: a name that is put together from what
/// is not known stands for every file of the folder that it begins with. If that folder is not known either, it stands
/// for all of `folder`. Conditions and the order of assignments are ignored. Each line is read by itself, so that a quote
/// that is misunderstood affects only its line.
package struct BashReads {
  /// One file, or all files of a folder of which a path has certain parts.
  package struct Place: Hashable {
    package let path: Path
    /// Whether `path` is the file itself, and not what its path begins with.
    package let isExact: Bool
    /// Whether only files count whose path has the category, or the name, of the package that is built.
    let hasCategory: Bool
    let hasName: Bool
  }

  /// Each once, in the order of the text.
  package private(set) var places: [Place] = []
  /// The variables that it uses.
  private(set) var variables: Set<String> = []

  private let file: Path
  private let folder: Path
  private let areas: [Path]
  private let environment: (String) -> [UInt8]?
  /// The words that are assigned to each variable, nil for what cannot be told.
  private var assigned: [String: [BashWord?]] = [:]
  /// A variable may be assigned to under another name.
  private var hasReferences = false
  /// The values that were found, except those of variables that refer to themselves.
  private var known: [String: [BashValue]] = [:]
  /// How often the search for a value was given up, since a variable referred to itself or was nested too deep.
  private var cuts = 0
  /// How many variables were looked up. A text may be written so that the number is exponential.
  private var steps = 0
  private static let mostSteps = 10_000
  /// How deep substitutions, defaults and variables may be nested in each other. What is nested deeper may be anything.
  private static let mostDepth = 8
  /// How many bytes of a word are looked at: a path has fewer (PATH_MAX), and so has what is written for one.
  private static let mostBytes = 1 << 16
  private var seenPlaces: Set<Place> = []

  /// - Parameters:
  ///   - file: the script.
  ///   - folder: where it may look for what its text does not name.
  ///   - areas: folders in which whatever it names counts as read, and not only what it sources.
  ///   - environment: the values of variables that are set when it runs.
  package init(
    _ text: [UInt8], of file: Path, folder: Path, areas: [Path],
    environment: @escaping (String) -> [UInt8]?
  ) {
    self.file = file
    self.folder = folder
    self.areas = areas
    self.environment = environment
    let lines = Self.lines(of: text)
    for line in lines { collect(line) }
    for line in lines { read(line) }
  }

  /// The lines. One that ends in a backslash is joined with the next.
  private static func lines(of text: [UInt8]) -> [[UInt8]] {
    var lines: [[UInt8]] = []
    var isOpen = false
    for line in text.split(separator: 0x0A, omittingEmptySubsequences: false) {
      if isOpen { lines[lines.count - 1] += line } else { lines.append(Array(line)) }
      isOpen = line.last == UInt8(ascii: "\\")
      if isOpen { lines[lines.count - 1].removeLast() }
    }
    return lines
  }

  // MARK: Assignments

  private mutating func collect(_ line: [UInt8], depth: Int = 0) {
    if depth > Self.mostDepth {
      hasReferences = true
      return
    }
    let words = BashLine(line).words
    var index = 0
    // What the words up to the next command are.
    var areNames = false
    var isDeclaration = false
    while index < words.count {
      let word = words[index]
      index += 1
      for inner in word.substitutions { collect(inner, depth: depth + 1) }
      for (name, value) in word.defaults { assigned[name, default: []].append(value) }
      if word.beginsCommand {
        areNames = false
        isDeclaration = false
      }
      if let (name, value) = word.assignment {
        assigned[name, default: []] += word.array ?? [value]
        continue
      }
      if areNames, word.isName { assigned[word.text, default: []].append(nil) }
      switch word.text {
      case "for", "select":
        guard index + 1 < words.count, words[index + 1].text == "in" else { continue }
        let name = words[index].text
        index += 2
        while index < words.count, words[index].text != "do", !words[index].beginsCommand {
          assigned[name, default: []].append(words[index])
          index += 1
        }
      case "read", "mapfile", "readarray", "getopts", "printf": areNames = true
      case "local", "declare", "typeset": isDeclaration = true
      case "-n": hasReferences = hasReferences || isDeclaration
      default: break
      }
    }
  }

  // MARK: Reads

  private mutating func read(_ line: [UInt8], depth: Int = 0) {
    if depth > Self.mostDepth { return add(folder, isExact: false) }
    let words = BashLine(line).words
    var isSourced = false
    for word in words {
      variables.formUnion(word.variables)
      for inner in word.substitutions { read(inner, depth: depth + 1) }
      if word.mayHoldCommands { read(word.unquoted, depth: depth + 1) }
      if isSourced {
        isSourced = false
        for value in values(of: word, for: []) { addSource(value) }
      } else if word.text == "source" || word.text == "." {
        isSourced = true
      } else if word.text == "eval" {
        add(folder, isExact: false)
      } else {
        for value in values(of: word.assignment?.value ?? word, for: []) {
          addNamed(value, isAssigned: word.assignment != nil)
        }
      }
    }
  }

  private mutating func addSource(_ value: BashValue) {
    guard value.text.first == UInt8(ascii: "/") else { return add(folder, isExact: false, value) }
    if value.isExact { return add(Path(bytes: value.text), isExact: true) }
    let end = value.text.lastIndex(of: UInt8(ascii: "/")) ?? 0
    let start = Path(bytes: value.text[..<max(end, 1)])
    // All of / or /usr cannot be meant.
    if start.components.count < 2 { return add(folder, isExact: false, value) }
    add(start, isExact: false, value)
  }

  /// Adds what a script names without sourcing it, if it lies in one of the areas.
  private mutating func addNamed(_ value: BashValue, isAssigned: Bool) {
    for area in areas {
      guard let start = value.text.position(of: area.bytes) else { continue }
      // The folder of what is named elsewhere.
      if isAssigned, start == 0 { continue }
      let rest = value.text[start...]
      let path = rest.prefix { !TextLines.isSpace($0) && !"'\":;".utf8.contains($0) }
      if path.count > area.bytes.count, path[(path.startIndex + area.bytes.count)] != UInt8(ascii: "/") {
        continue
      }
      addSource(
        BashValue(
          text: Array(path), isExact: value.isExact || path.endIndex < value.text.count,
          hasCategory: value.hasCategory, hasName: value.hasName))
    }
  }

  private mutating func add(_ path: Path, isExact: Bool, _ value: BashValue? = nil) {
    let place = Place(
      path: path, isExact: isExact, hasCategory: !isExact && value?.hasCategory ?? false,
      hasName: !isExact && value?.hasName ?? false)
    if seenPlaces.insert(place).inserted { places.append(place) }
  }

  // MARK: Values

  /// What a word may stand for.
  ///
  /// - Parameter open: the variables whose values are being put together.
  private mutating func values(of word: BashWord, for open: Set<String>, depth: Int = 0) -> [BashValue] {
    if depth > Self.mostDepth || word.bytes.count > Self.mostBytes { return [.unknown] }
    var results = [BashValue(text: [], isExact: true)]
    for part in word.parts {
      let values: [BashValue]
      switch part {
      case .text(let text): values = [BashValue(text: text, isExact: true)]
      case .unknown: values = [.unknown]
      case .folderOfScript: values = [BashValue(text: file.parent.bytes, isExact: true)]
      case .variable(let name, let change):
        values = self.values(ofVariable: name, open).map { $0.changed(change) }
      case .either(let name, let other):
        values = self.values(ofVariable: name, open) + self.values(of: other, for: open, depth: depth + 1)
      }
      results = results.flatMap { result in values.map { result.followed(by: $0) } }
      // A word with more possible values is not known.
      if results.count > 64 { return [.unknown] }
    }
    return results
  }

  private mutating func values(ofVariable name: String, _ open: Set<String>) -> [BashValue] {
    switch name {
    case "BASH_SOURCE": return [BashValue(text: file.bytes, isExact: true)]
    case "CATEGORY": return [BashValue(text: [], isExact: false, hasCategory: true)]
    case "PN", "P", "PF": return [BashValue(text: [], isExact: false, hasName: true)]
    default: break
    }
    if let known = known[name] { return known }
    steps += 1
    if open.contains(name) || open.count > Self.mostDepth || steps > Self.mostSteps {
      cuts += 1
      return [.unknown]
    }
    let cutsBefore = cuts
    var values: [BashValue] = []
    for word in assigned[name] ?? [] {
      values += word.map { self.values(of: $0, for: open.union([name])) } ?? [.unknown]
      if values.count > 64 {
        values = [.unknown]
        break
      }
    }
    if let value = environment(name) { values.append(BashValue(text: value, isExact: true)) }
    if values.isEmpty || hasReferences { values.append(.unknown) }
    if cuts == cutsBefore { known[name] = values }
    return values
  }
}

/// What a word stands for, as far as that is known: how it begins, and whether names of the package are in it.
private struct BashValue {
  var text: [UInt8]
  /// Whether `text` is all of it.
  var isExact: Bool
  var hasCategory = false
  var hasName = false

  static var unknown: BashValue { BashValue(text: [], isExact: false) }

  func followed(by other: BashValue) -> BashValue {
    let isLonger = isExact && text.count + other.text.count <= Self.longest
    return BashValue(
      text: isLonger ? text + other.text : text, isExact: isLonger && other.isExact,
      hasCategory: hasCategory || other.hasCategory, hasName: hasName || other.hasName)
  }

  /// PATH_MAX.
  private static let longest = 4096

  /// `${x%/*}` and `${x%/}`; any other change leaves nothing that is known.
  func changed(_ change: [UInt8]?) -> BashValue {
    guard let change else { return self }
    guard isExact else { return .unknown }
    let slash = UInt8(ascii: "/")
    switch String(decoding: change, as: UTF8.self) {
    case "%/": return BashValue(text: text.last == slash ? text.dropLast() : text, isExact: true)
    case "%/*":
      return BashValue(text: text.lastIndex(of: slash).map { Array(text[..<$0]) } ?? text, isExact: true)
    default: return .unknown
    }
  }
}
