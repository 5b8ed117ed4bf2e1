import TextKit

/// An option of the command line, with its spellings, its argument and its explanation.
///
/// The parser, `--help`, the hints, the man page and the completions are all made from it. An option of a
/// single command is declared beside that command; `GeneralOptions` has the options of several.
package struct Option: Sendable {
  /// The argument of an option.
  struct Argument: Sendable {
    /// The name of the argument in a usage line: `FILE`.
    let placeholder: String
    /// The name of the argument in the error that it is missing: `a file`.
    let noun: String
    let completion: Completion
    /// Throws if the text is not a valid argument.
    var check: @Sendable (String) throws(UserError) -> Void = { _ in }
  }

  /// What a shell offers for an argument.
  enum Completion: Sendable {
    case none
    case file
    case folder
    case words([String])
  }

  /// The long name: `--dry-run`.
  let name: String
  /// The letter of the short name: `n` of `-n`.
  let letter: Character?
  /// Further names, which `--help` leaves out.
  let aliases: [String]
  /// Nil for a flag.
  let argument: Argument?
  let summary: String

  init(
    _ name: String, letter: Character? = nil, aliases: [String] = [], takes argument: Argument? = nil,
    _ summary: String
  ) {
    self.name = name
    self.letter = letter
    self.aliases = aliases
    self.argument = argument
    self.summary = summary
  }

  /// Every spelling: `-n`, `--dry-run`, `--just-print`.
  var spellings: [String] { (letter.map { ["-\($0)"] } ?? []) + [name] + aliases }

  /// The spellings in a usage line, with the argument: `-n, --dry-run`, `-j, --jobs N`.
  var usage: String {
    (letter.map { "-\($0), " } ?? "") + name + (argument.map { " \($0.placeholder)" } ?? "")
  }
}

extension Option: Equatable {
  package static func == (left: Self, right: Self) -> Bool { left.name == right.name }
}
