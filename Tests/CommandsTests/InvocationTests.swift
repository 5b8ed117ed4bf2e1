import Platform
import TestSupport
import Testing

@testable import BuildSettings
@testable import Commands
@testable import Execution
@testable import TextKit

@Suite struct InvocationTests {
  private func parse(_ line: String) throws -> Invocation {
    try Invocation(line.split(separator: " ").map { Array($0.utf8) })
  }

  /// The flags that are set, by name.
  private func flags(_ invocation: Invocation) -> [String] {
    [
      ("dry run", invocation.isDryRun), ("question", invocation.asksOnly), ("force", invocation.forces),
      ("keep going", invocation.has(.keepGoing)), ("touch", invocation.touches),
      ("silent", invocation.isSilent),
      ("help", invocation.has(.help)), ("version", invocation.has(.version)), ("json", invocation.wantsJSON),
    ].filter(\.1).map(\.0)
  }

  @Test(arguments: [
    ("-n", "dry run"), ("--dry-run", "dry run"), ("--just-print", "dry run"), ("-q", "question"),
    ("--question", "question"), ("-B", "force"), ("--always-make", "force"), ("-k", "keep going"),
    ("--keep-going", "keep going"), ("-t", "touch"), ("--touch", "touch"), ("-s", "silent"),
    ("--silent", "silent"), ("--quiet", "silent"), ("-h", "help"), ("--help", "help"), ("--version", "version"),
  ])
  func flag(_ spelling: String, _ flag: String) throws {
    #expect(flags(try parse("image")) == [])
    #expect(flags(try parse(spelling)) == [flag])
    #expect(try parse("image \(spelling)") == parse("\(spelling) image"))
  }

