public import Platform
import TextKit

/// What a repos.conf says of repositories (portage(5)), as Portage reads it with Python's `configparser`
/// (`portage/repository/config.py` of 3.0.83).
///
/// Attributes that only a synchronisation heeds are left out. Where Portage would ignore the whole file, or a part of it,
/// without a failure, reading throws.
public struct ReposConf {
  struct Setting: Hashable {
    let section: String
    let name: String
    let value: String
    /// Relative to the source tree where it lies there.
    let file: String
    /// Counted from 1.
    let line: Int

    var words: [String] { value.split(whereSeparator: \.isWhitespace).map(String.init) }
    var place: String { SourceError.place(file, line) }
  }

  /// In their order, `location` and `main-repo` among them; one of a later file replaces one of an earlier.
  private(set) var settings: [Setting] = []
  private(set) var sections: [(name: String, file: String, line: Int)] = []

  public init() {}

  /// The text of a repos.conf that is called `file`.
  init(_ text: String, file: String) throws(SourceError) { try add(text, file: file) }

  /// The repos.conf of configuration roots, which count as one. Each is a file or a folder of files, and need not be
  /// there.
  ///
  /// - Throws: `SourceError` for what Portage does not understand, and for two roots that contradict each other.
  public init(ofRoots roots: [Path], reader: SourceReader) throws {
    for root in roots {
      var own = ReposConf()
      for file in try Self.files(root / "etc/portage/repos.conf", reader) {
        let bytes = try reader.contents(of: file) ?? []
        let name = reader.name(of: file)
        if let line = TextLines.lineNotUTF8(in: bytes) { throw SourceError.notText(name, line: line) }
        try own.add(String(decoding: bytes, as: UTF8.self), file: name)
      }
      for setting in own.settings {
        if let other = self[setting.section, setting.name], other.words != setting.words {
          throw SourceError.contradictingReposConf(setting, other)
        }
        if self[setting.section, setting.name] == nil { settings.append(setting) }
      }
      sections += own.sections
    }
  }

  /// The setting of an attribute in this very section.
  subscript(section: String, name: String) -> Setting? {
    settings.first { $0.section == section && $0.name == name }
  }

  /// The setting of an attribute of a repository; those of `[DEFAULT]` hold for all.
  func setting(_ name: String, of repository: String) -> Setting? {
    self[repository, name] ?? self["DEFAULT", name]
  }

  /// `file:line` of the first setting; nil if there is none.
  public var place: String? { settings.first?.place }

  // MARK: Attributes

  /// What changes which packages are chosen, or what they are built from.
  static let attributes = [
    "aliases", "eclass-overrides", "masters", "priority", "strict-misc-digests", "usepkg-exclude",
    "usepkg-include",
  ]

  /// Those without an effect on a build besides `sync-…`. `force` has none where Portage reads a configuration.
  private static let ignored = ["auto-sync", "clone-depth", "force", "format", "volatile"]

  // MARK: Parsing

  /// The files that Portage reads for a path (`_recursive_file_list`).
  private static func files(_ path: Path, _ reader: SourceReader) throws -> [Path] {
    switch try reader.kind(of: path) {
    case .file: return [path]
    case .directory:
      let names = try reader.names(in: path).filter { name in
        !name.isHidden && name.bytes.last != UInt8(ascii: "~") && !["CVS", "RCS", "SCCS"].contains(name)
      }
      return try names.flatMap { try files(path / $0, reader) }
    default: return []
    }
  }

  private mutating func add(_ text: String, file: String) throws(SourceError) {
    var section: String?
    // Whether an indented line continues the last setting.
    var isOpen = false
    var known: Set<String> = []
    var found: [(setting: Setting, indent: Int)] = []
    for (index, line) in text.split(
      omittingEmptySubsequences: false, whereSeparator: { ["\n", "\r", "\r\n"].contains($0) }
    ).enumerated() {
      let content = line.trimmed
      if content.isEmpty || content.hasPrefix("#") || content.hasPrefix(";") { continue }
      let indent = line.prefix { $0.isWhitespace }.count
      if isOpen, let (last, lastIndent) = found.last, indent > lastIndent {
        // A continuation.
        let joined = last.value.isEmpty ? content : "\(last.value)\n\(content)"
        found[found.count - 1].setting = Setting(
          section: last.section, name: last.name, value: joined, file: file, line: last.line)
        continue
      }
      if content.hasPrefix("["), let end = content.lastIndex(of: "]"),
        end > content.index(after: content.startIndex)
      {
        let name = String(content[content.index(after: content.startIndex)..<end])
        if name != "DEFAULT", !known.insert("[\(name)]").inserted {
          throw .twiceInReposConf(file, line: index + 1, "[\(name)]")
        }
        if !sections.contains(where: { $0.name == name }) { sections.append((name, file, index + 1)) }
        section = name
        isOpen = false
        continue
      }
      let end = content.firstIndex { $0 == "=" || $0 == ":" }
      guard let section, let end, end > content.startIndex else {
        throw .notOfReposConf(file, line: index + 1, printable(content.utf8))
      }
      let name = content[..<end].trimmed.lowercased()
      if !known.insert("\(section)\n\(name)").inserted {
        throw .twiceInReposConf(file, line: index + 1, "\(name)' of '[\(section)]")
      }
      let setting = Setting(
        section: section, name: name, value: content[content.index(after: end)...].trimmed, file: file,
        line: index + 1)
      found.append((setting, indent))
      isOpen = true
    }
    for (setting, _) in found { try add(setting) }
  }

