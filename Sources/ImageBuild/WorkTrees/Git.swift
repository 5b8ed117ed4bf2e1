import BuildSettings
import Platform
import TextKit

/// git in a work tree. Of the settings of whoever runs it, those count that git reads from files.
struct Git {
  let folder: Path
  private let program: Path

  init(_ folder: Path) throws(UserError) {
    guard let program = ProgramSearch.find("git", in: Settings.systemSearchPath) else {
      throw UserError("'git' is not on the PATH, which is \(Settings.systemSearchPath): install git")
    }
    self.folder = folder
    self.program = program
  }

  /// Runs a command of git.
  ///
  /// - Parameter index: the file that takes the place of the tree's index.
  /// - Throws: `UserError` with what it prints if it fails.
  func run(_ words: [String], index: Path? = nil) throws {
    let (output, status) = try ProgramOutput.ofBothStreams(
      program, ["git"] + Self.options + words, environment: environment(index), directory: folder)
    if !status.isSuccess {
      throw UserError.gitFailed(words, in: folder, String(decoding: output, as: UTF8.self))
    }
  }

  /// What a command of git prints on standard output; nil if it fails.
  func output(_ words: [String], index: Path? = nil) throws -> String? {
    try ProgramOutput.of(
      program, ["-C", "\(folder)"] + Self.options + words, environment: environment(index))
  }

  /// The same.
  ///
  /// - Throws: `UserError` with what it prints if it fails.
  func answer(_ words: [String], index: Path? = nil) throws -> String {
    if let output = try output(words, index: index) { return output }
    try run(words, index: index)
    throw UserError.gitFailed(words, in: folder, "")
  }

  /// The same without the line feed.
  func word(_ words: [String], index: Path? = nil) throws -> String {
    String(try answer(words, index: index).prefix { $0 != "\n" })
  }

  private static let options = ["-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"]

  private func environment(_ index: Path?) -> [String] {
    let inherited = ["HOME", "XDG_CONFIG_HOME", "USER", "LOGNAME", "EMAIL"].compactMap { name in
      Environment.value(name).map { "\(name)=\(String(decoding: $0, as: UTF8.self))" }
    }
    return inherited + ["PATH=\(Settings.systemSearchPath)", "LC_ALL=C.UTF-8", "GIT_TERMINAL_PROMPT=0"]
      + (index.map { ["GIT_INDEX_FILE=\($0)"] } ?? [])
  }
}

extension UserError {
  fileprivate static func gitFailed(_ words: [String], in folder: Path, _ output: String) -> Self {
    Self(
      "'git \(words.first { $0.first?.isLetter == true && !$0.contains("=") } ?? "")' failed in '\(folder)':\n\(harmless(output))"
    )
  }
}
