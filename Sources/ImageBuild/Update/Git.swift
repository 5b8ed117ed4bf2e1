import BuildSettings
import Platform
import TextKit

/// git in a folder.
struct Git {
  let folder: Path
  private let program: Path

  /// - Throws: `UserError` if there is no git.
  init(in folder: Path) throws(UserError) {
    guard let program = ProgramSearch.find("git", in: Settings.systemSearchPath) else {
      throw UserError("'git' is not on the PATH, which is \(Settings.systemSearchPath): install git")
    }
    self.folder = folder
    self.program = program
  }

  /// What it prints, without the line feed at the end; nil if it fails.
  func answer(_ words: String...) throws -> String? {
    let output = try ProgramOutput.of(program, ["-C", "\(folder)"] + words, environment: Self.environment)
    return output.map { $0.hasSuffix("\n") ? String($0.dropLast()) : $0 }
  }

  /// - Parameters:
  ///   - variables: `NAME=value`, which it sees besides those of this process.
  /// - Returns: nil if it succeeds, or else what it prints.
  func complaint(about words: [String], with variables: [String] = []) throws -> String? {
    let (output, status) = try ProgramOutput.ofBothStreams(
      program, ["git"] + words, environment: Self.environment + variables, directory: folder)
    return status.isSuccess ? nil : String(decoding: output, as: UTF8.self)
  }

  /// Runs it where it can ask for a password, and shows what it prints as messages.
  ///
  /// - Returns: whether it succeeds.
  func runInForeground(_ words: [String]) throws -> Bool {
    try ChildProcess(
      program: program, arguments: (["git"] + words).map { Array($0.utf8) },
      environment: Self.environment.map { Array($0.utf8) }, directory: folder, output: 2, error: 2,
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
        environment: Self.environment.map { Array($0.utf8) }, directory: folder, output: 2, error: 2
      ).reap().isSuccess
    }
  }

  /// The variables of this process, but for those with which git tells a hook where its checkout is.
  private static var environment: [String] {
    let names = ["DIR", "WORK_TREE", "INDEX_FILE", "PREFIX", "COMMON_DIR", "OBJECT_DIRECTORY", "NAMESPACE"]
    return Environment.variables.map { String(decoding: $0, as: UTF8.self) }.filter { variable in
      !names.contains { variable.hasPrefix("GIT_\($0)=") }
    }
  }
}