  @Test(
    arguments: [
      ("-j4", 4), ("-j 4", 4), ("--jobs=4", 4), ("--jobs 4", 4), ("-nj4", 4), ("-kj 4", 4),
      ("-j2 -j1024", 1024), ("", nil),
    ] as [(String, Int?)])
  func jobs(_ line: String, _ jobs: Int?) throws { #expect(try parse(line).jobs == jobs) }

  @Test(
    arguments: [
      ("-C a", "a"), ("-Ca", "a"), ("--directory a", "a"), ("--directory=a", "a"), ("-C a -C b", "a/b"),
      ("-C a -C /b", "/b"),
      ("-nC a", "a"), ("-C -x", "-x"), ("", nil),
    ] as [(String, String?)])
  func directory(_ line: String, _ folder: String?) throws {
    #expect(try parse(line).directory == folder.map { Path($0) })
  }

  @Test func combinedShortOptions() throws {
    let all = try parse("-nqBkts")
    #expect(all.isDryRun && all.asksOnly && all.forces && all.has(.keepGoing) && all.touches && all.isSilent)
    #expect(all.words.isEmpty)
  }

  @Test(
    arguments: [
      ("", .build, []), ("image", .build, ["image"]), ("a b", .build, ["a", "b"]), ("list", .list, []),
      ("-n status", .status, []),
      ("why image", .why, ["image"]), ("V=1 show image", .show, ["image"]), ("log", .log, []),
      ("clean a", .clean, ["a"]), ("affects a b", .affects, ["a", "b"]), ("graph", .graph, []),
      ("a list", .build, ["a", "list"]), ("why list", .why, ["list"]), ("-- -n", .build, ["-n"]),
      ("-", .build, ["-"]),
      ("a -- --x -y", .build, ["a", "--x", "-y"]),
      ("helper publish -n --x A=b", .helper, ["publish", "-n", "--x", "A=b"]),
    ] as [(String, Command, [String])])
  func words(_ line: String, _ command: Command, _ words: [String]) throws {
    #expect(try parse(line).command == command)
    #expect(try parse(line).words == words)
  }

  @Test(arguments: [
    ("O=out", [("O", "out")]), ("O= V=1", [("O", ""), ("V", "1")]), ("image A_1=b=c", [("A_1", "b=c")]),
    ("-- O=out", [("O", "out")]), ("1=x =y a-b=c", []),
  ])
  func variables(_ line: String, _ expected: [(String, String)]) throws {
    #expect(try parse(line).variables == expected.map { Assignment(name: $0.0, value: $0.1) })
  }

  @Test(
    arguments: [
      ("-W a", [.file("a")]), ("-Wa", [.file("a")]), ("--what-if a", [.file("a")]), ("-nW a", [.file("a")]),
      ("--what-if=a=b", [.variable(.init(name: "a", value: "b"))]),
      ("-W A=b --what-if c", [.variable(.init(name: "A", value: "b")), .file("c")]),
      ("-W ./A=b", [.file("./A=b")]), ("-W A=", [.variable(.init(name: "A", value: ""))]),
    ] as [(String, [Invocation.WhatIf])])
  func whatIfs(_ line: String, _ expected: [Invocation.WhatIf]) throws {
    let invocation = try parse(line)
    #expect(invocation.whatIfs == expected)
    #expect(invocation.isDryRun, "it is a question")
  }

  @Test(arguments: [
    ("a", "sysbuild why a"), ("-C b -C c V=1 a", "sysbuild -C b/c V=1 why a"),
    ("-W x -W A=b A=c a", "sysbuild A=c -W x -W A=b why a"),
  ])
  func askingAgain(_ line: String, _ expected: String) throws {
    #expect(try parse(line).commandLine(["why", "a"]) == expected)
  }

  @Test(
    arguments: [
      ("-x", "unknown option '-x'; 'sysbuild --help' lists them"),
      ("-nx", "unknown option '-x'; 'sysbuild --help' lists them"),
      ("--wiat", "unknown option '--wiat'; did you mean '--wait'?"),
      ("--dry-rum", "unknown option '--dry-rum'; did you mean '--dry-run'?"),
      ("--", nil),
      ("--dry-run=yes", "option '--dry-run' takes no value"),
      ("-j", "option '-j' needs a number"),
      ("--jobs", "option '--jobs' needs a number"),
      ("--jobs=", "option '--jobs' needs a number"),
      ("-j 0", "'0' is not a number of jobs: give a whole number from 1 to 1024"),
      ("-j1025", "'1025' is not a number of jobs: give a whole number from 1 to 1024"),
      ("-j image", "'image' is not a number of jobs: give a whole number from 1 to 1024"),
      ("-C", "option '-C' needs a folder"),
      ("--directory", "option '--directory' needs a folder"),
      (
        "--json",
        "option '--json' needs a query: use it with --dry-run, list, status, why, affects, graph, packages, owns, search, uses, history, doctor, audit, update or workon"
      ),
      (
        "-q --json",
        "option '--json' needs a query: use it with --dry-run, list, status, why, affects, graph, packages, owns, search, uses, history, doctor, audit, update or workon"
      ),
      (
        "update --json",
        "'update --json' asks nobody: add '-n' to keep nothing, or '--yes' to keep the update"
      ),
      ("update --json -n", nil), ("update --json --yes", nil),
      ("-n --json", nil), ("list --json", nil), ("--json status", nil), ("why --json a", nil),
      (
        "show a --json",
        "'show' does not answer in JSON: use it with --dry-run, list, status, why, affects, graph, packages, owns, search, uses, history, doctor, audit, update or workon"
      ),
      (
        "log --json",
        "'log' does not answer in JSON: use it with --dry-run, list, status, why, affects, graph, packages, owns, search, uses, history, doctor, audit, update or workon"
      ),
      (
        "-n clean --json",
        "'clean' does not answer in JSON: use it with --dry-run, list, status, why, affects, graph, packages, owns, search, uses, history, doctor, audit, update or workon"
      ),
      ("list a", "'list' is about all targets: leave out 'a'"),
      ("status a b", "'status' is about all targets: leave out 'a'"),
      ("-W", "option '-W' needs a file or VAR=value"),
      ("--what-if=", "option '--what-if' needs a file or VAR=value"),
      ("why --packages a", "option '--packages' is for a dry run: 'sysbuild -n --packages [TARGET…]'"),
      ("--packages a", "option '--packages' is for a dry run: 'sysbuild -n --packages [TARGET…]'"),
      ("clean -W a", "option '--what-if' is for a build, status, why or graph"),
      ("affects -W a b", "option '--what-if' is for a build, status, why or graph"),
      ("-W a --json b", nil), ("-qW a", nil), ("status -W A=b", nil), ("why -W a b", nil), ("graph -W a", nil),
      ("--all", "option '--all' is for why, packages or history"), ("why --all a", nil),
      ("--size", "option '--size' is for packages"), ("list --diff", "option '--diff' is for packages"),
      ("packages a b", "'packages' takes one root; 'packages --diff' compares two images"),
      (
        "packages --diff",
        "option '--diff' needs one or two images, as in 'sysbuild packages --diff OLD NEW': each a packages.json, or a folder that holds one"
      ),
      (
        "packages --diff a b c",
        "option '--diff' needs one or two images, as in 'sysbuild packages --diff OLD NEW': each a packages.json, or a folder that holds one"
      ),
      (
        "packages --cost --size",
        "option '--cost' is for the packages of one root, without --size"
      ), ("packages --cost --all --json", nil), ("packages --size --all --json sysroot", nil),
      ("packages --diff a --size b", nil),
      ("affects", "'affects' needs the name of a file, as in 'sysbuild affects sets/build.packages'"),
      ("affects --json a b", nil), ("graph --json", nil), ("graph --json --format json", nil),
      ("status --format dot", "option '--format' is for graph"),
      ("--format", "option '--format' needs a format"),
      ("graph --format", "option '--format' needs a format"),
      (
        "graph --format dto",
        "'dto' is not a format of a graph; did you mean 'dot'?; there are tree, dot, mermaid, svg, json"
      ),
      (
        "graph --json --format dot",
        "options '--json' and '--format dot' cannot be used together: leave one out"
      ),
    ] as [(String, String?)])
  func mistakes(_ line: String, _ expected: String?) {
    #expect(message { _ = try parse(line) } == expected)
  }

  @Test func helpFitsTheTerminal() {
    let lines = Help.text.split(separator: "\n", omittingEmptySubsequences: false)
    for line in lines { #expect(line.count <= 80, "\(line)") }
    for option in CommandTable.generalOptions { #expect(Help.text.contains(option.name), "\(option.name)") }
    for command in CommandTable.visible {
      #expect(Help.text.contains("\n  \(command.name) "), "\(command.name)")
      let own = Help.text(of: command)
      for line in own.split(separator: "\n") { #expect(line.count <= 80, "\(line)") }
      for option in command.options where !CommandTable.generalOptions.contains(option) {
        #expect(own.contains(option.usage), "\(command.name) \(option.name)")
      }
    }
  }

  @Test func whatTheCallingMakeSays() throws {
    func called(_ line: String, by make: String) throws -> Invocation {
      var invocation = try Invocation(line.split(separator: " ").map { Array($0.utf8) })
      invocation.caller = MakeFlags(Array(make.utf8))
      return invocation
    }
    let built = try called("image", by: "knqtB -j4")
    #expect(built.isDryRun && built.asksOnly && built.touches && !built.has(.keepGoing) && !built.forces)
    #expect(built.jobs == nil && built.jobCount == 4)
    #expect(try called("image -j2", by: " -j4").jobCount == 2)
    #expect(try called("image", by: " -j").jobCount == processorCount)
    let cleaned = try called("clean", by: "nqt")
    #expect(cleaned.isDryRun && !cleaned.asksOnly && !cleaned.touches)
  }
}
