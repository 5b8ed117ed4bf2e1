import Glibc
import Platform
import Testing

/// Job slots shared with a make that called and with makes that commands call.
///
/// Each job of a story is a `leaf`: it appends a line to a log when it begins and one when it ends. So however
/// lines and moments fall, as many jobs as the log shows at once did run at once.
@Suite struct JobserverStories {
  /// A real make, as the outer one and as the one that recipes call.
  struct Make: CustomTestStringConvertible {
    let program: String
    var option = ""
    var testDescription: String { "\(program) \(option)" }
  }

  /// This system's, and one whose jobserver is a FIFO by default, if the caller of the tests has one.
  static let makes =
    [Make(program: "make")]
    + (Environment.value("MAKE44").map { path in
      let path = String(decoding: path, as: UTF8.self)
      return [Make(program: path), Make(program: path, option: "--jobserver-style=pipe")]
    } ?? [])

  /// Eight targets that are one job, eight whose make has six.
  func story(_ make: Make = makes[0], extra: String = "") throws -> BuildStory {
    let numbers = 1...8
    let all = numbers.map { "m\($0) p\($0)" }.joined(separator: " ")
    let story = try BuildStory(
      "[target all]\nneeds = \(all)\n"
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
    try leaf("", in: story)
    // Two sysbuilds of the same tree, each with a build directory of its own.
    try story.write(
      story.folder / "Makefile",
      Array("all: one two\n.PHONY: one two\none two: ; +@\"$(B)\" -k -C tree \"O=$(D)/$@\"\n".utf8))
    return story
  }

  /// - Parameter middle: what a leaf does besides.
  private func leaf(_ middle: String, in story: BuildStory) throws {
    try story.write(
      "leaf", "#!/bin/sh\necho + >> \"$LOG\"\nsleep 0.04\n\(middle)\necho - >> \"$LOG\"\n")
    story.makeExecutable("leaf")
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
    let ran = try story.shell("cd \"$D\"; \(make.program) \(make.option) -j4")
    #expect(ran.err == "")
    let jobs = try log(story.folder / "log")
    #expect(jobs.count == 2 * (8 + 8 * 6))
    #expect(jobs.most == 4)
  }

  /// What goes wrong, as the recipe of a target `x` or what a leaf does.
  static let mishaps = [
    ("a job is killed", "", "kill -KILL $$"),
    ("a command is killed", "sh -c \"sleep 0.1; kill -KILL $$$$\"", ""),
    ("SIGINT", "sh -c \"sleep 0.2; kill -INT $$(sed -n 's/^pid //p' ${O}/lock); sleep 1000\"", ""),
    ("SIGTERM", "sh -c \"sleep 0.2; kill -TERM $$(sed -n 's/^pid //p' ${O}/lock); sleep 1000\"", ""),
    ("a command fails", "sh -c \"sleep 0.1; exit 3\"", ""),
  ]

  /// A make that misses tokens at its end says so.
  @Test(arguments: makes, mishaps)
  func allSlotsAreGivenBack(_ make: Make, _ mishap: (what: String, run: String, leaf: String)) throws {
    let extra = mishap.run.isEmpty ? "" : "[target x]\nrun = \(mishap.run)\n[extend all]\nneeds = x\n"
    let story = try story(make, extra: extra)
    try leaf(mishap.leaf, in: story)
    let ran = try story.shellFailing("cd \"$D\"; \(make.program) \(make.option) -k -j4")
    #expect(ran.status == 2)
    #expect(!ran.err.contains("INTERNAL") && !ran.err.contains("jobserver"), "\(ran.err)")
    #expect(
      !["SIGINT", "SIGTERM"].contains(mishap.what)
        || ran.err.contains("sysbuild: interrupted by \(mishap.what)\n"))
  }

