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
  /// - Returns: what it prints on both of its streams.
  /// - Throws: `UserError` with that if it fails.
  @discardableResult
  func run(_ words: [String], index: Path? = nil) throws -> String {
    let (output, status) = try attempt(words, index: index)
    if status.isSuccess { return output }
    throw UserError.gitFailed(words, in: folder, output)
  }

  /// The same without the line feed.
  func word(_ words: [String], index: Path? = nil) throws -> String {
    String(try run(words, index: index).prefix { $0 != "\n" })
  }

  func succeeds(_ words: [String]) throws -> Bool { try attempt(words).status.isSuccess }

  private func attempt(_ words: [String], index: Path? = nil) throws -> (output: String, status: ExitStatus) {
    let inherited = ["HOME", "XDG_CONFIG_HOME", "USER", "LOGNAME", "EMAIL"].compactMap { name in
      Environment.value(name).map { "\(name)=\(String(decoding: $0, as: UTF8.self))" }
    }
    let (output, status) = try ProgramOutput.ofBothStreams(
      program, ["git", "-c", "core.fsmonitor=false", "-c", "core.hooksPath=/dev/null"] + words,
      environment: inherited + ["PATH=\(Settings.systemSearchPath)", "LC_ALL=C.UTF-8", "GIT_TERMINAL_PROMPT=0"]
        + (index.map { ["GIT_INDEX_FILE=\($0)"] } ?? []), directory: folder)
    return (String(decoding: output, as: UTF8.self), status)
  }
}

extension UserError {
  fileprivate static func gitFailed(_ words: [String], in folder: Path, _ output: String) -> Self {
    Self(
      "'git \(words.first { $0.first?.isLetter == true && !$0.contains("=") } ?? "")' failed in '\(folder)':\n\(harmless(output))"
    )
  }
}
