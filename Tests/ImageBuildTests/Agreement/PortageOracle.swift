import Glibc
import Platform
import TestSupport
import Testing

@testable import ImageBuild
@testable import PortageFiles
@testable import TextKit

/// A process with the real Portage that answers questions about configuration roots.
///
/// On Debian it is the Portage that `hosts/debian/host-tools` installs, in a virtual environment that is made once and
/// kept beside the tests. On Gentoo it is that of the system.
final class PortageOracle {
  private let process: ChildProcess
  private let questions: FileDescriptor
  private let answers: FileDescriptor
  private let tree: TestTree
  private var unread: [UInt8] = []

  init() throws {
    tree = try TestTree(["target/": ""])
    for name in ["questions", "answers"] { try tree.makeFIFO(name) }
    let script = Path("\(#filePath)").parent / "ask-portage.py"
    // The kernel would kill it when the thread of this test ends (`ChildProcess`). It ends by itself when this
    // process has ended, since the pipe of questions is closed then.
    let words = [
      "/usr/bin/setpriv", "--pdeathsig=clear", try Self.python(), "\(script)", "\(tree.path / "questions")",
      "\(tree.path / "answers")",
    ]
    let log = try FileDescriptor.open(tree.path / "log", O_WRONLY | O_CREAT)
    process = try ChildProcess(
      program: Path(words[0]), arguments: words.map { Array($0.utf8) },
      environment: ["PATH=/usr/bin:/bin", "LC_ALL=C.UTF-8", "EPREFIX=/"].map { Array($0.utf8) },
      output: log.raw, error: log.raw)
    // Opened for reading and writing, so that the call does not wait for the other side.
    questions = try FileDescriptor.open(tree.path / "questions", O_RDWR)
    answers = try FileDescriptor.open(tree.path / "answers", O_RDWR)
  }

  deinit {
    process.signalGroup(SIGKILL)
    _ = try? process.reap()
  }

  /// What Portage reads in the root, with a repository that is called tiny.
  func answer(root: Path, repository: Path) throws -> JSON {
    try answer([
      "root": .string("\(root)"), "repository": .string("\(repository)"),
      "target": .string("\(tree.path / "target")"),
    ])
  }

  /// What Portage makes of the repositories of these texts of repos.conf files, read one after the other.
  func answer(repositories texts: String...) throws -> JSON {
    try answer(["repositories": .array(texts.map { .string($0) })])
  }

  /// How Portage compares versions: for each pair a number below, above or equal to 0; null if one is no version.
  func answer(versions pairs: [(String, String)]) throws -> JSON {
    try answer(["versions": .array(pairs.map { [.string($0.0), .string($0.1)] })])
  }

  /// The files that a package owns, by its folder in the database of installed packages: for each the path, `obj` or
  /// `sym`, and the digest or the target.
  func answer(contents folder: Path) throws -> JSON { try answer(["contents": .string("\(folder)")]) }

  private func answer(_ question: JSON) throws -> JSON {
    try questions.writeAll(Array("\(question.line)\n".utf8))
    while !unread.contains(0x0A) {
      let ready = try Poll.wait(for: [.init(answers.raw), .init(process.pollDescriptor)])
      guard ready.contains(where: { $0.raw == answers.raw }) else {
        let log = String(decoding: try File.read(tree.path / "log"), as: UTF8.self)
        throw PortageIsMissing(description: "Portage answers no question: \(log)")
      }
      unread += try answers.read(upTo: 1 << 16)
    }
    let end = unread.firstIndex(of: 0x0A) ?? 0
    let line = unread[..<end]
    unread.removeSubrange(...end)
    return try #require(JSONReader.value(of: line))
  }

  struct PortageIsMissing: Error, CustomStringConvertible {
    let description: String
  }

  /// An interpreter that finds Portage.
  private static func python() throws -> String {
    if File.exists("/etc/gentoo-release") { return "/usr/bin/python3" }
    let scripts = Path("\(#filePath)").parent / "../../../hosts/debian"
    let wanted = try File.read(scripts / "requirements.txt")
    let folder = try Environment.executable().parent / "portage"
    let note = folder / "requirements.txt"
    if (try? File.read(note)) != wanted {
      let output = try FileDescriptor.open(folder.parent / "portage.log", O_WRONLY | O_CREAT | O_TRUNC)
      let words = ["\(scripts / "host-tools")", "\(folder)", "\(folder)/none"]
      let status = try ChildProcess(
        program: Path(words[0]), arguments: words.map { Array($0.utf8) },
        environment: [Array("PATH=/usr/local/bin:/usr/bin:/bin".utf8)], output: output.raw, error: output.raw
      ).reap()
      let log = String(decoding: try File.read(folder.parent / "portage.log"), as: UTF8.self)
      if !status.isSuccess { throw PortageIsMissing(description: log) }
      // Written last, so that an environment that was not finished is made again.
      try File.write(wanted, to: note)
    }
    return "\(folder / "bin/python3")"
  }
}
