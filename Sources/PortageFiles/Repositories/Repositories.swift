public import Platform
import TextKit

/// The ebuild repositories of a build: the main one first, each with a higher priority than those before it.
public struct Repositories: Hashable, Sendable {
  public let all: [Repository]

  public init(_ repositories: [Repository] = []) {
    all = repositories
  }

  /// Reads the repositories in these folders.
  ///
  /// - Throws: `SourceError` if a folder is no repository, two have one name, or a master is missing.
  public init(in folders: [Path], reader: SourceReader) throws {
    let layouts = try folders.map { try RepositoryLayout(of: $0, reader: reader) }
    all = try zip(folders, layouts).map { try Repository(at: $0, layout: $1, reader: reader) }
    var files: [String: String] = [:]
    for name in layouts.compactMap(\.name) {
      if let first = files.updateValue(name.file, forKey: name.text) {
        throw SourceError.twoRepositories(name.file, line: name.line, name.text, first: first)
      }
    }
    let names = all.flatMap { [$0.name] + $0.aliases }
    for (repository, layout) in zip(all, layouts) {
      guard let masters = layout.masters else { continue }
      for master in masters.words where !names.contains(master) {
        throw SourceError.missingMaster(
          masters.file, line: masters.line, master, of: repository.name, among: names)
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

  /// The folders in which Portage looks for the eclasses of a repository's ebuilds, the first one first: its own before
  /// those of its masters, and of these the last before the first.
  public func eclassFolders(of repository: Repository) -> [Path] {
    let main = all.first.map { $0.name == repository.name ? [] : [$0.name] } ?? []
    var stack = (repository.masters ?? main).compactMap { self[$0] }
    if !stack.contains(where: { $0.path == repository.path }) { stack.append(repository) }
    return stack.reversed().map { $0.path / "eclass" }
  }

  // MARK: repos.conf

  /// The text of a repos.conf (portage(5)). In the variable PORTAGE_REPOSITORIES it replaces every such file. Portage
  /// reads it with Python's `configparser`, to which a `%` begins a reference.
  public var reposConf: String {
    let sections = all.enumerated().map { index, repository in
      let location = "\(repository.path)".replacing("%", with: "%%")
      return "[\(repository.name)]\nlocation = \(location)\npriority = \(index)\n"
    }
    return "[DEFAULT]\nmain-repo = \(all.first?.name ?? "")\n" + sections.joined()
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
