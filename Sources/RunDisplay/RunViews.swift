import Platform

/// Chooses how a run is shown: live on a terminal that supports it, in plain lines elsewhere.
package enum RunViews {
  /// What the user wants to see of a run.
  package struct Options {
    /// Only errors and warnings.
    package var isSilent: Bool
    /// Everything that the commands print.
    package var showsEverything: Bool

    package init(isSilent: Bool, showsEverything: Bool) {
      self.isSilent = isSilent
      self.showsEverything = showsEverything
    }
  }

  package static func view(
    _ outline: RunOutline, _ options: Options, complain: @escaping (String) -> Void
  ) -> any RunListener {
    let view = plainOrLive(outline, options, complain)
    return outline.targets.contains(where: \.takesConsole) ? ConsoleGate(outline, before: view) : view
  }

  private static func plainOrLive(
    _ outline: RunOutline, _ options: Options, _ complain: @escaping (String) -> Void
  ) -> any RunListener {
    if !options.isSilent, StandardStream.output.isTerminal, !Terminal.isDumb {
      return TerminalView(outline, on: .standard(complain), showsEverything: options.showsEverything)
    }
    let surface = TerminalView.Surface.standard(complain)
    return PlainView(
      outline, showsEverything: options.showsEverything,
      write: { text in if !options.isSilent { surface.write(text) } }, complain: surface.complain)
  }
}

extension TerminalView.Surface {
  fileprivate static func standard(_ complain: @escaping (String) -> Void) -> Self {
    Self(
      write: { print($0) }, complain: complain,
      size: { (StandardStream.output.width ?? 80, StandardStream.output.height ?? 24) },
      isOurs: { StandardStream.output.isForeground },
      hasColours: (Environment.value("NO_COLOR") ?? []).isEmpty)
  }

  /// Ignores errors: if the reader of standard output has ended, as `head` does, the build goes on.
  private static func print(_ text: String) { _ = try? StandardStream.output.write(text) }
}
