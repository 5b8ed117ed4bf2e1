internal import BuildGraph
internal import Platform

/// What the command line asks for, taken apart; nothing in it was looked up yet.
struct Invocation: Equatable {
  /// A question about the build, or a helper that recipes call; without one the words are targets to build.
  enum Query: String, CaseIterable {
    case list, status, why, affects, graph, show, packages, log, history, doctor, clean, helper

    /// Those that a person calls.
    static let visible = allCases.filter { $0 != .helper }.map(\.rawValue)
  }

  struct Assignment: Equatable {
    let name: String
    let value: String

    init(name: String, value: String) {
      self.name = name
      self.value = value
    }

    /// What `NAME=value` says; nil if `word` is no such thing.
    init?(_ word: String) {
      guard let equals = word.firstIndex(of: "="), Variables.isName(word[..<equals]) else { return nil }
      name = String(word[..<equals])
      value = String(word[word.index(after: equals)...])
    }
  }

  /// What is to be taken for changed.
  enum WhatIf: Equatable {
    /// Relative to the source tree.
    case file(String)
    case variable(Assignment)
  }

  private(set) var query: Query?
  /// Targets, or a query's arguments.
  private(set) var words: [String] = []
  private(set) var variables: [Assignment] = []
  /// Nothing is run if there is any.
  private(set) var whatIfs: [WhatIf] = []
  /// `-C`, relative to the folder sysbuild was started in.
  private(set) var directory: Path?
  var isDryRun = false
  var asksOnly = false
  private(set) var forces = false
  private(set) var keepsGoing = false
  var touches = false
  private(set) var isSilent = false
  private(set) var wantsJSON = false
  /// Whether a dry run tells of packages, too.
  private(set) var wantsPackages = false
  /// For another sysbuild on the same O.
  private(set) var waits = false
  /// Whether an answer may be longer than the screen.
  private(set) var wantsAll = false
  /// Whether to show a log's growth until its end.
  private(set) var follows = false
  /// Whether packages are listed by size, or two images compared.
  private(set) var wantsSize = false
  private(set) var wantsDifference = false
  /// Where the events of a run go, and its trace, relative to the folder sysbuild was started in.
  private(set) var events: Path?
  private(set) var trace: Path?
  /// Nil for a tree on a terminal.
  private(set) var format: DrawingFormat?
  private(set) var wantsHelp = false
  private(set) var wantsVersion = false
  /// `-j`; nil for as many as the make that called says, or as there are processors.
  private(set) var jobs: Int?
  /// The make that called, if one did.
  var caller = MakeFlags()

  static let optionNames = [
    "--dry-run", "--just-print", "--question", "--always-make", "--keep-going", "--jobs", "--touch",
    "--directory", "--silent", "--quiet", "--json", "--help", "--version", "--what-if", "--all", "--format",
    "--follow", "--events", "--trace", "--size", "--diff", "--packages",
  ]

  /// - Parameter arguments: without the program's name.
  init(_ arguments: [[UInt8]]) throws(UserError) {
    var rest = try Self.decoded(arguments)[...]
    var readsOptions = true
    while let argument = rest.popFirst() {
      if query == .helper {
        words.append(argument)
      } else if readsOptions, argument == "--" {
        readsOptions = false
      } else if readsOptions, argument.hasPrefix("--") {
        try readLong(argument, &rest)
      } else if readsOptions, argument.hasPrefix("-"), argument != "-" {
        try readShort(argument.dropFirst(), &rest)
      } else if let assignment = Assignment(argument) {
        variables.append(assignment)
      } else if query == nil, words.isEmpty, let found = Query(rawValue: argument) {
        query = found
      } else {
        words.append(argument)
      }
    }
    try checkOptions()
  }

  private mutating func readLong(_ argument: String, _ rest: inout ArraySlice<String>) throws(UserError) {
    let parts = argument.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let value = parts.count > 1 ? parts[1] : nil
    switch parts[0] {
    case "--jobs": jobs = try Self.jobs(try Self.argument(of: parts[0], "a number", value, &rest))
    case "--directory": enter(try Self.argument(of: parts[0], "a folder", value, &rest))
    case "--what-if": assume(try Self.argument(of: parts[0], Self.assumable, value, &rest))
    case "--events": events = Path(try Self.argument(of: parts[0], "a file", value, &rest))
    case "--trace": trace = Path(try Self.argument(of: parts[0], "a file", value, &rest))
    case "--format":
      format = try DrawingFormat(named: try Self.argument(of: parts[0], "a format", value, &rest))
    case let option:
      guard readFlag(option) else { throw .unknownOption(option) }
      guard value == nil else { throw .needlessArgument(option) }
    }
  }

  private mutating func readShort(
    _ letters: Substring, _ rest: inout ArraySlice<String>
  ) throws(UserError) {
    var letters = letters
    while let letter = letters.popFirst() {
      switch letter {
      case "j":
        jobs = try Self.jobs(try Self.argument(of: "-j", "a number", Self.attached(&letters), &rest))
      case "C": enter(try Self.argument(of: "-C", "a folder", Self.attached(&letters), &rest))
      case "W": assume(try Self.argument(of: "-W", Self.assumable, Self.attached(&letters), &rest))
      default:
        guard readFlag("-\(letter)") else { throw .unknownOption("-\(letter)") }
      }
    }
  }

  private mutating func readFlag(_ option: String) -> Bool {
    switch option {
    case "--dry-run", "--just-print", "-n": isDryRun = true
    case "--question", "-q": asksOnly = true
    case "--always-make", "-B": forces = true
    case "--keep-going", "-k": keepsGoing = true
    case "--touch", "-t": touches = true
    case "--silent", "--quiet", "-s": isSilent = true
    case "--json": wantsJSON = true
    case "--all": wantsAll = true
    case "--packages": wantsPackages = true
    case "--size": wantsSize = true
    case "--diff": wantsDifference = true
    case "--wait": waits = true
    case "--help", "-h": wantsHelp = true
    case "--version": wantsVersion = true
    case "--follow", "-f": follows = true
    default: return false
    }
    return true
  }

  /// As in make, a second `-C` starts from the first.
  private mutating func enter(_ folder: String) {
    directory = directory.map { $0 / folder } ?? Path(folder)
  }

  private static let assumable = "a file or VAR=value"

  /// A question, so nothing is run.
  private mutating func assume(_ word: String) {
    isDryRun = true
    whatIfs.append(Assignment(word).map { .variable($0) } ?? .file(word))
  }

  /// What stands behind an option's letter in the same argument, if anything does.
  private static func attached(_ letters: inout Substring) -> String? {
    defer { letters = "" }
    return letters.isEmpty ? nil : String(letters)
  }

  private static func argument(
    of option: String, _ what: String, _ attached: String?, _ rest: inout ArraySlice<String>
  ) throws(UserError) -> String {
    guard let argument = attached ?? rest.popFirst(), !argument.isEmpty else {
      throw .missingArgument(option, what)
    }
    return argument
  }

  private static func jobs(_ text: String) throws(UserError) -> Int {
    guard let number = Int(text), (1...1024).contains(number) else { throw .badJobs(text) }
    return number
  }
}
