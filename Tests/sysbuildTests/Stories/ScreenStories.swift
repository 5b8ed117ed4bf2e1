import Glibc
import Platform
import Testing

/// What a person sees of a run on a real terminal, compared as a whole. The targets wait on FIFOs, so that each
/// screen stands for as long as it is looked at.
@Suite struct ScreenStories {
  /// A target that emerges, one that prints, and one behind both. The words that a FIFO gets are what a target
  /// ends with.
  static let targets = """
    [target all]
    needs = world kernel later
    [target world]
    outputs = file:${O}/world
    run     = sh emerge
    [target kernel]
    run = sh -c "echo CC kernel/fork.o; read end < kernel.fifo; eval $$end"
    [target later]
    needs = kernel world
    run   = true

    """

  /// What the real one prints, as far as the package that it is at.
  static let emerge = """
    echo '>>> Verifying ebuild manifests'
    echo '>>> Emerging (11 of 57) sys-libs/libcap-2.66::demo for /O/sysroot/'
    echo '>>> Installing (11 of 57) sys-libs/libcap-2.66::demo to /O/sysroot/'
    echo '>>> Completed (11 of 57) sys-libs/libcap-2.66::demo to /O/sysroot/'
    echo '>>> Emerging (12 of 57) sys-libs/pam-1.5.3::demo for /O/sysroot/'
    echo '>>> Compiling source in /O/tmp/portage/sys-libs/pam-1.5.3/work ...'
    read end < world.fifo
    touch out/world
    eval $end

    """

  /// The screen when the first two targets run, and when all is done.
  let running = """
    world 12/57 sys-libs/pam compile 0:00
    kernel 0:00  CC kernel/fork.o
    0 done, 3 left
    """
  let finished = """
    world: done in T (never built)
    kernel: done in T (never built)
    later: done in T (never built)
    done: 3 targets ran in T
    status 0
    """

  func story(_ targets: String = targets) throws -> BuildStory {
    let story = try BuildStory(targets)
    try story.write("emerge", Self.emerge)
    try story.makeFIFO("kernel.fifo")
    try story.makeFIFO("world.fifo")
    return story
  }

  func end(_ name: String, _ word: String, _ story: BuildStory) throws {
    try story.write("\(name).fifo", word + "\n")
  }

  @Test(arguments: [80, 200]) func aRun(_ width: Int) throws {
    let story = try story()
    let screen = try TerminalScreen("\"$B\" -j2", story, width: width)
    try screen.expect(running)
    try end("world", "true", story)
    try screen.expect(
      """
      world: done in T (never built)
      kernel 0:00  CC kernel/fork.o
      1 done, 2 left
      """)
    try end("kernel", "true", story)
    try screen.expect(finished)
  }

  @Test func aRunWhoseTimesAreKnown() throws {
    let story = try story("[target long]\nrun = sh -c \"read end < kernel.fifo\"\n")
    let first = try story.start([])
    try end("kernel", "true", story)
    #expect(try first.end().status == 0)
    let screen = try TerminalScreen("\"$B\" -B", story)
    try screen.expect("long 0:00\n0 done, 1 left, longer than the last time")
    try end("kernel", "true", story)
    try screen.expect("long: done in T (forced)\ndone: 1 target ran in T\nstatus 0")
  }

  @Test(arguments: [80, 200]) func aFailingTarget(_ width: Int) throws {
    let story = try story()
    let screen = try TerminalScreen("\"$B\" -k -j2", story, width: width)
    try screen.expect(running)
    try end("kernel", "eval echo 'fork.c:3:5: error: no y' && false", story)
    try screen.expect(
      """
      kernel: failed after T (never built)
      later: not tried, since what it needs failed
      all: not tried, since what it needs failed
      world 12/57 sys-libs/pam compile 0:00
      0 done, 1 failed, 1 not tried, 1 left
      """)
    try end("world", "true", story)
    try screen.expect(
      """
      kernel: failed after T (never built)
      later: not tried, since what it needs failed
      all: not tried, since what it needs failed
      world: done in T (never built)
      sysbuild:   | $ sh -c 'echo CC kernel/fork.o; read end < kernel.fifo; eval $end'
      sysbuild:   | CC kernel/fork.o
      sysbuild:   | fork.c:3:5: error: no y
      sysbuild: kernel failed: 'sh' exited with status 1
      sysbuild: first error: fork.c:3:5: error: no y
      sysbuild: log: DIR/tree/out/logs/kernel/TIME.log
      sysbuild: again: sysbuild kernel
      status 2
      """)
  }

