import Platform
import Stamps

/// The commit that is checked out in a folder, read without git, since every plan depends on it.
enum GitHead {
  /// In hexadecimal digits. Nil if the folder is not the top of a git checkout, or one whose references are not in files.
  static func commit(of folder: Path, _ recorder: ReadRecorder) -> String? {
    guard let directory = directory(of: folder, recorder),
      let head = line(directory / "HEAD", recorder)
    else { return nil }
    guard head.hasPrefix("ref: ") else { return commit(head) }
    let reference = String(head.dropFirst("ref: ".count))
    // A work tree that git-worktree has added shares its branches with others.
    let common = line(directory / "commondir", recorder).map { directory / Path($0) } ?? directory
    if let found = line(common / Path(reference), recorder) { return commit(found) }
    for entry in (text(common / "packed-refs", recorder) ?? "").split(separator: "\n") {
      let words = entry.split(separator: " ")
      if words.count == 2, words[1] == reference { return commit(String(words[0])) }
    }
    return nil
  }

  /// The folder that `.git` is, or that it names, as in a submodule.
  private static func directory(of folder: Path, _ recorder: ReadRecorder) -> Path? {
    let path = folder / ".git"
    guard let kind = (try? recorder.status(of: path))?.kind else { return nil }
    if kind == .directory { return path }
    guard let link = line(path, recorder), link.hasPrefix("gitdir: ") else { return nil }
    return folder / Path(String(link.dropFirst("gitdir: ".count)))
  }

  private static func commit(_ text: String) -> String? {
    [40, 64].contains(text.utf8.count) && text.allSatisfy { $0.isHexDigit } ? text : nil
  }

  private static func line(_ file: Path, _ recorder: ReadRecorder) -> String? {
    text(file, recorder)?.split(separator: "\n").first.map(String.init)
  }

  private static func text(_ file: Path, _ recorder: ReadRecorder) -> String? {
    guard recorder.exists(file), let bytes = try? recorder.content(of: file) else { return nil }
    return String(decoding: bytes, as: UTF8.self)
  }
}

/// The commits of the source tree and of the repositories, where they are git checkouts, as the variable SOURCE_COMMITS has
/// them: `NAME=COMMIT`, separated by blanks. The source tree, which comes first, has no name.
struct SourceCommits {
  static let variable = "SOURCE_COMMITS"

  let entries: [(name: String, commit: String)]

  init(source: Path, repositories: [(name: String, path: Path)], _ recorder: ReadRecorder) {
    entries = ([(name: "", path: source)] + repositories).compactMap { name, path in
      GitHead.commit(of: path, recorder).map { (name, $0) }
    }
  }

  init(_ text: String) {
    entries = text.split(separator: " ").compactMap { word in
      let parts = word.split(separator: "=", omittingEmptySubsequences: false)
      return parts.count == 2 ? (String(parts[0]), String(parts[1])) : nil
    }
  }

  var text: String { entries.map { "\($0.name)=\($0.commit)" }.joined(separator: " ") }
}
