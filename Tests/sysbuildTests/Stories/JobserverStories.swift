import Glibc
import Platform
import TestSupport
import Testing

/// Job slots shared with a make that called and with makes that commands call.
///
/// Each job of a story is a `leaf`: it appends a line to a log when it begins and one when it ends. So however
/// lines and moments fall, as many jobs as the log shows at once did run at once. In between it waits until it may go on,
/// so that a test can wait until as many run at once as should.
@Suite struct JobserverStories {
  /// A real make, as the outer one and as the one that recipes call.
  struct Make: CustomTestStringConvertible {
    let program: String
    var option = ""
    var testDescription: String { "\(program) \(option)" }

    /// GNU make from 4.4 on, which does not give back what it has taken when it is ended by SIGTERM; 4.3 does.
    func losesTokens() throws -> Bool {
      let version = try BuildStory().shell("'\(program)' --version").out
      return version.firstMatch(of: /^GNU Make (4\.[0-3]|[0-3])\b/) == nil
    }
  }

  /// This system's, and one whose jobserver is a FIFO by default, if the caller of the tests has one.
  static let makes =
    [Make(program: "make")]
    + (Environment.value("MAKE44").map { path in
      let path = String(decoding: path, as: UTF8.self)
      return [Make(program: path), Make(program: path, option: "--jobserver-style=pipe")]
    } ?? [])

  @Test(
    .enabled(if: Environment.value("MAKE44") != nil, "MAKE44 names no newer make, so its stories are left out"))
  func aNewerMake() throws {
    #expect(try Self.makes[1].losesTokens())
  }

  /// The leaves of a story.
  final class Leaves {
    /// Gets a line when one has begun.
    let began: HeldFIFO
    private let gate: HeldFIFO

    /// - Parameter middle: what a leaf does when it may go on.
    init(in story: BuildStory, _ middle: String = "") throws {
      began = try story.holdFIFO("began")
      gate = try story.holdFIFO("gate")
      try story.write(
        "leaf",
        """
        #!/bin/sh
        echo + >> "$LOG"
        echo >> '\(began.path)'
        read go < '\(gate.path)'
        \(middle)
        echo - >> "$LOG"

        """)
      story.makeExecutable("leaf")
    }

    /// Lets all go on, those that have not begun yet, too.
    func go() throws { try gate.write(String(repeating: "\n", count: 1000)) }

    /// Waits until so many run at once, and lets all go on.
    func go(when count: Int, runAtOnceIn running: BuildStory.Running) throws {
      _ = try began.lines(count, from: running)
      try go()
    }
  }

  /// Eight targets that are one job, eight whose make has six.
  ///
  /// - Parameters:
  ///   - first: the recipe of a target that begins before all others; it reads a line of `began` to wait until a leaf
  ///     runs.
  ///   - callsMakes: whether there are targets whose recipe is a make.
  func story(
    _ make: Make = makes[0], first: String = "", extra: String = "", callsMakes: Bool = true
  ) throws -> BuildStory {
    let numbers = 1...8
    let all = numbers.map { callsMakes ? "m\($0) p\($0)" : "p\($0)" }.joined(separator: " ")
    let story = try BuildStory(
      "[target all]\nneeds = \(first.isEmpty ? "" : "x ")\(all)\n"
        + (first.isEmpty ? "" : "[target x]\nrun = \(first)\n")
        + numbers.map { number in
          """
          [target m\(number)]
          environment = LOG=${O}/../log
          run = \(make.program) -f leaves.mk
          [target p\(number)]
          environment = LOG=${O}/../log
          run = ./leaf

          """
        }.joined() + extra)
    try story.write("leaves.mk", "all: 1 2 3 4 5 6\n1 2 3 4 5 6: ; @./leaf $@\n")
    // Two sysbuilds of the same tree, each with a build directory of its own.
    try story.write(
      story.folder / "Makefile",
      Array("all: one two\n.PHONY: one two\none two: ; +@\"$(B)\" -k -C tree \"O=$(D)/$@\"\n".utf8))
    return story
  }

  /// How many jobs ran at once at most, and how many there were.
  private func log(_ path: Path) throws -> (most: Int, count: Int) {
    var (running, most, count) = (0, 0, 0)
    for byte in try File.read(path) where byte != UInt8(ascii: "\n") {
      running += byte == UInt8(ascii: "+") ? 1 : -1
      count += byte == UInt8(ascii: "+") ? 1 : 0
      most = max(most, running)
    }
    return (most, count)
  }

