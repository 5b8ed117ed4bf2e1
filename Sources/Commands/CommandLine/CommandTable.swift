/// The commands and options of sysbuild, each list in the order in which `--help` shows it.
enum CommandTable {
  static let commands: [Command] = [
    .list, .status, .why, .affects, .graph, .show, .packages, .log, .history, .doctor, .clean, .completion,
    .manPage, .helper,
  ]

  static let visible = commands.filter { !$0.isHidden }

  /// The options that go with a build, with several commands or with all.
  static let generalOptions: [Option] = [
    .dryRun, .previewPackages, .question, .alwaysMake, .keepGoing, .touch, .whatIf, .jobs, .wait, .silent,
    .events, .trace, .directory, .json, .help, .version,
  ]

  /// The general ones, then those of the commands.
  static let options = commands.reduce(generalOptions) { options, command in
    options + command.options.filter { !options.contains($0) }
  }

  /// The options that may stand beside any command; the others only beside those that name them.
  private static let unrestricted: [Option] = [
    .dryRun, .question, .alwaysMake, .keepGoing, .touch, .jobs, .silent, .directory, .help, .version,
  ]

  static func allows(_ option: Option, with command: Command) -> Bool {
    unrestricted.contains(option) || command.options.contains(option)
  }

  /// The names that no target may have, since they would ask for a command.
  static let reservedNames = commands.map(\.name) + ["help"]
}
