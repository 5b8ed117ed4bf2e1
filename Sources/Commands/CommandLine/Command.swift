import TextKit

/// A command: a build, a query, or another action that the first word of the command line selects.
///
/// To add a command, declare it as a static member in a file of `Queries`, and add a line to `CommandTable`.
package struct Command: Sendable {
  /// What the words of a command are, for the completions.
  enum Words: Sendable {
    /// The command takes no words; it is an error to give one.
    case none
    case targets
    case files
    case oneOf([String])
    /// A target, and behind `--` a command with options of its own.
    case targetAndCommand
    /// The command takes no words but those behind `--`, which are options of another program.
    case optionsOfAnother
    /// Everything after the name of the command, options included, is passed on unchanged.
    case everything

    /// Whether what follows is no option or variable of sysbuild.
    ///
    /// - Parameter readsOptions: whether no `--` came before it.
    func areOfAnother(_ readsOptions: Bool) -> Bool {
      switch self {
      case .everything: true
      case .targetAndCommand, .optionsOfAnother: !readsOptions
      default: false
      }
    }
  }

  /// The word that selects the command.
  let name: String
  /// What follows the word in a usage line: `[--all] TARGET`.
  let arguments: String
  /// The explanation in `--help`.
  let summary: String
  /// Further paragraphs of its own help and of the man page.
  let details: [String]
  let words: Words
  /// The options that it takes besides those that every command takes.
  let options: [Option]
  /// Whether `--help`, the man page and the completions leave it out, because only recipes and the installation
  /// use it.
  let isHidden: Bool
  /// Throws if its words and options do not go together.
  let check: @Sendable (Invocation) throws(UserError) -> Void
  let run: @Sendable (Invocation) throws -> Ending

  init(
    _ name: String, _ arguments: String = "", summary: String, details: [String] = [], words: Words,
    options: [Option] = [], isHidden: Bool = false,
    check: @escaping @Sendable (Invocation) throws(UserError) -> Void = { _ in },
    run: @escaping @Sendable (Invocation) throws -> Ending
  ) {
    self.name = name
    self.arguments = arguments
    self.summary = summary
    self.details = details
    self.words = words
    self.options = options
    self.isHidden = isHidden
    self.check = check
    self.run = run
  }

  /// `why [--all] TARGET`.
  var usage: String { arguments.isEmpty ? name : "\(name) \(arguments)" }
}

extension Command: Equatable {
  package static func == (left: Self, right: Self) -> Bool { left.name == right.name }
}
