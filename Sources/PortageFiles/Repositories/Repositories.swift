public import Platform
import TextKit

/// The ebuild repositories of a build.
public struct Repositories: Hashable, Sendable {
  /// Each has a higher priority than those before it.
  public let all: [Repository]
  /// The master of the others, unless they name other ones.
  public let main: Repository?
  /// What repos.conf says of each repository besides its place and priority.
  private let attributes: [String: [String: String]]

  public init(_ repositories: [Repository] = []) {
    all = repositories
    main = repositories.first
    attributes = [:]
  }

  /// Reads the repositories in these folders: the main one first, each with a higher priority than those before it,
  /// unless `configuration` gives it another.
  ///
  /// - Throws: `SourceError` if a folder is no repository, two have one name, a master is missing, or the
  ///   configuration is of other repositories.
  public init(in folders: [Path], configuration: ReposConf = ReposConf(), reader: SourceReader) throws {
    let layouts = try folders.map { try RepositoryLayout(of: $0, reader: reader) }
    let repositories = try zip(folders, layouts).map {
      try Repository(at: $0, layout: $1, configuration: configuration, reader: reader)
    }
    var files: [String: String] = [:]
    for name in layouts.compactMap(\.name) {
      if let first = files.updateValue(name.file, forKey: name.text) {
        throw SourceError.twoRepositories(name.file, line: name.line, name.text, first: first)
      }
    }
    let names = repositories.flatMap { [$0.name] + $0.aliases }
    for (repository, layout) in zip(repositories, layouts) {
      let masters =
        configuration.setting("masters", of: repository.name).map { ($0.words, $0.file, $0.line) }
        ?? layout.masters.map { ($0.words, $0.file, $0.line) }
      guard let (words, file, line) = masters else { continue }
      for master in words where !names.contains(master) {
        throw SourceError.missingMaster(file, line: line, master, of: repository.name, among: names)
      }
    }
    let priorities = repositories.enumerated().map { index, repository in
      configuration[repository.name, "priority"].flatMap { Int($0.value) } ?? index
    }
    // Portage orders those of one priority by their names.
    all = zip(priorities, repositories).sorted {
      $0.0 == $1.0 ? $0.1.name.unicodeScalars.lexicographicallyPrecedes($1.1.name.unicodeScalars) : $0.0 < $1.0
    }.map(\.1)
    main = repositories.first
    var attributes: [String: [String: String]] = [:]
    for repository in repositories {
      for name in ReposConf.attributes where name != "priority" {
        guard let setting = configuration.setting(name, of: repository.name) else { continue }
        attributes[repository.name, default: [:]][name] = setting.words.joined(separator: " ")
      }
    }
    self.attributes = attributes
    try check(configuration, names: names, reader: reader)
  }

  private func check(_ configuration: ReposConf, names: [String], reader: SourceReader) throws {
    for section in configuration.sections where section.name != "DEFAULT" {
      if all.contains(where: { $0.name == section.name }) { continue }
      throw SourceError.sectionOfNoRepository(
        section.file, line: section.line, section.name,
        hint: self[section.name]?.name ?? suggestion(for: section.name, among: all.map(\.name)))
    }
    for setting in configuration.settings {
      switch setting.name {
      case "location":
        for repository in all where setting.section == repository.name || setting.section == "DEFAULT" {
          let place = try reader.realPath(reader.sourceTree / Path(setting.value))
          if try place == reader.realPath(repository.path) { continue }
          throw SourceError.otherLocation(setting, folder: reader.name(of: repository.path))
        }
      case "main-repo" where setting.section == "DEFAULT":
        guard let main, self[setting.value]?.name != main.name else { continue }
        throw SourceError.otherMainRepository(setting, main: main.name)
      case "eclass-overrides":
        for name in setting.words where !names.contains(name) {
          throw SourceError.missingOverride(setting, name, among: names)
        }
      default: break
      }
    }
  }

  /// The repository that Portage knows by this name.
  public subscript(name: String) -> Repository? {
    all.first { $0.name == name } ?? all.first { $0.aliases.contains(name) }
  }

  /// The folder of each, by name.
  public var folders: [String: Path] {
    Dictionary(all.map { ($0.name, $0.path) }) { first, _ in first }
  }

  /// The folders in which Portage looks for the eclasses of a repository's ebuilds, the first one first: those of its
  /// overrides, its own, and those of its masters; of several the last before the first.
  public func eclassFolders(of repository: Repository) -> [Path] {
    let byDefault = main.map { $0.name == repository.name ? [] : [$0.name] } ?? []
    var stack = (repository.masters ?? byDefault).compactMap { self[$0] }
    if !stack.contains(where: { $0.path == repository.path }) { stack.append(repository) }
    stack += repository.eclassOverrides.compactMap { self[$0] }
    var seen: Set<Path> = []
    return stack.reversed().map(\.path).filter { seen.insert($0).inserted }.map { $0 / "eclass" }
  }

  // MARK: repos.conf

  /// The text of a repos.conf (portage(5)). In the variable PORTAGE_REPOSITORIES it replaces every such file. Portage
  /// reads it with Python's `configparser`, to which a `%` begins a reference.
  public var reposConf: String {
    let sections = all.enumerated().map { index, repository in
      let lines = ["location = \(repository.path)", "priority = \(index)"] + lines(of: repository)
      return "[\(repository.name)]\n" + lines.map { "\($0.replacing("%", with: "%%"))\n" }.joined()
    }
    return "[DEFAULT]\nmain-repo = \(main?.name ?? "")\n" + sections.joined()
  }

  /// What counts of the repositories besides their order and content, on one line: `private: masters = tiny`.
  public var settings: String {
    let isFirst = main == all.first
    let others = all.flatMap { repository in lines(of: repository).map { "\(repository.name): \($0)" } }
    return ((isFirst ? [] : ["main-repo = \(main?.name ?? "")"]) + others).joined(separator: "; ")
  }

  private func lines(of repository: Repository) -> [String] {
    (attributes[repository.name] ?? [:]).sorted { $0.key < $1.key }.map { "\($0) = \($1)" }
  }

  /// Reads the repositories of a text that `reposConf` has made.
  public init(inReposConf text: String, reader: SourceReader) throws {
    let configuration = try ReposConf(text, file: "PORTAGE_REPOSITORIES")
    let main = configuration["DEFAULT", "main-repo"]?.value
    let folders = Self.folders(inReposConf: text)
    // The main one is the first; the order is that of the priorities.
    let ordered = folders.filter { $0.name == main } + folders.filter { $0.name != main }
    try self.init(in: ordered.map(\.path), configuration: configuration, reader: reader)
  }

  /// The names and folders in a text that `reposConf` has made.
  public static func folders(inReposConf text: String) -> [(name: String, path: Path)] {
    var folders: [(name: String, path: Path)] = []
    var name = ""
    for line in text.split(separator: "\n").map({ String($0).trimmed }) {
      if line.hasPrefix("["), line.hasSuffix("]") { name = String(line.dropFirst().dropLast()) }
      let parts = line.split(separator: "=", maxSplits: 1).map { String($0).trimmed }
      if parts.count == 2, parts[0] == "location" {
        folders.append((name, Path(parts[1].replacing("%%", with: "%"))))
      }
    }
    return folders
  }
}

extension Repositories: ExpressibleByDictionaryLiteral {
  /// Repositories of these names in these folders, which are not read.
  public init(dictionaryLiteral elements: (String, Path)...) {
    self.init(elements.map { Repository(name: $0.0, path: $0.1) })
  }
}
