import Stamps

/// The texts of `--help`, made from the tables of commands and options.
enum Help {
  /// The column at which explanations begin.
  private static let column = 24
  private static let width = 80

  static var text: String {
    """
    usage: sysbuild [option …] [VAR=value …] [target … | COMMAND …]

    Brings the targets up to date ('image' if none is named): runs what is stale.

    \(options(CommandTable.generalOptions))

    questions:
    \(rows(CommandTable.questions.map { ($0.usage, $0.summary) }))

    actions:
    \(rows((CommandTable.actions + [.completion]).map { ($0.usage, $0.summary) }))

    'sysbuild COMMAND --help' says more about a command, and has its options.

    variables (command line, else environment, else variant.conf or targets.conf):
    \(rows(Self.variables))

    exit status: 0 done or fresh, 1 stale under -q, 2 an error, 128+n by signal n

    """
  }

  /// The text of `COMMAND --help`.
  static func text(of command: Command) -> String {
    let own = command.options.filter { !CommandTable.generalOptions.contains($0) }
    return """
      usage: sysbuild [option …] [VAR=value …] \(command.usage)

      \(([command.summary] + command.details).map { wrapped($0) }.joined(separator: "\n\n"))
      \(own.isEmpty ? "" : "\n\(options(own))\n")
      """
  }

  /// The variables that users set most often.
  static let variables = [
    ("O=DIR", "the build directory, on a local disk (default: out)"),
    ("IMAGESDIR=DIR", "where the artifacts go (default: O/images)"),
    ("VARIANT=NAME", "the board or product: a folder in profiles"),
    ("CACHE=DIR", "what builds share, or a URL (default: none)"),
    ("V=1", "show all output of the commands"),
  ]

  private static func options(_ options: [Option]) -> String {
    rows(options.map { ($0.letter == nil ? "    " + $0.usage : $0.usage, $0.summary) })
  }

  private static func rows(_ rows: [(head: String, text: String)]) -> String {
    rows.map { row in
      let head = "  " + row.head
      return wrapped(
        row.text, after: head + String(repeating: " ", count: max(1, column - head.count)), indent: column)
    }.joined(separator: "\n")
  }

  /// The words of a text in lines of at most `width` columns, all but the first indented.
  private static func wrapped(_ text: String, after head: String = "", indent: Int = 0) -> String {
    var lines = [head]
    for (index, word) in text.split(separator: " ").enumerated() {
      let last = lines.count - 1
      if index > 0, lines[last].count + 1 + word.count > width {
        lines.append(String(repeating: " ", count: indent) + word)
      } else {
        lines[last] += (index == 0 ? "" : " ") + word
      }
    }
    return lines.joined(separator: "\n")
  }
}
