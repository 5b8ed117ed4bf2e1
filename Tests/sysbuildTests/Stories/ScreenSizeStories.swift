import Glibc
import Platform
import Testing

/// A run on terminals that are small or change their size, and lines that do not fit.
@Suite struct ScreenSizeStories {
  private let common = ScreenStories()
  private var running: String { common.running }
  private var finished: String { common.finished }

  private func story(_ targets: String = ScreenStories.targets) throws -> BuildStory {
    try common.story(targets)
  }
  private func end(_ name: String, _ word: String, _ story: BuildStory) throws {
    try common.end(name, word, story)
  }

  @Test func aLongReason() throws {
    let story = try story("[target x]\ninputs = value:LONG\nrun = true\n")
    try story.write(
      "targets.conf", try story.read("targets.conf").replacing("none\n", with: "none\nLONG = 1\n"))
    try story.run()
    let screen = try TerminalScreen("\"$B\" LONG=\(String(repeating: "long-", count: 8))", story, width: 24)
    try screen.expect(
      "x: done in T (variable LONG: '1' → 'long-l…\ndone: 1 target ran in T\nstatus 0")
  }

  @Test func anotherSize() throws {
    let story = try story()
    let screen = try TerminalScreen("\"$B\" -j2", story, width: 60)
    try screen.expect(running)
    try screen.resize(width: 30, height: 24)
    try screen.expect("world 12/57 sys-libs/pam com…\nkernel 0:00  CC kernel/fork.o\n0 done, 3 left")
    try screen.resize(width: 20, height: 24)
    try screen.expect("world 12/57 sys-li…\nkernel 0:00  CC ke…\n0 done, 3 left")
    try screen.resize(width: 100, height: 24)
    try screen.expect(running)
    try end("world", "true", story)
    try screen.expect("world: done in T (never built)\nkernel 0:00  CC kernel/fork.o\n1 done, 2 left")
    try end("kernel", "true", story)
    try screen.expect(finished)
  }

  @Test func lessAndLessRoom() throws {
    let story = try story()
    let screen = try TerminalScreen("\"$B\" -j2", story)
    try screen.expect(running)
    try screen.resize(width: 80, height: 3)
    try screen.expect("… and 2 more\n0 done, 3 left")
    try screen.resize(width: 80, height: 2)
    try screen.expect("0 done, 3 left")
    try screen.resize(width: 1, height: 1)
    try end("world", "true", story)
    try end("kernel", "true", story)
    try screen.resize(width: 80, height: 24)
    try screen.wait { $0.contains("status 0") }
  }

  @Test func whatACommandPrints() throws {
    let story = try story(
      "[target x]\nrun = sh -c \"printf '10%%\\r\\033[1m20%%\\033[0m\\ta\\007 漢字漢字漢字漢字漢字 e\\314\\201\\n'; read end < kernel.fifo\"\n"
    )
    let screen = try TerminalScreen("\"$B\"", story, width: 44)
    try screen.expect("x 0:00  20% a\\x07 漢字漢字漢字漢字漢字 e\u{301}\n0 done, 1 left")
    try screen.resize(width: 30, height: 24)
    try screen.expect("x 0:00  20% a\\x07 漢字漢字漢…\n0 done, 1 left")
    try end("kernel", "true", story)
    try screen.expect("x: done in T (never built)\ndone: 1 target ran in T\nstatus 0")
  }

  @Test func moreTargetsThanLines() throws {
    let names = (1...9).map { "t\($0)" }
    let story = try story(
      names.map { "[target \($0)]\nrun = sh -c \"read end < kernel.fifo\"\n" }.joined()
        + "[target all]\nneeds = \(names.joined(separator: " "))\n")
    let screen = try TerminalScreen("\"$B\" all -j9", story, height: 6)
    try screen.expect("t1 0:00\nt2 0:00\nt3 0:00\n… and 6 more\n0 done, 9 left")
    try screen.type("C-c")
    try screen.expect(
      "t7: interrupted after T (never built)\nt8: interrupted after T (never built)\n"
        + "t9: interrupted after T (never built)\nsysbuild: interrupted by SIGINT\nstatus 130")
  }
}
