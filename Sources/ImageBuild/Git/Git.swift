import BuildSettings
import Platform
import TextKit

/// git in a folder, for the questions and the changes of this program: the same whatever the caller's environment has,
/// but with the settings that git reads from files. No hook runs.
struct Git {
  let folder: Path
  fileprivate let program: Path

  /// - Throws: `UserError` if there is no git.
  init(in folder: Path) throws(UserError) {
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

/// git as the caller would run it: in the caller's environment, with hooks.
extension Git {
  /// What it prints, without the line feed at the end; nil if it fails.
  func line(_ words: String...) throws -> String? {
    let output = try ProgramOutput.of(program, ["-C", "\(folder)"] + words, environment: Self.caller)
    return output.map { $0.hasSuffix("\n") ? String($0.dropLast()) : $0 }
  }

  /// - Parameters:
  ///   - variables: `NAME=value`, which it sees besides those of this process.
  /// - Returns: nil if it succeeds, or else what it prints.
  func complaint(about words: [String], with variables: [String] = []) throws -> String? {
    let (output, status) = try ProgramOutput.ofBothStreams(
      program, ["git"] + words, environment: Self.caller + variables, directory: folder)
    return status.isSuccess ? nil : String(decoding: output, as: UTF8.self)
  }

  /// Runs it where it can ask for a password, and shows what it prints as messages.
  ///
  /// - Returns: whether it succeeds.
  func runInForeground(_ words: [String]) throws -> Bool {
    try ChildProcess(
      program: program, arguments: (["git"] + words).map { Array($0.utf8) },
      environment: Self.caller.map { Array($0.utf8) }, directory: folder, output: 2, error: 2,
      isForeground: true
    ).reap().isSuccess
  }

  /// Runs it so that it comes to its end whatever happens to this process, and shows what it prints as messages.
  ///
  /// - Returns: whether it succeeds.
  func runToTheEnd(_ words: [String]) throws -> Bool {
    try Signals.deferringEnds {
      // If this process is killed, the shell is, but not what the shell has started.
      try ChildProcess(
        program: "/bin/sh",
        arguments: (["sh", "-c", "\"$@\" & wait $!", "sh", "\(program)"] + words).map { Array($0.utf8) },
        environment: Self.caller.map { Array($0.utf8) }, directory: folder, output: 2, error: 2
      ).reap().isSuccess
    }
  }

  /// The variables of this process, but for those with which git tells a hook where its checkout is.
  private static var caller: [String] {
    let names = ["DIR", "WORK_TREE", "INDEX_FILE", "PREFIX", "COMMON_DIR", "OBJECT_DIRECTORY", "NAMESPACE"]
    return Environment.variables.map { String(decoding: $0, as: UTF8.self) }.filter { variable in
      !names.contains { variable.hasPrefix("GIT_\($0)=") }
    }
  }
}

extension UserError {
  fileprivate static func gitFailed(_ words: [String], in folder: Path, _ output: String) -> Self {
    Self(
      "'git \(words.first { $0.first?.isLetter == true && !$0.contains("=") } ?? "")' failed in '\(folder)':\n\(harmless(output))"
    )
  }
}
