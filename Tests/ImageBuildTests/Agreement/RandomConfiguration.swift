import Platform
import Stamps
import TestSupport
import Testing

@testable import ImageBuild
@testable import PortageFiles
@testable import TextKit

/// Files of a configuration that are written and edited at random, each file by its own grammar.
struct RandomConfiguration {
  var generator: SeededGenerator
  /// The lines of each file, by the names of `ConfigurationWorld`.
  private(set) var files: [String: [String]] = [:]

  private static let atoms = [
    "app-misc/leaf", "app-misc/leaf:0", "app-misc/leaf:0/0", "app-misc/leaf:2", "app-misc/leaf::tiny",
    "app-misc/leaf:0::tiny", "=app-misc/leaf-1", "=app-misc/leaf-1-r0", "~app-misc/leaf-2", "=app-misc/leaf-2*",
    ">=app-misc/leaf-1", "<app-misc/leaf-3", ">=app-misc/leaf-1:0", "<=app-misc/leaf-2-r1", "*/*", "*/leaf",
    "app-misc/*", "*/*::tiny", "app-misc/*:0", "sys-libs/pam", "=sys-libs/pam-1.5", "no atom",
  ]
  private static let flags = [
    "colour", "-colour", "doc", "-doc", "plain", "-plain", "-*", "*", "+doc", "video_cards_intel",
    "-video_cards_intel", "video_cards_*", "-video_cards_*", "VIDEO_CARDS:", "intel", "-intel", "nvidia",
  ]
  private static let keywords = ["~amd64", "amd64", "-~amd64", "-amd64", "**", "*", "~*", "-*", "~x86", "-**"]
  private static let licenses = [
    "GPL-2", "-GPL-2", "EULA-1", "-EULA-1", "MIT", "-MIT", "@ALL", "-@ALL", "@SOME", "*", "-*",
  ]
  private static let values = [
    "-O1", "-O2", " ", "  ", "\t", "$MINE", "${MINE}", "${CFLAGS}", "\\$", "\\${MINE}", "\\\\", "\\\\$MINE",
    "'",
    "\\\"", "\n", "\\\n", "\\\r\n", "$", "é", "x", "\\x", "#",
  ]

  /// Every file, or folder in place of one.
  static var names: [String] { grammars.map(\.name) + movable.flatMap { [$0, $0 + "/1"] } }

  /// The words that lines of each file are made of. Files without words have one item a line.
  private static let grammars: [(name: String, words: [String])] = [
    ("package.use/1", flags), ("package.use/2", flags), ("package.accept_keywords", keywords),
    ("package.keywords", keywords), ("package.license", licenses),
    ("package.properties", ["interactive", "-interactive", "*", "-*"]),
    ("package.accept_restrict", ["bindist", "-bindist", "*", "-*"]),
    ("package.env", ["a", "b", "c/d.conf", "none"]), ("package.mask", []), ("package.unmask", []),
    ("profile/package.use", flags), ("profile/package.use.force", flags), ("profile/package.use.mask", flags),
    ("profile/use.mask", []), ("profile/use.force", []), ("profile/package.bashrc", ["x", "y"]),
    ("/repository/profiles/base/package.use", flags), ("/repository/profiles/base/package.use.mask", flags),
    ("/repository/profiles/base/use.force", []), ("/repository/profiles/base/package.mask", []),
    ("/repository/profiles/base/packages", []), ("/repository/profiles/base/package.provided", []),
    ("/repository/profiles/base/package.accept_keywords", keywords),
    ("/repository/profiles/base/package.keywords", keywords), ("license_groups", licenses), ("make.conf", []),
    ("/repository/profiles/base/make.defaults", []), ("env/a", []), ("env/b", []), ("env/c/d.conf", []),
    ("extra", []), ("profile/eapi", eapis), ("/repository/profiles/base/eapi", eapis),
    ("profile/use.stable", []), ("profile/use.stable.mask", []), ("profile/use.stable.force", []),
    ("profile/package.use.stable.mask", flags), ("profile/package.use.stable.force", flags),
    ("profile/package.use.stable", flags), ("profile/package.mask", []), ("profile/package.unmask", []),
    ("/repository/profiles/base/package.use.force", flags), ("/repository/profiles/base/package.unmask", []),
    ("/repository/profiles/base/use.mask", []), ("/repository/profiles/root/use.mask", []),
    ("/repository/profiles/root/use.force", []), ("/repository/profiles/root/package.use/1", flags),
    ("/repository/profiles/root/package.mask", []), ("/repository/profiles/root/package.unmask", []),
    ("/repository/profiles/base/use.stable.mask", []), ("/repository/profiles/base/use.stable.force", []),
    ("/repository/profiles/base/package.use.stable.mask", flags),
    ("/repository/profiles/base/package.use.stable.force", flags),
    ("/repository/profiles/base/package.bashrc", ["x", "y"]),
    ("sets/one", ["@two", "@three"]), ("sets/two", ["@one"]), ("sets/more/three", ["@two"]),
    ("env/app-misc/leaf", scripts), ("env/app-misc/leaf:0", scripts), ("env/app-misc/leaf:2", scripts),
    ("env/app-misc/leaf-1", scripts), ("env/app-misc/leaf-2", scripts), ("env/app-misc/leaf-2-r1", scripts),
    ("env/app-misc/leaf:2.1", scripts), ("env/sys-libs/pam-1.5", scripts),
  ]
  private static let eapis = ["8", "9", "5", "4", "0"]
  private static let scripts = ["echo a", "echo b", "echo $PF", "X=1"]
  /// Files in place of which there may be a folder.
  private static let movable = [
    "package.use", "package.mask", "package.unmask", "package.env", "package.license",
    "package.accept_keywords",
    "package.properties", "make.conf", "profile/package.use.mask", "profile/use.force", "license_groups",
  ]