  /// By the process that waits for that, when what ran in the slots is gone; a make that ended at once would not wait.
  @Test(arguments: makes) func slotsOfAKilledSysbuildAreGivenBack(_ make: Make) throws {
    let story = try story(
      make,
      extra: """
        [target x]
        run = sh -c "sleep 0.2; kill -KILL $$(sed -n 's/^pid //p' ${O}/lock); sleep 1000"
        [extend all]
        needs = x
        """)
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
    #expect(!ran.err.contains("INTERNAL") && !ran.err.contains("jobserver"), "\(ran.err)")
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

  private static let plain = "p1 p2 p3 p4 p5 p6 p7 p8"

  @Test(arguments: 0...3) func someSlotsAreTaken(_ taken: Int) throws {
    let story = try story()
    // The first job goes on until the last that has a slot has begun, however slow the beginning.
    try leaf("sleep 0.\(3 - taken)", in: story)
    let pool = try client(story, tokens: 3)
    for _ in 0..<taken { #expect(try pool.take()) }
    let ran = try story.run(Self.plain.split(separator: " ").map(String.init))
    #expect(ran.status == 0 && ran.err == "")
    #expect(try log(story.source / "log").most == 4 - taken)
    #expect(try pool.count() == 3 - taken)
  }

  /// What it had taken is there again when what ran in its slots is gone, though that will not end by itself.
  @Test func killedOutright() throws {
    let story = try BuildStory(
      "[target all]\nneeds = a b c\n"
        + ["a", "b", "c"].map {
          "[target \($0)]\nrun = sh -c \"trap '' TERM; echo $$$$ > ${O}/\($0); sleep 1000\"\n"
        }
        .joined())
    let pool = try client(story, tokens: 3)
    let running = try story.start([])
    try wait {
      try ["a", "b", "c"].allSatisfy { try story.exists("out/\($0)") && story.read("out/\($0)") != "" }
    }
    #expect(try pool.count() == 1)
    kill(running.process.pid, SIGKILL)
    #expect(try running.end().status == 128 + SIGKILL)
    try wait { try pool.count() == 3 }
    for name in ["a", "b", "c"] {
      #expect(!File.exists(Path("/proc/\(try story.read("out/\(name)").dropLast())")))
    }
  }

  @Test func killedAtARandomMoment() throws {
    let story = try story()
    let pool = try client(story, tokens: 3)
    for _ in 0..<40 {
      let running = try story.start(["-B"] + Self.plain.split(separator: " ").map(String.init))
      _ = try Poll.wait(for: [.init(running.process.pollDescriptor)], timeout: .random(in: 0...150))
      kill(running.process.pid, SIGKILL)
      _ = try running.end()
      try wait { try pool.count() == 3 }
    }
  }

  /// Two targets that can only end together: the second gets its slot while the first runs.
  @Test func aSlotThatComesLater() throws {
    let story = try BuildStory(
      """
      [target all]
      needs = a b
      [target a]
      run = sh -c "cat fifo"
      [target b]
      run = sh -c "echo b > fifo"
      """)
    try story.makeFIFO("fifo")
    let pool = try client(story, tokens: 1)
    #expect(try pool.take())
    let running = try story.start([])
    try wait { story.exists("out/logs/a/latest") }
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
    try leaf("sleep 0.2", in: story)
    let pool = try client(story, tokens: 3)
    let ran = try story.run(["-j2"] + Self.plain.split(separator: " ").map(String.init))
    #expect(
      ran.err == "sysbuild: -j2 is given, so the job slots of the make that called are not used\n")
    #expect(try log(story.source / "log").most == 2)
    #expect(try pool.count() == 3)
  }

  // MARK: As the server

  @Test(arguments: makes) func slotsOfItsOwn(_ make: Make) throws {
    let story = try story(make, extra: "[target f]\nrun = test -p ${O}/jobserver\n[extend all]\nneeds = f\n")
    let ran = try story.run("-j4")
    #expect(ran.status == 0 && ran.err == "")
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