  // MARK: Under a make

  @Test(arguments: makes) func neverMoreThanTheSlotsOfTheMakeThatCalled(_ make: Make) throws {
    let story = try story(make)
    let leaves = try Leaves(in: story)
    let running = try story.startShell("cd \"$D\"; \(make.program) \(make.option) -j4")
    try leaves.go(when: 4, runAtOnceIn: running)
    let ran = try running.end()
    #expect(ran.status == 0 && ran.err == "", "\(ran.err)")
    let jobs = try log(story.folder / "log")
    #expect(jobs.count == 2 * (8 + 8 * 6))
    #expect(jobs.most == 4)
  }

  /// What goes wrong while a leaf runs, as the recipe of a target `x` or what a leaf does.
  static let mishaps = [
    ("a job is killed", "", "kill -KILL $$"),
    ("a command is killed", "sh -c \"read x < ${O}/../began; kill -KILL $$$$\"", ""),
    ("SIGINT", sending("INT"), ""),
    ("SIGTERM", sending("TERM"), ""),
    ("a command fails", "sh -c \"read x < ${O}/../began; exit 3\"", ""),
  ]

  /// A recipe that sends sysbuild a signal when a leaf runs.
  private static func sending(_ name: String) -> String {
    "sh -c \"read x < ${O}/../began; kill -\(name) $$(sed -n 's/^pid //p' ${O}/lock); sleep 1000\""
  }

  /// A make that misses tokens at its end says so.
  @Test(arguments: makes, mishaps)
  func allSlotsAreGivenBack(_ make: Make, _ mishap: (what: String, run: String, leaf: String)) throws {
    let isSignal = mishap.what.hasPrefix("SIG")
    let story = try story(make, first: mishap.run, callsMakes: !isSignal || !make.losesTokens())
    let leaves = try Leaves(in: story, mishap.leaf)
    // With a signal they are ended.
    if !isSignal { try leaves.go() }
    let ran = try story.shellFailing("cd \"$D\"; \(make.program) \(make.option) -k -j4")
    #expect(ran.status == 2)
    #expect(!ran.err.contains("INTERNAL") && !ran.err.contains("jobserver"), "\(ran.err)")
    #expect(!isSignal || ran.err.contains("sysbuild: interrupted by \(mishap.what)\n"), "\(ran.err)")
  }

  /// What a make says when the sysbuilds that it called are killed while their slots are in use. It waits for the
  /// processes that give the slots back when what ran in them is gone; one that ended at once would not.
  private func killed(_ make: Make, callsMakes: Bool) throws -> String {
    let story = try story(make, first: Self.sending("KILL"), callsMakes: callsMakes)
    _ = try Leaves(in: story)
    let keepers = "$$(pgrep -x build-tokens | sed 's,.*,/proc/&/environ,')"
    try story.write(
      story.folder / "Makefile",
      Array(
        """
        all: one two
        \t@while grep -qsz "^D=$(D)$$" \(keepers) /dev/null; do sleep 0.05; done
        .PHONY: one two
        one two: ; -+@"$(B)" -k -C tree "O=$(D)/$@"

        """.utf8))
    let ran = try story.shell("cd \"$D\"; \(make.program) \(make.option) -j4")
    #expect(ran.err.contains("Error 137 (ignored)"), "\(ran.err)")
    return ran.err
  }

  @Test(arguments: makes) func slotsOfAKilledSysbuildAreGivenBack(_ make: Make) throws {
    let text = try killed(make, callsMakes: false)
    #expect(!text.contains("INTERNAL") && !text.contains("jobserver"), "\(text)")
  }

  /// A make that is ended first says so. Nobody reads that any more, so it dies of SIGPIPE, with its tokens.
  @Test(.enabled("make loses them anyway") { try !makes[0].losesTokens() })
  func slotsOfAMakeThatAKilledSysbuildCalled() throws {
    let text = try killed(Self.makes[0], callsMakes: true)
    withKnownIssue(isIntermittent: true) {
      #expect(!text.contains("INTERNAL") && !text.contains("jobserver"), "\(text)")
    }
  }

