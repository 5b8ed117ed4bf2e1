import Platform
import TestSupport
import Testing

/// A terminal of its own, tmux's, in which a line of shell runs, and what a person would see there.
final class TerminalScreen {
  private let story: BuildStory
  private let socket: Path
  /// What the line of shell waits for when it has said how it ended, so that the screen stays.
  private let end: String
  /// Gets what the terminal is sent.
  private let changes: HeldFIFO

  /// Starts `line`, in which `$B` is sysbuild, in the story's source tree, on a screen of `width` times `height`.
  init(_ line: String, _ story: BuildStory, width: Int = 80, height: Int = 24) throws {
    self.story = story
    socket = story.folder / "tmux"
    end = "screen-end"
    try story.makeFIFO(end)
    try story.write("screen.sh", "trap : INT\n\(line)\necho \"status $?\"\nread x < \(end)\n")
    changes = try story.holdFIFO("tmux-output")
    try tmux("new-session -d -x \(width) -y \(height) sh screen.sh")
    try tmux("pipe-pane 'cat > \"\(changes.path)\"'")
  }

  deinit { _ = try? tmux("kill-server") }

  @discardableResult
  private func tmux(_ arguments: String) throws -> String {
    let ran = try story.shellFailing("unset TMUX; tmux -S '\(socket)' -f /dev/null \(arguments)")
    try #require(ran.status == 0, "\(ran.err)")
    return ran.out
  }

  func resize(width: Int, height: Int) throws { try tmux("resize-window -x \(width) -y \(height)") }

  /// Types a key, as tmux calls it: `C-c`.
  func type(_ key: String) throws { try tmux("send-keys \(key)") }

  /// The lines that stand there now, one that the terminal broke as one, without the empty ones at the end:
  /// times as `0:00`, and names and durations as a story has them.
  func lines(withColours: Bool = false) throws -> [String] {
    let text = try tmux("capture-pane -pJ\(withColours ? "e" : "")")
      .replacing(/\b(\d+:)?\d+:\d\d\b/, with: "0:00")
      .replacing(/\b\d+(\.\d)? s\b/, with: "T").replacing("\(story.folder)", with: "DIR")
      .replacing(/\b\d{8}-\d{6}\.\d{3}\.log\b/, with: "TIME.log")
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map { line in
      String(line.reversed().drop { $0 == " " }.reversed())
    }
    while lines.last?.isEmpty == true { lines.removeLast() }
    return lines
  }

  /// Waits until exactly these lines stand there.
  func expect(
    _ expected: String, withColours: Bool = false, at location: SourceLocation = #_sourceLocation
  ) throws {
    let wanted = expected.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    try wait(withColours: withColours, at: location) { $0 == wanted }
  }

  /// Waits until what stands there is right; each time that the terminal has been sent something, it is looked at again.
  func wait(
    withColours: Bool = false, at location: SourceLocation = #_sourceLocation,
    until isRight: ([String]) -> Bool
  ) throws {
    // Not only for what stays as it is: a running target's time is told anew each second.
    let deadline = Clock.monotonic + Int64(hangLimit) * 1_000_000
    while true {
      let lines = try lines(withColours: withColours)
      if isRight(lines) { return }
      if Clock.monotonic < deadline, try changes.waitForMore() { continue }
      let shown = lines.joined(separator: "\n")
      Issue.record("the screen is\n\(shown)", sourceLocation: location)
      throw Hang("a screen")
    }
  }
}