  private mutating func add(_ setting: Setting) throws(SourceError) {
    if setting.name.hasPrefix("sync-") || Self.ignored.contains(setting.name) { return }
    guard Self.attributes.contains(setting.name) || ["location", "main-repo"].contains(setting.name) else {
      throw .unknownAttribute(setting, among: Self.attributes)
    }
    let value = setting.value.replacing("%%", with: "")
    if value.contains("%") { throw .interpolated(setting) }
    if setting.name == "priority", Int(setting.value) == nil { throw .badPriority(setting) }
    settings.removeAll { $0.section == setting.section && $0.name == setting.name }
    settings.append(
      Setting(
        section: setting.section, name: setting.name, value: setting.value.replacing("%%", with: "%"),
        file: setting.file, line: setting.line))
  }
}

// The messages about a repos.conf.
extension SourceError {
  static func notOfReposConf(_ file: String, line: Int, _ text: String) -> SourceError {
    SourceError(
      file, line: line,
      "'\(text)' is neither '[REPOSITORY]' nor an attribute below one, so Portage would ignore all of repos.conf: write 'NAME = VALUE'"
    )
  }

  static func twiceInReposConf(_ file: String, line: Int, _ item: String) -> SourceError {
    SourceError(
      file, line: line,
      "'\(item)' is in the file twice, so Portage would ignore all of repos.conf: write it once")
  }

  static func unknownAttribute(_ setting: ReposConf.Setting, among names: [String]) -> SourceError {
    SourceError(
      setting.file, line: setting.line,
      "Portage knows no attribute '\(setting.name)' of a repository\(didYouMean(suggestion(for: setting.name, among: names))); take the line out"
    )
  }

  static func interpolated(_ setting: ReposConf.Setting) -> SourceError {
    SourceError(
      setting.file, line: setting.line,
      "'\(setting.value)' has a '%', which begins a reference: write the value out, and '%%' for a percent sign"
    )
  }

  static func badPriority(_ setting: ReposConf.Setting) -> SourceError {
    SourceError(
      setting.file, line: setting.line, "the priority '\(setting.value)' is no number: write one such as 50")
  }

  static func contradictingReposConf(_ setting: ReposConf.Setting, _ other: ReposConf.Setting) -> SourceError {
    SourceError(
      setting.file, line: setting.line,
      "'\(setting.name) = \(setting.value)' of [\(setting.section)] contradicts '\(other.value)' of \(other.place): all stages have one repos.conf, so write the same in both"
    )
  }

  static func sectionOfNoRepository(
    _ file: String, line: Int, _ name: String, hint: String?
  ) -> SourceError {
    SourceError(
      file, line: line,
      "'[\(name)]' is none of REPOSITORIES\(didYouMean(hint)); add its folder there, or take the section out")
  }

  static func otherLocation(_ setting: ReposConf.Setting, folder: String) -> SourceError {
    SourceError(
      setting.file, line: setting.line,
      "the location '\(setting.value)' of '\(setting.section)' is not its folder of REPOSITORIES, '\(folder)': take the line out, or change REPOSITORIES"
    )
  }

  static func otherMainRepository(_ setting: ReposConf.Setting, main: String) -> SourceError {
    SourceError(
      setting.file, line: setting.line,
      "the main-repo '\(setting.value)' is not the first of REPOSITORIES, '\(main)': take the line out, or put its folder first"
    )
  }

  static func missingOverride(_ setting: ReposConf.Setting, _ name: String, among names: [String])
    -> SourceError
  {
    SourceError(
      setting.file, line: setting.line,
      "the repository '\(name)' of eclass-overrides is not there\(didYouMean(suggestion(for: name, among: names))); add its folder to REPOSITORIES"
    )
  }
}
