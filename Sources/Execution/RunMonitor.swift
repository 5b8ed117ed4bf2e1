package import Platform

/// Is told what happens to the commands of a run while they run.
package protocol RunMonitor: AnyObject {
  /// An attempt at `target` begins, whose log is at `path`.
  func logs(_ target: String, at path: Path)

  /// A command of `target` printed a whole line; the line feed is left out.
  func output(_ target: String, _ line: [UInt8])

  /// A signal came, also one that ends nothing (SIGWINCH, SIGCONT).
  func signalled(_ signal: CInt)

  /// Time has passed.
  ///
  /// - Returns: the milliseconds until the monitor wants to be called again; nil for never.
  func tick() -> Int?
}
