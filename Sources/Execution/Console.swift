import Platform

/// The terminal that a target of the pool `console` gets for its commands.
package enum Console {
  /// Whether there is one: both what is typed and what is shown. Else such a target is as any other.
  package static var isThere: Bool { Terminal.isTerminal(0) && StandardStream.output.isTerminal }
}
