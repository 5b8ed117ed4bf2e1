import BuildGraph
import BuildSettings
import Platform
import TextKit

/// Changes of files in the source tree, which are shown and made only if somebody agrees.
struct SourceEdits {
  private let source: Path
  /// The new text of each file, whose name is relative to the source tree; nil if it is to be removed.
  private let texts: [(name: String, text: [UInt8]?)]

  init(_ texts: [(name: String, text: [UInt8]?)], in source: Path) {
    self.texts = texts
    self.source = source
  }

  /// Shows what would change, asks unless `--yes` is given, and writes.
  ///
  /// - Returns: whether the files were written.
  func carryOut(_ invocation: Invocation) throws -> Bool {
    for (name, text) in texts { try show(name, text) }
    if !invocation.has(.yes) {
      try StandardStream.output.write("write \(texts.map(\.name).joined(separator: ", "))? [y/N] ")
      guard readLine() == "y" else { return false }
    }
    for (name, text) in texts {
      let file = source / Path(name)
      if let text {
        try Directory.create(file.parent, intermediates: true)
        try AtomicFile.write(text, to: file)
      } else {
        try File.remove(file, missingIsFine: true)
        // git knows no empty folders.
        try Directory.removeIfEmpty(file.parent)
      }
    }
    return true
  }

  private func show(_ name: String, _ text: [UInt8]?) throws {
    guard let diff = ProgramSearch.find("diff", in: Settings.systemSearchPath) else {
      throw UserError("'diff' is not on the PATH, which is \(Settings.systemSearchPath): install diffutils")
    }
    let scratch = try Directory.createTemporary(prefix: "/tmp/sysbuild-edit-")
    defer { try? Directory.removeTree(scratch) }
    let old = File.exists(source / Path(name)) ? source / Path(name) : "/dev/null"
    let new: Path = text == nil ? "/dev/null" : scratch / "new"
    if let text { try File.write(text, to: new) }
    _ = try ChildProcess(
      program: diff,
      arguments: ["diff", "-u", "--label", "a/\(name)", "--label", "b/\(name)", "\(old)", "\(new)"]
        .map { Array($0.utf8) },
      environment: Environment.variables, output: 1, error: 2, isForeground: true
    ).reap()
  }
}
