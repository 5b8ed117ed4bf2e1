import BuildGraph
import BuildSettings
import EmergeOutput
import Platform
import PortageFiles
import TextKit

/// Finds the lines of the source tree that changes are about. What is written goes to the variant that is built, not to
/// those that it builds on.
struct SuggestedEdits {
  private let settings: Settings
  /// The configuration root with which emerge refused: `target` or `bootstrap`.
  private let configuration: String
  private let available: AvailablePackages

  init(_ settings: Settings, configuration: String) {
    self.settings = settings
    self.configuration = configuration
    available = AvailablePackages((try? ImageVariables.repositories(settings))?.all ?? [])
  }

  /// The same changes, with what only stands for several in its place.
  func expanded(_ changes: [SourceChange]) -> [[SourceChange]] {
    changes.reduce([[]]) { lists, change in
      guard case .correct(let atom) = change else { return lists.map { $0 + [change] } }
      return available.alternatives(to: atom).flatMap { other in
        lists.map { $0 + [.replace(atom: atom, by: other)] }
      }
    }
  }

  /// The edits that bring about all of these changes; nil if one of them has no line.
  func edits(for changes: [SourceChange]) -> [LineEdit]? {
    var all: [LineEdit] = []
    for change in changes {
      let edits = edits(for: change)
      if edits.isEmpty { return nil }
      all += edits.filter { !all.contains($0) }
    }
    return all.isEmpty ? nil : all
  }

  private func edits(for change: SourceChange) -> [LineEdit] {
    let own = "profiles/\(settings.variant ?? "")"
    return switch change {
    case .configure(let name, let line, let isOfHost): configure(name, line, folder(isOfHost))
    case .unmask(let version, let isOfHost):
      lines(below: "\(folder(isOfHost))/package.mask").filter { line in
        (try? Atom(parsing: line.words[0]))?.covers(version) == true
      }.map { .remove($0.text, file: $0.file, line: $0.number) }
    // `expanded` puts others in its place.
    case .correct: []
    case .replace(let atom, let other):
      members.filter { $0.atom.description == atom }
        .map { .replace($0.line.text, file: $0.line.file, line: $0.line.number, by: other) }
    case .leaveOut(let package):
      members.filter { $0.atom.package == package }
        .map { .remove($0.line.text, file: $0.line.file, line: $0.line.number) }
    case .build(let atom): [.add(atom, file: "sets/\(settings.variant ?? "")/build.packages")]
    case .buildFirst(let line): [.add(line, file: "\(own)/bootstrap.packages")]
    case .describe(let source, let package): describe(source, of: package)
    case .list(let category):
      available.repositories(with: category).compactMap { name(of: $0.path / "profiles/categories") }
        .map { .add(category, file: $0) }
    }
  }

  // MARK: Configurations

  private func folder(_ isOfHost: Bool) -> String {
    "profiles/\(settings.variant ?? "")/\(isOfHost ? "host" : configuration)/etc/portage"
  }

  /// In a folder the line goes to the file that has lines about the package, or to one of its name.
  private func configure(_ name: String, _ line: String, _ folder: String) -> [LineEdit] {
    let words = line.split(separator: " ").map(String.init)
    let package = (try? Atom(parsing: words[0]))?.package ?? ""
    if name == "package.use", let edit = turned(words, package, below: "\(folder)/\(name)") { return [edit] }
    let place = "\(folder)/\(name)"
    guard File.isDirectory(settings.locations.source / place) else { return [.add(line, file: place)] }
    let known = lines(below: place).last { (try? Atom(parsing: $0.words[0]))?.package == package }
    return [.add(line, file: known?.file ?? "\(place)/\(package.split(separator: "/").last ?? "local")")]
  }

  /// A line of package.use that says the opposite for the same package, with the flags turned: what is more special
  /// would win against a new line, wherever that stands.
  private func turned(_ words: [String], _ package: String, below place: String) -> LineEdit? {
    let flags = words.dropFirst()
    let opposites = flags.map { $0.hasPrefix("-") ? String($0.dropFirst()) : "-" + $0 }
    let found = lines(below: place).last { line in
      (try? Atom(parsing: line.words[0]))?.package == package && opposites.contains(where: line.words.contains)
    }
    guard let found else { return nil }
    let kept = found.words.filter { !opposites.contains($0) && !flags.contains($0) }
    return .replace(
      found.text, file: found.file, line: found.number, by: (kept + flags).joined(separator: " "))
  }