  /// The tests above see what they are to see.
  @Test(arguments: makes) func aMakeThatMissesATokenSaysSo(_ make: Make) throws {
    let story = try BuildStory()
    try story.write(
      "Makefile",
      """
      all: ; +@f=$${MAKEFLAGS##*--jobserver-auth=}; case $$f in \
      fifo:*) dd bs=1 count=1 if="$${f#fifo:}";; *) eval "dd bs=1 count=1 <&$${f%%,*}";; esac 2>&1 > /dev/null; false

      """)
    let ran = try story.shellFailing("\(make.program) \(make.option) -j4")
    #expect(ran.err.contains("INTERNAL: Exiting with 3 jobserver tokens available; should be 4!"), "\(ran.err)")
  }

  @Test(arguments: makes) func aDryRunOfTheMakeThatCalled(_ make: Make) throws {
    let story = try story(make)
    let ran = try story.shell("cd \"$D\"; \(make.program) -n -j4")
    #expect(ran.out.contains("16 stale, 1 pending, 0 fresh\n"))
    #expect(!File.exists(story.folder / "one") && !File.exists(story.folder / "log"))
    try story.expect(
      "p1", environment: ["MAKEFLAGS=n -- O=elsewhere"],
      out: "p1  stale    never built\n1 stale, 0 pending, 0 fresh\n")
    try story.expect("p1", environment: ["MAKEFLAGS=q"], status: 1)
    #expect(!story.exists("out"))
  }

  // MARK: As a client

  /// A jobserver that the test itself is the other client of.
  private func client(_ story: BuildStory, tokens: Int) throws -> TokenPool {
    let pool = try TokenPool(makingFIFO: story.folder / "slots", tokens: tokens)
    story.environment.append("MAKEFLAGS= -j4 --jobserver-auth=fifo:\(story.folder)/slots")
    return pool
  }

  /// Waits until exactly these tokens are to be had.
  private func waitForTokens(_ tokens: Int, in pool: TokenPool) throws {
    for _ in 0..<tokens {
      while try !pool.take() {
        let ready = try Poll.wait(for: [.init(pool.pollDescriptor)], timeout: hangLimit)
        if ready.isEmpty { throw Hang("\(pool.held.count) tokens of \(tokens) are there") }
      }
    }
    #expect(try pool.count() == 0)
    for _ in 0..<tokens { try pool.putBack() }
  }

  private static let plain = (1...8).map { "p\($0)" }

  @Test(arguments: 0...3) func someSlotsAreTaken(_ taken: Int) throws {
    let story = try story()
    let leaves = try Leaves(in: story)
    let pool = try client(story, tokens: 3)
    for _ in 0..<taken { #expect(try pool.take()) }
    let running = try story.start(Self.plain)
    try leaves.go(when: 4 - taken, runAtOnceIn: running)
    let ran = try running.end()
    #expect(ran.status == 0 && ran.err == "", "\(ran.err)")
    #expect(try log(story.source / "log").most == 4 - taken)
    #expect(try pool.count() == 3 - taken)
  }

  /// What it had taken is there again when what ran in its slots is gone, though that will not end by itself.
  @Test func killedOutright() throws {
    let story = try BuildStory(
      "[target all]\nneeds = a b c\n"
        + ["a", "b", "c"].map {
          "[target \($0)]\nrun = sh -c \"trap '' TERM; echo $$$$ > ../ids; sleep 1000\"\n"
        }
        .joined())
    let ids = try story.holdFIFO("ids")
    let pool = try client(story, tokens: 3)
    let running = try story.start([])
    let processes = try ids.lines(3, from: running)
    #expect(try pool.count() == 1)
    kill(running.process.pid, SIGKILL)
    #expect(try running.end().status == 128 + SIGKILL)
    try waitForTokens(3, in: pool)
    for id in processes { #expect(!File.exists(Path("/proc/\(id)"))) }
  }

  @Test func killedAtARandomMoment() throws {
    let story = try story()
    try Leaves(in: story).go()
    let pool = try client(story, tokens: 3)
    let began = Clock.monotonic
    _ = try story.run(["-B"] + Self.plain)
    var moments = RandomMoments(in: Clock.monotonic - began, for: "killedAtARandomMoment")
    var cut = 0
    for _ in 0..<40 {
      _ = moments.next()
      let running = try story.start(["-B"] + Self.plain)
      try moments.wait(unlessEnds: running.process.pollDescriptor)
      kill(running.process.pid, SIGKILL)
      if try running.end().status != 0 { cut += 1 }
      try waitForTokens(3, in: pool)
    }
    #expect(cut > 10, "\(seedSetting), \(cut) of 40 killed before the end")
  }

  /// Two targets that can only end together: the second gets its slot while the first runs.
  @Test func aSlotThatComesLater() throws {
    let story = try BuildStory(
      """
      [target all]
      needs = a b
      [target a]
      run = sh -c "echo > ../ready; cat fifo"
      [target b]
      run = sh -c "echo b > fifo"
      """)
    try story.makeFIFO("fifo")
    let ready = try story.holdFIFO("ready")
    let pool = try client(story, tokens: 1)
    #expect(try pool.take())
    let running = try story.start([])
    _ = try ready.lines(1, from: running)
    #expect(!story.exists("out/logs/b"))
    try pool.putBack()
    #expect(try running.end().status == 0)
    #expect(try pool.count() == 1)
  }

  @Test func aJobserverThatCannotBeUsed() throws {
    for (place, why) in [
      ("3,4", "cannot use descriptors 3 and 4: Bad file descriptor"),
      ("-2,-2", "cannot use descriptors -2 and -2: Bad file descriptor"),
      ("fifo:/none", "cannot stat '/none': No such file or directory"),
      ("gmake_1", "cannot use a jobserver of an unknown kind: Operation not supported"),
    ] {
      let story = try story()
      try Leaves(in: story).go()
      story.environment.append("MAKEFLAGS= -j4 --jobserver-auth=\(place)")
      let ran = try story.run("p1", "p2", "p3")
      #expect(ran.status == 0)
      #expect(
        ran.err
          == "sysbuild: the jobserver of the make that called cannot be used (\(why)), so one target runs at a time: begin the line that calls sysbuild with '+'\n"
      )
      #expect(try log(story.source / "log").most == 1)
    }
  }

  @Test func aNumberOfItsOwn() throws {
    let story = try story()
    let leaves = try Leaves(in: story)
    let pool = try client(story, tokens: 3)
    let running = try story.start(["-j2"] + Self.plain)
    try leaves.go(when: 2, runAtOnceIn: running)
    let ran = try running.end()
    #expect(
      ran.err == "sysbuild: -j2 is given, so the job slots of the make that called are not used\n")
    #expect(try log(story.source / "log").most == 2)
    #expect(try pool.count() == 3)
  }

