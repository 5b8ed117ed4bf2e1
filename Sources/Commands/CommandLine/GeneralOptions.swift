import BuildSettings
import Execution
import Platform
import TextKit

/// The options of a build, and those that several commands take.
extension Option {
  static let dryRun = Option(
    "--dry-run", letter: "n", aliases: ["--just-print"], "say what would run and why; write nothing")
  static let previewPackages = Option("--packages", "with -n, show what emerge would build, update and remove")
  static let question = Option("--question", letter: "q", "say nothing; exit 1 if something is stale")
  static let alwaysMake = Option("--always-make", letter: "B", "run every target, stale or not")
  static let keepGoing = Option(
    "--keep-going", letter: "k", "after a failure, go on with what does not depend on it")
  static let touch = Option("--touch", letter: "t", "record the targets as made without running them")
  static let whatIf = Option(
    "--what-if", letter: "W", takes: .init(placeholder: "FILE", noun: "a file or VAR=value", completion: .file),
    "a dry run as if FILE had changed, or VAR=value were set")
  static let jobs = Option(
    "--jobs", letter: "j",
    takes: .init(placeholder: "N", noun: "a number", completion: .none) { text throws(UserError) in
      guard let number = Int(text), (1...1024).contains(number) else { throw .badJobs(text) }
    },
    "run up to N targets at once (default: one per processor)")
  static let wait = Option("--wait", "wait for another sysbuild in the same O")
  static let keepWork = Option(
    "--keep-work", takes: .init(placeholder: "PKG", noun: "a package", completion: .none),
    "keep the folder in which PKG is built")
  static let silent = Option("--silent", letter: "s", aliases: ["--quiet"], "say only what went wrong")
  static let events = Option(
    "--events", takes: .init(placeholder: "FILE", noun: "a file", completion: .file),
    "write the events of the run to FILE, as lines of JSON")
  static let trace = Option(
    "--trace", takes: .init(placeholder: "FILE", noun: "a file", completion: .file),
    "write a timeline to FILE, for ui.perfetto.dev or Chrome")
  static let directory = Option(
    "--directory", letter: "C", takes: .init(placeholder: "DIR", noun: "a folder", completion: .folder),
    "use the source tree in DIR")
  static let json = Option("--json", "answer in JSON: with -n and most queries")
  static let help = Option("--help", letter: "h", "this text")
  static let version = Option("--version", "the version")
  static let all = Option("--all", "print a long answer in full")
}

extension Invocation {
  var isDryRun: Bool { has(.dryRun) || has(.whatIf) || caller.isDryRun }
  /// The `-q` of the calling make only applies to a build.
  var asksOnly: Bool { has(.question) || command == .build && caller.asksOnly }
  var touches: Bool { has(.touch) || command == .build && caller.touches }
  var forces: Bool { has(.alwaysMake) }
  var isSilent: Bool { has(.silent) }
  var wantsJSON: Bool { has(.json) }
  var wantsAll: Bool { has(.all) }

  /// The number that `-j` gives. Nil if it is not given; then the calling make or the number of processors
  /// decides.
  package var jobs: Int? { value(of: .jobs).flatMap { Int($0) } }
  /// The maximum number of jobs at once: from `-j`, the calling make, or the number of processors.
  var jobCount: Int { jobs ?? caller.jobs ?? processorCount }

  /// The folder that `-C` gives, relative to the current folder. As in make, a second `-C` is relative to the
  /// first.
  var directory: Path? {
    values(of: .directory).reduce(nil) { folder, name in folder.map { $0 / name } ?? Path(name) }
  }

  /// The source tree, absolute and without links: it is one tree, whatever way led there.
  func source() throws -> Path {
    let current = try Directory.current()
    guard let directory else { return current }
    return File.resolve(current / directory) ?? (current / directory).normalized
  }

  /// Something that `-W` assumes to have changed.
  enum WhatIf: Equatable {
    /// Relative to the source tree.
    case file(String)
    case variable(Assignment)
  }

  var whatIfs: [WhatIf] {
    values(of: .whatIf).map { word in Assignment(word).map { .variable($0) } ?? .file(word) }
  }

  /// The files that `-W` assumes to have changed.
  var assumedFiles: [String] { whatIfs.compactMap { if case .file(let name) = $0 { name } else { nil } } }

  /// The variables of the command line, followed by those of `-W`, which override them.
  var assignments: [Assignment] {
    variables + whatIfs.compactMap { if case .variable(let assignment) = $0 { assignment } else { nil } }
  }

  /// A command line for `words`, with the folder, the variables and the assumptions of this invocation, quoted
  /// for a shell.
  func commandLine(_ words: [String]) -> String {
    let folder = directory.map { ["-C", "\($0)"] } ?? []
    let assumed = values(of: .whatIf).flatMap { ["-W", $0] }
    return (["sysbuild"] + folder + variables.map { "\($0.name)=\($0.value)" } + assumed + words)
      .map { shellQuoted($0) }.joined(separator: " ")
  }
}