  init(seed: UInt64) {
    generator = SeededGenerator(seed: seed)
    for (name, _) in Self.grammars where generator.chance(40) {
      files[name] = (0..<Int.random(in: 1...5, using: &generator)).map { _ in line(of: name) }
    }
  }

  /// The text of a file; nil if it is not there.
  func text(_ name: String) -> String? { files[name].map { $0.joined(separator: "\n") + "\n" } }

  private mutating func any(_ choices: [String]) -> String { choices.randomElement(using: &generator) ?? "" }

  /// `package.use` for `package.use/1`; other names as they are.
  private static func base(_ name: String) -> String {
    movable.first { name == $0 + "/1" || name == $0 + "/2" } ?? name
  }

  private mutating func line(of name: String) -> String {
    let base = Self.base(name)
    let words = Self.grammars.first { $0.name == name || Self.base($0.name) == base }?.words ?? []
    if name.hasSuffix("eapi") { return any(words) }
    if name.hasPrefix("sets/") {
      return any(generator.chance(30) ? words : Self.atoms + ["-app-misc/leaf", "-@two", "app-misc/leaf x"])
    }
    if name.hasPrefix("env/app-misc/") || name.hasPrefix("env/sys-libs/") { return any(words) }
    let name = base
    if ["make.conf", "/repository/profiles/base/make.defaults", "extra"].contains(name)
      || name.hasPrefix("env/")
    {
      return assignment(in: name)
    }
    if name == "license_groups" { return any(["ALL", "SOME"]) + some(words) }
    let isItem = words.isEmpty
    let isFlags = ["use.mask", "use.force", "use.stable", "use.stable.mask", "use.stable.force"].contains {
      name.hasSuffix($0)
    }
    if isItem, isFlags { return any(["colour", "-colour", "doc", "-doc", "-*", "video_cards_intel", "a b"]) }
    if name.hasSuffix("package.provided") {
      return any(["sys-libs/pam-1.5", "-sys-libs/pam-1.5", "-*", "a/b-1"])
    }
    if isItem { return any(["", "", "-", "*"]) + any(generator.chance(5) ? ["-*"] : Self.atoms) }
    return any(Self.atoms) + some(words)
  }

  private mutating func some(_ words: [String]) -> String {
    (0..<Int.random(in: 0...3, using: &generator)).map { _ in " " + any(words) }.joined()
  }

  private mutating func assignment(in name: String) -> String {
    let maySource = name != "/repository/profiles/base/make.defaults" && name != "extra"
    if maySource, generator.chance(10) {
      return "source " + any(["extra", "./extra", "${MINE}extra", "${PORTAGE_CONFIGROOT}/etc/portage/extra"])
    }
    let value = (0..<Int.random(in: 0...5, using: &generator)).map { _ in any(Self.values) }.joined()
    let variable = any(["CFLAGS", "CFLAGS", "LDFLAGS", "MINE", "MINE", "USE", "VIDEO_CARDS", "FEATURES"])
    switch Int.random(in: 0..<4, using: &generator) {
    case 0: return "\(variable)='\(value.replacing("'", with: ""))'"
    case 1: return "export \(variable)=\"\(value)\""
    default: return "\(variable)=\"\(value)\""
    }
  }

  /// Replaces a file by a folder that holds it, or a folder of one file by that file.
  private mutating func move() -> String? {
    let base = any(Self.movable)
    let inside = files.keys.filter { $0 != base && Self.base($0) == base }
    if let lines = files[base], inside.isEmpty {
      files[base] = nil
      files[base + "/1"] = lines
    } else if inside.count == 1, let lines = files[inside[0]] {
      files[inside[0]] = nil
      files[base] = lines
    } else {
      return nil
    }
    return "\(base): moved"
  }

