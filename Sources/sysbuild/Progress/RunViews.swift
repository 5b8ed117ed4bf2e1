internal import Platform

/// Chooses how a run is shown: live on a terminal that can, in plain lines elsewhere.
enum RunViews {
  static func view(_ outline: RunOutline, for invocation: Invocation, showsEverything: Bool) -> any RunListener
  {
    let view = plainOrLive(outline, for: invocation, showsEverything: showsEverything)
    return outline.targets.contains(where: \.takesConsole) ? ConsoleGate(outline, before: view) : view
  }

  private static func plainOrLive(
    _ outline: RunOutline, for invocation: Invocation, showsEverything: Bool
  ) -> any RunListener {
    if !invocation.isSilent, StandardStream.output.isTerminal, !Terminal.isDumb {
      return TerminalView(outline, on: .standard, showsEverything: showsEverything)
    }
    let surface = TerminalView.Surface.standard
    return PlainView(
      outline, showsEverything: showsEverything,
      write: { text in if !invocation.isSilent { surface.write(text) } }, complain: surface.complain)
  }
}

extension TerminalView.Surface {
  static var standard: Self {
    Self(
      write: { print($0) }, complain: { Tool.complain($0) },
      size: { (StandardStream.output.width ?? 80, StandardStream.output.height ?? 24) },
      isOurs: { StandardStream.output.isForeground },
      hasColours: (Environment.value("NO_COLOR") ?? []).isEmpty)
  }

  /// A reader that went away, as `head` does, ends the words, not the build.
  private static func print(_ text: String) { _ = try? StandardStream.output.write(text) }
}
