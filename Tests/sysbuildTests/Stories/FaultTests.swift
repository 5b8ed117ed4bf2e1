import Glibc
import Platform
import TestSupport
import Testing

/// A build under which something breaks: O is full, or gone, or the kernel says that it cannot be read or written.
/// One error is said, nothing is left running, and once the fault is over the next run mends everything.
/// `SYSBUILD_FAULTS` is how often O is removed; where it is set, each single system call fails once.
@Suite struct FaultTests {
  /// What a run that a fault may have ended said: nothing, or one error, which names a path or a target.
  private func check(
    _ status: Int32, _ text: String, _ what: String, namesPath: Bool = true,
    at location: SourceLocation = #_sourceLocation
  ) {
    // What belongs to the report on a target that failed.
    let details = ["  | ", "log: ", "first error: ", "again: "].map { "sysbuild: " + $0 }
    let errors = text.split(separator: "\n").filter { line in
      !details.contains { line.hasPrefix($0) } && !line.hasSuffix("do not share job slots")
    }
    #expect(
      status == 2 ? errors.count == 1 : status == 0 && errors.count <= 1, "\(what): status \(status)\n\(text)",
      sourceLocation: location)
    for error in errors {
      #expect(
        error.hasPrefix("sysbuild: ")
          && (!namesPath || error.contains("/tree/") || error.contains(" failed: ")),
        "\(what): \(error)", sourceLocation: location)
    }
  }

  /// Calls of a kind fail with EIO, one in each run.
  @Test(arguments: [
    "write", "pwrite64", "fsync", "rename", "unlink", "mkdir", "ftruncate", "flock", "symlink", "getdents64",
    "openat", "read", "close",
  ])
  func inputOutputError(_ call: String) throws {
    let known = try KnownBuild(for: "inputOutputError")
    let story = known.story
    try story.run("-j3")
    let isMadeOften = ["openat", "read", "close"].contains(call)
    let step = isMadeOften && Environment.value("SYSBUILD_FAULTS") == nil ? 7 : 1
    var random = SeededGenerator(for: "inputOutputError(\(call))")
    var count = Int.random(in: 1...step, using: &random)
    var broken = 0
    while true {
      try story.write("src/c", "\(count)\n")
      if count % 3 == 0 { try story.remove("out/a") }
      let ran = try story.shellFailing(
        "exec strace -yy -qq -o \"$D/trace\" -e trace=\(call) -e inject=\(call):error=EIO:when=\(count) \"$B\" -j3"
      )
      let what = "\(seedSetting), EIO at \(call) \(count)"
      // 127 is the dynamic linker's: then sysbuild was not even begun.
      let trace = try story.read(story.folder / "trace")
      let injected = trace.split(separator: "\n").first { $0.hasSuffix("(INJECTED)") }
      // Pipes have no path. 127 is the dynamic linker's: then sysbuild was not even begun.
      let isPipe = injected?.contains(/^\w+\(\d+<(pipe:|anon_inode:|.*\/jobserver>)/) ?? false
      if ran.status != 127 { check(ran.status, ran.err, what, namesPath: !isPipe) }
      try known.mend(what)
      if injected == nil { break }
      broken += 1
      count += step
    }
    #expect(try known.story.survivors() == [])
    #expect(broken > 0, "\(call) is never called")
  }

  /// No descriptor is left when a command is started: then none runs of which nobody knows. A process that sysbuild
  /// has started and not waited for is its child still when the next target runs.
  @Test(arguments: ["fcntl", "pipe2", "pidfd_open"]) func noDescriptor(_ call: String) throws {
    let story = try BuildStory(
      """
      [target x]
      run = true
      [target y]
      run = sh -c "read id name state parent rest < /proc/$$PPID/stat; cat /proc/$$parent/task/$$parent/children > ${O}/children; echo $$PPID > ${O}/supervisor"
      """)
    var failures = 0
    for count in 1... {
      for name in ["children", "supervisor"] { try story.remove("out/\(name)") }
      let ran = try story.shellFailing(
        "exec strace -qq -o \"$D/trace\" -e trace=\(call) -e inject=\(call):error=EMFILE:when=\(count) \"$B\" -B -k -j1 x y"
      )
      if try !story.read(story.folder / "trace").contains("(INJECTED)") { break }
      let what = "EMFILE at \(call) \(count)"
      check(ran.status, ran.err, what, namesPath: false)
      // If y fails, its command may have been killed while it wrote.
      if !story.exists("out/supervisor") || ran.err.contains("y failed") { continue }
      if ran.err.contains("x failed") { failures += 1 }
      #expect(
        try story.read("out/children").dropLast() + "\n" == story.read("out/supervisor"), "\(what): \(ran.err)")
    }
    #expect(failures > 0, "\(call) never made x fail")
  }

  /// As above, with a limit that the kernel enforces.
  @Test func aLimitOfDescriptors() throws {
    let known = try KnownBuild(for: "aLimitOfDescriptors")
    let story = known.story
    var broken = 0
    for limit in 3... {
      try story.write("src/c", "\(limit)\n")
      let ran = try story.shellFailing("exec prlimit --nofile=\(limit) \"$B\" -j3")
      if ran.status == 0 { break }
      // 127 is the dynamic linker's: then sysbuild was not even begun.
      if ran.status == 127 { continue }
      broken += 1
      #expect(ran.status == 2 && ran.err.hasPrefix("sysbuild: "), "\(limit): \(ran.status) \(ran.err)")
    }
    #expect(broken > 0)
    #expect(try story.survivors() == [])
    try known.mend("after the last limit")
  }

  /// O is removed while targets run.
  @Test func theBuildFolderIsRemoved() throws {
    var known = try KnownBuild(for: "theBuildFolderIsRemoved")
    let story = known.story
    let began = Clock.monotonic
    try story.run("-j3")
    var moments = RandomMoments(in: Clock.monotonic - began, for: "theBuildFolderIsRemoved, moments")
    var ended = 0
    for round in 1...KnownBuild.rounds("SYSBUILD_FAULTS", 30) {
      try known.edit(round)
      let moment = moments.next() / 1000
      let running = try story.start(["-j3"])
      try moments.wait(unlessEnds: running.process.pollDescriptor)
      // Something may be made in it meanwhile.
      try wait { (try? story.remove("out")) != nil }
      let ran = try running.end()
      let what = "\(seedSetting), round \(round), O removed after \(moment) µs"
      check(ran.status, ran.err, what)
      if ran.status == 2 { ended += 1 }
      try known.mend(what)
    }
    #expect(try known.story.survivors() == [])
    #expect(ended > 0, "\(seedSetting), no run was ended by the removal of O")
  }

  /// What still runs then is ended, and nothing is put into an O that another sysbuild may have begun.
  @Test func whatRunsWithoutABuildFolderIsEnded() throws {
    let story = try BuildStory(
      """
      [target all]
      needs = waits removes
      [target waits]
      run = sh -c "echo $$$$ > fifo; exec sleep 1000"
      [target removes]
      run = sh -c "cat fifo > id; rm -rf ${O}"
      """)
    try story.makeFIFO("fifo")
    try story.expect(
      "-s", "-j2", status: 2,
      err:
        "sysbuild: O ('DIR/tree/out'), or the lock in it, was removed while it was in use: the run ends here\n")
    let id = try #require(pid_t(story.read("id").dropLast()))
    #expect(kill(id, 0) == -1)
    #expect(!story.exists("out"))
  }

  @Test func aHistoryThatCannotBeWritten() throws {
    let story = try BuildStory("[target x]\nrun = true\n")
    try story.write("out/history/file", "")
    try story.expect(
      "-s", err: "sysbuild: cannot open 'DIR/tree/out/history': Is a directory\n")
    try story.expect("-q")
  }

  // MARK: A full disk

  enum Scarcity: String, CaseIterable {
    case size, inodes
  }

  /// A file system with room for so and so many more blocks, or files, until there is enough.
  @Test(.enabled(if: SystemStories.canMount), arguments: Scarcity.allCases, [false, true])
  func fullDisk(_ scarcity: Scarcity, isBuilt: Bool) throws {
    let known = try KnownBuild(for: "fullDisk")
    let story = known.story
    var free = 0
    while true {
      try story.write("src/a", "0\n")
      let limit =
        scarcity == .size
        ? "size=$(( $(df --output=used -k out | tail -1) + 4 * \(free) ))k"
        : "size=64m,nr_inodes=$(( $(df --output=iused out | tail -1) + \(free) ))"
      let ran = try story.shell(
        """
        mkdir -p out; rm -rf ../ended ../mended; \(SystemStories.privately) 'mount -t tmpfs -o size=64m none out; cd "$S"
          echo > out/filler; \(isBuilt ? "\"$B\" -s; echo \(free) blocks > src/a" : "")
          mount -o remount,\(limit) out
          "$B" -j1 > /dev/null || echo $? >&2
          cp -r out "$D/ended"; mount -o remount,size=64m,nr_inodes=10000 out
          "$B" status --json; "$B" -j3 > "$D/said"; "$B" > "$D/again"; cp -r out "$D/mended"'
        """)
      let what = "\(free) \(scarcity) left"
      let isEnded = ran.err.hasSuffix("\n2\n")
      // Besides the error: what was being made, and what fills O.
      let explanation = /sysbuild: (\w+ was being made|O \('[^']*'\) has .* free.*: make room.*)\n/
      let errors = String(ran.err.dropLast(isEnded ? 2 : 0)).replacing(explanation, with: "")
      check(isEnded ? 2 : 0, errors.isEmpty && isEnded ? "sysbuild: no room in /tree/out" : errors, what)
      let expected = try known.expected()
      for target in try StrictJSON(ran.out)["targets"]?.elements ?? [] {
        guard case .string(let name)? = target["name"], target["verdict"] == .string("fresh") else { continue }
        #expect(try story.read(story.folder / "ended/\(name)") == expected[name], "\(what)")
      }
      for (name, content) in expected {
        #expect(try story.read(story.folder / "mended/\(name)") == content, "\(what)")
      }
      #expect(try story.read(story.folder / "again") == "all: up to date\n", "\(what)")
      if ran.err.isEmpty { break }
      free += 1
    }
    #expect(free > 5)
  }
}
