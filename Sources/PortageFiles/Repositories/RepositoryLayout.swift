import Platform
import TextKit

/// What the files of a repository say of itself: `metadata/layout.conf`, `profiles/repo_name` and `profiles/eapi`,
/// after `parse_layout_conf` in `portage/repository/config.py` of 3.0.83.
struct RepositoryLayout {
  struct Setting {
    let text: String
    /// Relative to the source tree where it lies there.
    let file: String
    /// Counted from 1.
    let line: Int

    var words: [String] { text.split(separator: " ").map(String.init) }
  }

  /// The name, from `repo-name` in layout.conf or else from repo_name; nil if neither gives one.
  let name: Setting?
  let masters: Setting?
  let aliases: [String]
  /// Whether profiles may name parents with a colon: `portage-2` among the `profile-formats`.
  let takesColonParents: Bool
  let eapi: Setting?

  init(of folder: Path, reader: SourceReader) throws {
    let file = folder / "metadata/layout.conf"
    var settings: [String: Setting] = [:]
    if try reader.kind(of: file) == .file {
      for (name, setting) in Self.settings(try Self.lines(file, reader), of: reader.name(of: file)) {
        settings[name] = setting
      }
    }
    masters = settings["masters"]
    aliases = settings["aliases"]?.words ?? []
    takesColonParents = settings["profile-formats"]?.words.contains("portage-2") ?? false
    name =
      try settings["repo-name"].flatMap(Self.valid)
      ?? Self.firstLine(folder / "profiles/repo_name", reader).flatMap(Self.valid)
    eapi = try Self.firstLine(folder / "profiles/eapi", reader)
  }

  /// The lines `NAME = VALUE`, those of comments left out.
  private static func settings(_ lines: [String], of file: String) -> [(name: String, Setting)] {
    lines.enumerated().compactMap { index, line in
      let parts = line.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      guard !line.hasPrefix("#"), parts.count == 2 else { return nil }
      let value = parts[1].split(whereSeparator: \.isWhitespace).joined(separator: " ")
      return (
        String(parts[0]).trimmed, Setting(text: value, file: file, line: index + 1)
      )
    }
  }

  private static func firstLine(_ path: Path, _ reader: SourceReader) throws -> Setting? {
    guard try reader.kind(of: path) == .file, let line = try lines(path, reader).first else { return nil }
    return Setting(text: line, file: reader.name(of: path), line: 1)
  }

  private static func lines(_ path: Path, _ reader: SourceReader) throws -> [String] {
    let bytes = try reader.contents(of: path) ?? []
    return bytes.split(separator: 0x0A, omittingEmptySubsequences: false).map {
      String(decoding: $0, as: UTF8.self).trimmed
    }
  }

  /// The name as Portage takes it: what is neither a letter, a digit nor one of `_-` parts words, which are joined
  /// by hyphens. Nil if nothing is left.
  private static func valid(_ setting: Setting) -> Setting? {
    let words = setting.text.split { !($0.isLetter || $0.isNumber || $0 == "_" || $0 == "-") }
    let name = words.joined(separator: "-").drop { $0 == "-" }
    return name.isEmpty ? nil : Setting(text: String(name), file: setting.file, line: setting.line)
  }
}