  // MARK: Manifests

  /// The line that Portage itself would write for the file in DISTDIR.
  private func describe(_ source: String, of package: String) -> [LineEdit] {
    guard let file = settings.folder("DISTDIR").map({ $0 / source }), let size = try? FileStatus(file).size,
      let repository = available.repositories(with: package).last,
      let manifest = name(of: repository.path / package / "Manifest")
    else { return [] }
    let digests = [("BLAKE2B", "b2sum"), ("SHA512", "sha512sum")].compactMap { name, program -> String? in
      guard let path = ProgramSearch.find(program, in: Settings.systemSearchPath),
        let digest = (try? ProgramOutput.of(path, ["\(file)"], environment: []))??.prefix(while: { $0 != " " })
      else { return nil }
      return "\(name) \(digest)"
    }
    return digests.count < 2
      ? [] : [.add("DIST \(source) \(size) \(digests.joined(separator: " "))", file: manifest)]
  }

  // MARK: Sets

  /// The atoms of all sets of the image with their lines.
  private var members: [(atom: Atom, line: Line)] {
    var found: [(atom: Atom, line: Line)] = []
    for name in ImageSets(settings).names {
      let set = try? PackageSet(
        named: name, in: settings.locations.source, variants: settings.layers, recorder: settings.recorder)
      for member in set?.members ?? [] {
        let parts = member.place.split(separator: ":")
        guard let number = parts.last.flatMap({ Int($0) }) else { continue }
        let file = parts.dropLast().joined(separator: ":")
        guard let line = lines(of: file).first(where: { $0.number == number }) else { continue }
        if !found.contains(where: { $0.line == line }) { found.append((member.atom, line)) }
      }
    }
    return found
  }

  /// Where a set has this atom.
  func places(of atom: String) -> [String] {
    members.filter { $0.atom.description == atom }.map { "\($0.line.file):\($0.line.number)" }
  }

  /// The versions of the package of an atom, the newest first.
  func versions(of atom: String) -> [String] {
    guard let atom = try? Atom(parsing: atom) else { return [] }
    return available.versions(of: atom.package).map { "\(atom.package)-\($0)" }
  }

  /// The line of an ebuild of the source tree that names a package.
  func place(of package: String, inEbuildOf requirer: String) -> String? {
    guard let version = PackageVersion(requirer.prefix { $0 != ":" }) else { return nil }
    return available.ebuilds(of: version).lazy.compactMap { ebuild in
      guard let file = name(of: ebuild) else { return nil }
      return lines(of: file).first { $0.text.contains(package) }.map { "\(file):\($0.number)" }
    }.first
  }

  // MARK: Files

  private struct Line: Hashable {
    let file: String
    let number: Int
    let words: [String]

    var text: String { words.joined(separator: " ") }
  }

  private func lines(below place: String) -> [Line] { files(below: place).flatMap { lines(of: $0) } }

  private func lines(of file: String) -> [Line] {
    let bytes = (try? File.read(settings.locations.source / file)) ?? []
    return TextLines(bytes).lines.map { line in
      Line(file: file, number: line.number, words: line.words.map { String(decoding: $0, as: UTF8.self) })
    }
  }

  /// The file, or the files of the folder in the order in which Portage reads them.
  private func files(below place: String) -> [String] {
    let path = settings.locations.source / place
    if !File.isDirectory(path) { return File.exists(path) ? [place] : [] }
    let names = ((try? Directory.entries(of: path)) ?? []).map(\.name).sorted()
    return names.filter { !$0.isHidden && $0.bytes.last != UInt8(ascii: "~") }
      .compactMap(\.string).flatMap { files(below: "\(place)/\($0)") }
  }

  /// The path relative to the source tree; nil if it leads elsewhere.
  private func name(of path: Path) -> String? {
    path.normalized.relative(to: settings.locations.source)?.string
  }
}

extension Settings {
  /// A folder that the build writes to, by its variable.
  func folder(_ variable: String) -> Path? { outputFolders.first { $0.name == variable }?.path }
}
