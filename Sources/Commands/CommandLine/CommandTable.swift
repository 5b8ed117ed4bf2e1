/// The commands and options of sysbuild, each list in the order in which `--help` shows it.
enum CommandTable {
  /// Those that only answer.
  static let questions: [Command] = [
    .list, .status, .why, .affects, .graph, .show, .packages, .owns, .search, .uses, .log, .history, .doctor,
    .audit, .report,
  ]

  /// Those that do something.
  static let actions: [Command] = [
    .fetch, .update, .shell, .run, .debug, .workon, .deploy, .menuconfig, .challenge, .legalInfo, .cache,
    .binhost, .clean,
  ]

  static let commands: [Command] =
    questions + actions + [
      .emerge, .ebuild, .equery, .portageq, .qlist, .qsize,
      .completion, .manPage, .helper, .updateReport,
    ]

  static let visible = commands.filter { !$0.isHidden }

  /// The options of a build, of several commands, or of all commands.
  static let generalOptions: [Option] = [
    .dryRun, .previewPackages, .question, .alwaysMake, .keepGoing, .touch, .whatIf, .jobs, .wait, .silent,
    .keepWork,
    .events, .trace, .directory, .json, .help, .version,
  ]

  /// All options: the general ones, then those of the single commands.
  static let options = commands.reduce(generalOptions) { options, command in
    options + command.options.filter { !options.contains($0) }
  }

  /// The options that every command takes. A command takes other options only if it lists them.
  private static let unrestricted: [Option] = [
    .dryRun, .question, .alwaysMake, .keepGoing, .touch, .jobs, .silent, .directory, .help, .version,
  ]

  static func allows(_ option: Option, with command: Command) -> Bool {
    unrestricted.contains(option) || command.options.contains(option)
  }

  /// The names that a target cannot have, because they select a command.
  static let reservedNames = commands.map(\.name) + ["help"]
}
