import TextKit

/// An option of the command line: how it is spelled, what it takes, and how it is explained.
///
/// Parser, `--help`, hints, man page and completions all come from this. An option that goes with one command is
/// declared beside it; `GeneralOptions` has those that go with several.
package struct Option: Sendable {
  /// What an option takes.
  struct Argument: Sendable {
    /// In a usage line: `FILE`.
    let placeholder: String
    /// In the error that it is missing: `a file`.
    let noun: String
    let completion: Completion
    /// Throws if a text cannot be the argument.
    var check: @Sendable (String) throws(UserError) -> Void = { _ in }
  }

  /// What a shell offers for an argument.
  enum Completion: Sendable {
    case none
    case file
    case folder
    case words([String])
  }

  /// `--dry-run`.
  let name: String
  /// `n` of `-n`.
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

  /// The spellings that are explained, with the argument: `-n, --dry-run`, `-j, --jobs N`.
  var usage: String {
    (letter.map { "-\($0), " } ?? "") + name + (argument.map { " \($0.placeholder)" } ?? "")
  }
}

extension Option: Equatable {
  package static func == (left: Self, right: Self) -> Bool { left.name == right.name }
}