  // MARK: As the server

  @Test(arguments: makes) func slotsOfItsOwn(_ make: Make) throws {
    let story = try story(make, extra: "[target f]\nrun = test -p ${O}/jobserver\n[extend all]\nneeds = f\n")
    let leaves = try Leaves(in: story)
    let running = try story.start(["-j4"])
    try leaves.go(when: 4, runAtOnceIn: running)
    let ran = try running.end()
    #expect(ran.status == 0 && ran.err == "", "\(ran.err)")
    let jobs = try log(story.source / "log")
    #expect(jobs.most == 4 && jobs.count == 56)
    #expect(!story.exists("out/jobserver"))
    #expect(try story.run("-q").status == 0, "what a command is told of slots is in no stamp")
    #expect(try story.run("-q", "-j3").status == 0)
  }

  /// What a killed make had taken is there again for what comes after it.
  @Test func lostTokens() throws {
    let take = "dd if=out/jobserver iflag=nonblock bs=1 count=9 status=none"
    let story = try BuildStory(
      """
      [target b]
      needs = a
      run   = sh -c "\(take) > out/b || :"
      [target a]
      run   = sh -c "\(take) > out/a || :"
      """, name: "with blanks")
    let ran = try story.run("-j4")
    #expect(ran.status == 0 && ran.err == "")
    #expect(try story.read("out/a") == "+++")
    #expect(try story.read("out/b") == "+++")
  }

  @Test func whatACommandInherits() throws {
    let story = try BuildStory(
      """
      [target all]
      needs = some none
      [target some]
      run = sh -c "echo $$MAKEFLAGS; ls /proc/self/fd"
      [target none]
      environment = MAKEFLAGS=
      run = sh -c "echo $${MAKEFLAGS-unset}; ls /proc/self/fd"
      """)
    func printed(_ target: String) throws -> [String] {
      try story.log(target).filter { $0.hasPrefix("|") }.map { String($0.dropFirst(2)) }
    }
    try story.run("-j3")
    #expect(try printed("some") == ["-j3 --jobserver-auth=100,101", "0", "1", "100", "101", "2", "3"])
    #expect(try printed("none") == ["", "0", "1", "2", "3"])
    // One job at a time has nothing to share.
    try story.run("-j1", "-B")
    #expect(try printed("some") == ["", "0", "1", "2", "3"])
  }
}
