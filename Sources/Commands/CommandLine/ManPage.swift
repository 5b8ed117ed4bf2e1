import ImageBuild
import Stamps

/// The man page sysbuild(1), made from the tables of commands and options, in the macros of man(7).
enum ManPage {
  static var text: String {
    sections.joined() + section("SEE ALSO") + paragraph("make(1), emerge(1), portage(5), crossdev(1)")
  }

  private static var sections: [String] {
    [
      ".TH SYSBUILD 1 \"\" \"sysbuild \(Version.text)\" \"\"\n",
      section("NAME"),
      line("sysbuild - build Gentoo-based operating system images, running only what is stale"),
      section("SYNOPSIS"),
      ".B sysbuild\n", line("[option ...] [VAR=value ...] [target ...]"), ".br\n",
      ".B sysbuild\n", line("QUERY [option ...] [argument ...]"),
      section("DESCRIPTION"),
      paragraph(
        "Brings the targets up to date ('image' if none is named): runs what is stale, in the order of their needs. "
          + "The inputs of a target are compared by content, not by modification time. With a query, sysbuild runs "
          + "nothing and answers a question about the build."),
      section("OPTIONS"), CommandTable.generalOptions.map(entry).joined(),
      section("QUERIES"), CommandTable.visible.map(entry).joined(),
      section("VARIABLES"),
      paragraph(
        "A variable's value comes from the command line, or else the environment, the variant's variant.conf or "
          + "targets.conf, or a default."),
      Help.variables.map { entry($0.0, [$0.1]) }.joined(),
      section("EXIT STATUS"),
      entry("0", ["Everything asked for is done or was fresh."]),
      entry("1", ["With --question: something is stale."]),
      entry("2", ["An error, or a target failed."]),
      entry("128+n", ["It was ended by signal n."]),
      section("FILES"),
      entry(
        "profiles/VARIANT, sets, targets.conf",
        ["What is built: a board or product, its package sets, targets."]),
      entry("O/stamps", ["What each target's last success depended on."]),
      entry("O/logs/TARGET/latest", ["The log of a target's last run."]),
    ]
  }

  private static func entry(_ option: Option) -> String { entry(option.usage, [option.summary]) }

  private static func entry(_ command: Command) -> String {
    let own = command.options.filter { !CommandTable.generalOptions.contains($0) }
    return entry(command.usage, [command.summary] + command.details)
      + (own.isEmpty ? "" : ".RS\n" + own.map(entry).joined() + ".RE\n")
  }

  private static func entry(_ head: String, _ paragraphs: [String]) -> String {
    ".TP\n.B \(escaped(head))\n" + paragraphs.map(line).joined(separator: ".IP\n")
  }

  private static func section(_ title: String) -> String { ".SH \(title)\n" }

  private static func paragraph(_ text: String) -> String { ".PP\n" + line(text) }

  private static func line(_ text: String) -> String { escaped(text) + "\n" }

  /// Escapes backslashes, hyphens that the user types, and a control character of roff at the beginning of a
  /// line.
  private static func escaped(_ text: String) -> String {
    let text = text.replacing("\\", with: "\\e").replacing("-", with: "\\-").replacing("…", with: "...")
    return text.hasPrefix(".") || text.hasPrefix("'") ? "\\&" + text : text
  }
}
