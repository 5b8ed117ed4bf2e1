import BuildGraph
import ImageBuild
import Platform
import TextKit

/// The messages of the command line and of its queries.
extension UserError {
  static func needlessArgument(_ option: String) -> Self {
    Self("option '\(option)' takes no value")
  }

  static func missingArgument(_ option: String, _ what: String) -> Self {
    Self("option '\(option)' needs \(what)")
  }

  static func badJobs(_ text: String) -> Self {
    Self("'\(text)' is not a number of jobs: give a whole number from 1 to 1024")
  }

  static func notUTF8(_ argument: String) -> Self {
    Self("argument '\(argument)' is not UTF-8: type it in UTF-8, or rename what it names")
  }

  static func twoFormats(_ format: String) -> Self {
    Self("options '--json' and '--format \(format)' cannot be used together: leave one out")
  }

  static func unknownFormat(_ format: String, among formats: [String]) -> Self {
    Self(
      "'\(format)' is not a format of a graph\(didYouMean(format, among: formats)); there are \(formats.joined(separator: ", "))"
    )
  }

  static func needsFile(_ query: String) -> Self {
    Self("'\(query)' needs the name of a file, as in 'sysbuild \(query) sets/build.packages'")
  }

  static func noReader(_ file: String, among files: [String]) -> Self {
    let hint = didYouMean(file, among: files)
    return Self(
      "no target reads '\(file)'\(hint.isEmpty ? "; 'sysbuild show TARGET' prints what a target reads" : hint)")
  }

  static let needsManifests = Self(
    "option '--diff' needs one or two images, as in 'sysbuild packages --diff OLD NEW': each a packages.json,"
      + " or a folder that holds one")

  static let tooManyRoots = Self("'packages' takes one root; 'packages --diff' compares two images")

  static func noManifest(_ error: SystemError) -> Self {
    Self("\(error); name a packages.json that was published, or a folder that holds one")
  }

  static func badManifest(_ file: Path, _ problem: PackageManifest.Problem) -> Self {
    switch problem {
    case .foreign:
      Self("'\(file)' is not a packages.json, or is damaged: 'sysbuild image' writes one to IMAGESDIR")
    case .otherVersion(let version):
      Self(
        "'\(file)' is a packages.json of version \(version), which this sysbuild does not know: use a newer one"
      )
    }
  }

  static func unknownRoot(_ name: String, among names: [String]) -> Self {
    let hint = didYouMean(name, among: names)
    return Self(
      "no root is called '\(name)'\(hint.isEmpty ? "; there are \(names.joined(separator: " and "))" : hint)")
  }

  static func noWords(_ query: String, _ word: String) -> Self {
    Self("'\(query)' is about all targets: leave out '\(word)'")
  }

  static func onlyOptions(_ command: String, _ word: String) -> Self {
    Self("'\(command)' takes no '\(word)': options of another program come behind '--'")
  }

  static func needsTarget(_ query: String) -> Self {
    Self("'\(query)' needs the name of a target: 'sysbuild list' shows them")
  }

  static func tooManyWords(_ query: String) -> Self {
    Self("'\(query)' takes one target")
  }

  static func unknownOption(_ option: String) -> Self {
    // Letters get no hint, because every letter is near every other.
    let names = option.hasPrefix("--") ? CommandTable.options.flatMap { [$0.name] + $0.aliases } : []
    let hint = didYouMean(option, among: names)
    return Self("unknown option '\(option)'\(hint.isEmpty ? "; 'sysbuild --help' lists them" : hint)")
  }

  /// The message if `command` does not take `option`.
  static func misplaced(_ option: Option, beside command: Command) -> Self {
    if option == .json { return noJSON(command) }
    let places =
      (Command.build.options.contains(option) ? [option == .previewPackages ? dryRun : "a build"] : [])
      + CommandTable.visible.filter { $0.options.contains(option) }.map(\.name)
    return misplaced(option, isFor: enumerated(places))
  }

  /// The only command that takes `--packages`.
  static let dryRun = "a dry run: 'sysbuild -n --packages [TARGET…]'"

  static func misplaced(_ option: Option, isFor place: String) -> Self {
    Self("option '\(option.name)' is for \(place)")
  }

  static func noJSON(_ command: Command) -> Self {
    let places =
      ["--dry-run"] + CommandTable.visible.filter { $0 != .fetch && $0.options.contains(.json) }.map(\.name)
    return Self(
      (command == .build ? "option '--json' needs a query" : "'\(command.name)' does not answer in JSON")
        + ": use it with \(enumerated(places))")
  }

  static func unknownTarget(_ name: String, among names: [String]) -> Self {
    let commands = CommandTable.visible.map(\.name)
    if commands.contains(name) {
      return Self("'\(name)' is a query, not a target: put it first, as in 'sysbuild \(name) …'")
    }
    let hint = didYouMean(name, among: names + commands)
    return Self(
      "no target or query is called '\(name)'\(hint.isEmpty ? "; 'sysbuild list' shows the targets" : hint)")
  }

  /// `a, b or c`.
  private static func enumerated(_ names: [String]) -> String {
    guard let last = names.last, names.count > 1 else { return names.joined() }
    return names.dropLast().joined(separator: ", ") + " or " + last
  }

  static func needsShell(_ shells: [String]) -> Self {
    Self("'completion' needs the name of a shell: \(enumerated(shells))")
  }

  static let noTargets = Self("the graph has no targets: declare one in targets.conf")

  static func noLog(of target: String) -> Self {
    Self("there is no log of '\(target)': it never ran in this O")
  }

  static func noLog(of target: String, becauseOf why: String) -> Self {
    Self("there is no log of the last run of '\(target)', which failed before its commands began: \(why)")
  }

  static let noFailure = Self("no target's last run failed: name the target whose log you want")

  static func unknownCacheMode(_ mode: String, origin: String, among modes: [String]) -> Self {
    .init("CACHE_MODE is '\(mode)' (\(origin)): it must be \(modes.map { "'\($0)'" }.joined(separator: ", "))")
  }

  static func passwordInCache(origin: String) -> Self {
    .init(
      "CACHE has a user or a password (\(origin)), which would show in the list of processes: put them into ~/.netrc, "
        + "where curl finds them")
  }

  static let needsCacheAction = Self("name what to do: 'sysbuild cache status' or 'sysbuild cache gc SIZE'")
  static let needsCacheSize = Self(
    "name the size that the cache may have: 'sysbuild cache gc 20G', or with K, M or T for other units")
  static let noCache = Self(
    "there is no cache: set CACHE to a folder or a URL, on the command line or in variant.conf")

  static func cacheOfAServer(_ url: String) -> Self {
    Self("'\(url)' is a server's: only the server can make its cache smaller")
  }

  static let noImageGraph = Self(
    "targets.conf: with 'graph = none' there is no image to list the packages of: use"
      + " 'sysbuild packages --diff OLD NEW', which works here")

  static func notBuilt(_ root: Path, makingCommand command: String) -> Self {
    Self("'\(root)' is not built yet: '\(command)' makes it")
  }

  static let noGraphviz = Self(
    "'graph --format svg' needs the program 'dot', which is not on PATH: install the package graphviz "
      + "(media-gfx/graphviz on Gentoo), or run it elsewhere on the output of '--format dot'")

  static func notDrawn(by program: Path, _ status: ExitStatus) -> Self {
    Self("'\(program)' could not draw the graph: \(status)")
  }
}