  @Test func anInterruption() throws {
    let story = try story()
    let screen = try TerminalScreen("\"$B\" -j2", story)
    try screen.expect(running)
    try screen.type("C-c")
    try screen.expect(
      """
      world: interrupted after T (never built)
      kernel: interrupted after T (never built)
      sysbuild: interrupted by SIGINT
      status 130
      """)
    #expect(
      try story.run("history").out.replacing(/^.{19}/, with: "WHEN")
        == """
        WHEN  sysbuild: interrupted by SIGINT after T
          world   interrupted  T  never built
          kernel  interrupted  T  never built

        """)
  }

  @Test func aTargetThatWillNotEnd() throws {
    let story = try story("[target x]\nrun = sh -c \"trap '' TERM; read end < kernel.fifo\"\n")
    let screen = try TerminalScreen("\"$B\"", story)
    try screen.expect("x 0:00\n0 done, 1 left")
    try screen.type("C-c")
    try screen.expect("x 0:00\nSIGINT: waiting for the commands to end; a second one kills them")
    try screen.type("C-c")
    try screen.expect("x: interrupted after T (never built)\nsysbuild: interrupted by SIGINT\nstatus 130")
  }

  @Test func stoppedAndResumed() throws {
    let story = try story()
    let screen = try TerminalScreen("set -m; \"$B\" -j2; echo stopped; fg > /dev/null", story)
    try screen.expect(running)
    try screen.type("C-z")
    // What stood there is past; the live part begins anew below.
    try screen.expect(running + "\n^Zstopped\n" + running)
    try end("world", "true", story)
    try screen.expect(
      running + "\n^Zstopped\nworld: done in T (never built)\nkernel 0:00  CC kernel/fork.o\n1 done, 2 left")
    try end("kernel", "true", story)
    try screen.expect(running + "\n^Zstopped\n" + finished)
  }

  @Test func allOutput() throws {
    let story = try story()
    let screen = try TerminalScreen("\"$B\" V=1 -j1", story)
    let output = """
      world: >>> Verifying ebuild manifests
      world: >>> Emerging (11 of 57) sys-libs/libcap-2.66::demo for /O/sysroot/
      world: >>> Installing (11 of 57) sys-libs/libcap-2.66::demo to /O/sysroot/
      world: >>> Completed (11 of 57) sys-libs/libcap-2.66::demo to /O/sysroot/
      world: >>> Emerging (12 of 57) sys-libs/pam-1.5.3::demo for /O/sysroot/
      world: >>> Compiling source in /O/tmp/portage/sys-libs/pam-1.5.3/work ...

      """
    try screen.expect(output + "world 12/57 sys-libs/pam compile 0:00\n0 done, 3 left")
    try end("world", "true", story)
    try screen.expect(
      output
        + """
        world: done in T (never built)
        kernel: CC kernel/fork.o
        kernel 0:00  CC kernel/fork.o
        1 done, 2 left
        """)
    try end("kernel", "true", story)
    try screen.expect(
      output
        + """
        world: done in T (never built)
        kernel: CC kernel/fork.o
        kernel: done in T (never built)
        later: done in T (never built)
        done: 3 targets ran in T
        status 0
        """)
  }

  @Test(arguments: ["TERM=dumb \"$B\" -j1", "\"$B\" -j1 | cat", "\"$B\" -j1 2>&1 | cat"])
  func plainLines(_ line: String) throws {
    let story = try story()
    let screen = try TerminalScreen(line, story)
    try screen.expect(
      "world: never built\nworld: 11/57 sys-libs/libcap-2.66\nworld: 12/57 sys-libs/pam-1.5.3")
    try end("world", "true", story)
    try end("kernel", "true", story)
    try screen.expect(
      """
      world: never built
      world: 11/57 sys-libs/libcap-2.66
      world: 12/57 sys-libs/pam-1.5.3
      world: done in T
      kernel: never built
      kernel: done in T
      later: never built
      later: done in T
      done: 3 targets ran in T
      status 0
      """)
  }

  @Test func aReaderThatGoesAway() throws {
    let story = try story()
    let screen = try TerminalScreen("{ \"$B\" -j1; echo \"sysbuild: $?\" >&2; } | head -1", story)
    try end("world", "true", story)
    try end("kernel", "true", story)
    try screen.expect("world: never built\nsysbuild: 0\nstatus 0")
    try story.expect(out: "all: up to date\n")
  }

  @Test func silence() throws {
    let story = try story()
    let screen = try TerminalScreen("\"$B\" -s", story)
    try end("world", "true", story)
    try end("kernel", "true", story)
    try screen.expect("status 0")
  }

  @Test(arguments: [("", true), ("NO_COLOR=1 ", false), ("NO_COLOR= ", true)])
  func colours(_ setting: String, _ hasColours: Bool) throws {
    let story = try story("[target good]\nrun = true\n[target bad]\nneeds = good\nrun = false\n")
    let screen = try TerminalScreen("\(setting)\"$B\" bad 2> /dev/null", story)
    let (green, red, end) = hasColours ? ("\u{1B}[32m", "\u{1B}[31m", "\u{1B}[39m") : ("", "", "")
    try screen.expect(
      """
      good: \(green)done\(end) in T (never built)
      bad: \(red)failed\(end) after T (never built)
      status 2
      """, withColours: true)
  }
}
