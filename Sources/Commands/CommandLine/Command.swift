import TextKit

/// What the first word of the command line asks for: a query, or an action other than a build.
///
/// A command is one file of `Queries`, which declares it as a static member here, and one line of `CommandTable`.
package struct Command: Sendable {
  /// What its words are, for the completions.
  enum Words: Sendable {
    /// It takes none; one that is given is an error.
    case none
    case targets
    case files
    case oneOf([String])
    /// Whatever follows its name, options included, is handed on as it is.
    case everything
  }

  /// The word that asks for it.
  let name: String
  /// What follows the word in a usage line: `[--all] TARGET`.
  let arguments: String
  /// For `--help`.
  let summary: String
  /// Further paragraphs of the man page.
  let details: [String]
  let words: Words
  /// The options that mean something to it, besides those that may stand anywhere.
  let options: [Option]
  /// Whether `--help`, man page and completions leave it out: it is for recipes and for the installation.
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
