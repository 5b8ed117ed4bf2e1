public import Platform

/// An ebuild repository: a folder with packages, eclasses, licences and profiles, and a name.
public struct Repository: Hashable, Sendable {
  public let name: String
  /// Absolute, with its links as they were given.
  public let path: Path
  /// The names of the repositories whose eclasses it uses; nil if it says nothing, which means the main one.
  public let masters: [String]?
  /// Further names that Portage knows it by.
  public let aliases: [String]
  /// The names of the repositories whose eclasses come before its own.
  public let eclassOverrides: [String]

  public init(
    name: String, path: Path, masters: [String]? = nil, aliases: [String] = [], eclassOverrides: [String] = []
  ) {
    self.name = name
    self.path = path.normalized
    self.masters = masters
    self.aliases = aliases
    self.eclassOverrides = eclassOverrides
  }

  /// The repository in a folder, whose files say this. A repos.conf overrides its masters and adds to its aliases.
  ///
  /// - Throws: `SourceError` for a folder without a name or with an unknown EAPI.
  init(at path: Path, layout: RepositoryLayout, configuration: ReposConf, reader: SourceReader) throws {
    guard let name = layout.name else {
      throw SourceError.namelessRepository(reader.name(of: path))
    }
    if let eapi = layout.eapi, !Self.knownEAPIs.contains(eapi.text) {
      throw SourceError.unknownEAPI(
        reader.name(of: path / "profiles/eapi"), line: eapi.line, eapi.text, newest: Self.knownEAPIs.last ?? "")
    }
    func words(_ attribute: String) -> [String]? { configuration.setting(attribute, of: name.text)?.words }
    self.init(
      name: name.text, path: path, masters: words("masters") ?? layout.masters?.words,
      aliases: Self.stacked(layout.aliases + (words("aliases") ?? [])),
      eclassOverrides: words("eclass-overrides") ?? [])
  }

  /// The words without those that a later `-WORD` or `-*` removes (`stack_lists`).
  private static func stacked(_ words: [String]) -> [String] {
    var stack: [String] = []
    for word in words {
      if word == "-*" {
        stack = []
      } else if word.hasPrefix("-") {
        stack.removeAll { $0 == word.dropFirst() }
      } else {
        stack.append(word)
      }
    }
    return stack
  }

  /// The ebuild of this version, which it need not have.
  public func ebuild(of version: some VersionedPackage) -> Path {
    path / version.category / version.name / "\(version.name)-\(version.version).ebuild"
  }

  /// The EAPIs in which the profiles of a repository may be written (PMS; `portage/eapi.py` of 3.0.83).
  static let knownEAPIs = ["0", "1", "2", "3", "4", "5", "6", "7", "8", "9"]
}