  /// Makes an edit. Returns a description, and whether the edit cannot matter.
  mutating func edit() -> (text: String, isVain: Bool) {
    let names = files.keys.sorted()
    if generator.chance(8), let move = move() { return (move, false) }
    var name = generator.chance(15) ? Self.grammars.randomElement(using: &generator)?.name ?? "" : any(names)
    // A file and a folder cannot have the same name.
    let base = Self.base(name)
    if name == base, let file = names.first(where: { $0 != name && Self.base($0) == name }) { name = file }
    if name != base, files[base] != nil { name = base }
    guard var lines = files[name], !lines.isEmpty else {
      files[name] = [line(of: name)]
      return ("\(name): new", false)
    }
    let place = Int.random(in: lines.indices, using: &generator)
    let what: String
    var isVain = false
    switch Int.random(in: 0..<7, using: &generator) {
    case 0:
      let other = Int.random(in: lines.indices, using: &generator)
      lines.swapAt(place, other)
      what = "lines \(place) and \(other) swapped"
    case 1:
      lines.remove(at: place)
      what = "line \(place) removed"
    case 2:
      lines.insert(line(of: name), at: place)
      what = "line \(place) inserted"
    case 3:
      lines.append(lines[place])
      what = "line \(place) once more"
    case 4:
      lines[place] = line(of: name)
      what = "line \(place) is another"
    case 5:
      // It is the first line, since it would not be a comment within a quoted value.
      isVain = !name.hasSuffix("eapi") && !name.hasPrefix("env/app-misc/") && !name.hasPrefix("env/sys-libs/")
      lines.insert("# why", at: 0)
      what = "a comment"
    default:
      var words = lines[place].split(separator: " ", omittingEmptySubsequences: false).map(String.init)
      words.swapAt(
        Int.random(in: words.indices, using: &generator), Int.random(in: words.indices, using: &generator))
      lines[place] = words.joined(separator: " ")
      what = "words of line \(place) swapped"
    }
    files[name] = lines.isEmpty ? nil : lines
    return ("\(name): \(what)", isVain)
  }
}

extension AgreementTests {
  /// `SYSBUILD_EDITS` is the number of edits, `SYSBUILD_SEED` the first seed.
  @Test("what Portage sees of random edits differs in the listing", arguments: [false, true])
  func randomEdits(isLayered: Bool) throws {
    let oracle = try Self.oracle.get()
    let count = Environment.value("SYSBUILD_EDITS").flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 100
    let first = Environment.value("SYSBUILD_SEED").flatMap { UInt64(String(decoding: $0, as: UTF8.self)) } ?? 1
    var differing = 0
    for round in 0..<(count / 10) {
      let seed = first + UInt64(round)
      var configuration = RandomConfiguration(seed: seed)
      var layers = SeededGenerator(seed: seed)
      let above = Set(RandomConfiguration.names.filter { _ in layers.chance(50) })
      let world = try ConfigurationWorld(
        oracle, layer: isLayered ? { above.contains($0) ? .above : .board } : nil)
      try world.write(configuration.files.mapValues { $0.joined(separator: "\n") + "\n" })
      var before = try world.view()
      for number in 1...10 {
        let old = configuration.files
        let (what, isVain) = configuration.edit()
        try world.write(
          Dictionary(
            uniqueKeysWithValues: Set(old.keys).union(configuration.files.keys).map {
              ($0, configuration.text($0))
            }))
        let after = try world.view()
        let story = "SYSBUILD_SEED=\(seed) SYSBUILD_EDITS=10, edit \(number), \(what)"
        #expect(ConfigurationWorld.missed(before, after) == [], "\(story)\n\(old)\n\(configuration.files)")
        // The whole content counts if Portage refuses the file, or if a file of unknown name is sourced.
        let isTold = !configuration.files.values.joined().contains { $0.hasPrefix("source ${MINE}") }
        if isVain, isTold, after.answer["error"] == nil {
          #expect(after.listing.changes(since: before.listing) == [], "\(story)\n\(old)")
        }
        // Portage treats the lines of package.env for all packages as if they were in make.conf.
        if isTold, !(configuration.files["package.env"] ?? []).contains(where: { $0.hasPrefix("*/* ") }) {
          #expect(
            after.wrongValues(of: ["CFLAGS", "LDFLAGS", "MINE"]) == [], "\(story)\n\(configuration.files)")
        }
        if before.answer.line != after.answer.line { differing += 1 }
        before = after
      }
    }
    // The test would prove nothing if no edit mattered.
    #expect(differing > 0)
  }
}
