import Platform
import Testing

/// Targets of the pool `console`, whose commands get the terminal.
@Suite struct ConsoleStories {
  static let targets = """
    [target all]
    needs = ask kernel
    [target ask]
    pool = console
    run  = sh -c "printf 'name? '; read name && echo \\"hello $$name\\""
    [target kernel]
    run = sh -c "read end < kernel.fifo"

    """

  func story() throws -> BuildStory {
    let story = try BuildStory(Self.targets)
    try story.makeFIFO("kernel.fifo")
    return story
  }

  private func endKernel(_ story: BuildStory) throws {
    try story.write("kernel.fifo", "\n")
    _ = try story.run("log", "-f", "kernel")
    #expect(try story.log("kernel").last == "# its commands have succeeded")
  }

  /// What others do meanwhile is shown when the terminal is sysbuild's again.
  @Test(arguments: ["", "TERM=dumb "]) func aQuestion(_ setting: String) throws {
    let story = try story()
    let screen = try TerminalScreen("\(setting)\"$B\" -j2", story)
    try screen.expect("ask: never built\nname?")
    try wait { story.exists("out/logs/kernel/latest") }
    try endKernel(story)
    try screen.expect("ask: never built\nname?")
    try screen.type("Bob")
    try screen.type("Enter")
    let isPlain = !setting.isEmpty
    let reason = isPlain ? "" : " (never built)"
    try screen.expect(
      """
      ask: never built
      name? Bob
      hello Bob
      \(isPlain ? "kernel: never built\n" : "")kernel: done in T\(reason)
      ask: done in T\(reason)
      done: 2 targets ran in T
      status 0
      """)
    #expect(
      try story.log("ask").suffix(3) == [
        "$ sh -c 'printf '\\''name? '\\''; read name && echo \"hello $name\"'",
        "# it has the terminal, and what it prints is there alone", "# its commands have succeeded",
      ])
  }

  @Test func anInterruption() throws {
    let story = try story()
    let screen = try TerminalScreen("\"$B\" ask", story)
    try screen.expect("ask: never built\nname?")
    try screen.type("C-c")
    try screen.expect(
      "ask: never built\nname? ^C\nask: interrupted after T (never built)\nsysbuild: interrupted by SIGINT\nstatus 130"
    )
  }

  @Test func stoppedAndResumed() throws {
    let story = try story()
    let screen = try TerminalScreen("set -m; \"$B\" ask; echo stopped; fg > /dev/null", story)
    try screen.expect("ask: never built\nname?")
    try screen.type("C-z")
    try screen.expect("ask: never built\nname? ^Zstopped")
    try screen.type("Bob")
    try screen.type("Enter")
    try screen.expect(
      """
      ask: never built
      name? ^Zstopped
      Bob
      hello Bob
      ask: done in T (never built)
      done: 1 target ran in T
      status 0
      """)
  }

  @Test func aFailure() throws {
    let story = try BuildStory("[target x]\npool = console\nrun = sh -c \"printf no; exit 3\"\n")
    let screen = try TerminalScreen("\"$B\"", story)
    try screen.expect(
      """
      x: never built
      no
      x: failed after T (never built)
      sysbuild:   | $ sh -c 'printf no; exit 3'
      sysbuild: x failed: 'sh' exited with status 3
      sysbuild: log: DIR/tree/out/logs/x/TIME.log
      sysbuild: again: sysbuild x
      status 2
      """)
  }

  /// An interactive shell takes the terminal for a group of its own.
  @Test func aShell() throws {
    let story = try BuildStory("[target x]\npool = console\nrun = bash --norc -i\n")
    let screen = try TerminalScreen("PS1='> ' \"$B\"", story)
    try screen.expect("x: never built\nbash-5.2#")
    try screen.type("exit")
    try screen.type("Enter")
    try screen.expect(
      "x: never built\nbash-5.2# exit\nexit\nx: done in T (never built)\ndone: 1 target ran in T\nstatus 0")
  }

  /// Without one such a target is as any other.
  @Test func noTerminal() throws {
    let story = try story()
    let ran = try story.run("ask")
    #expect(ran.status == 2)
    #expect(try story.log("ask").contains("| name? "))
    let screen = try TerminalScreen("\"$B\" ask 2> /dev/null | cat", story)
    try screen.expect("ask: last run failed: 'sh' exited with status 1\nask: failed after T\nstatus 0")
  }
}
