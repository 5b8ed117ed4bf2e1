import Glibc
import Platform
import TestSupport
import Testing

/// A real emerge that is ended in the middle of a compile, by each of the ways in which a run ends early.
extension EditTests {
  /// A compiler that has read the half of its source; and two processes that emerge knows nothing of: one that
  /// ignores SIGTERM, and one that has left its process group and session.
  ///
  /// - Parameter fifo: gets a line when all of them run.
  private static func compile(_ fifo: HeldFIFO) -> String {
    """
    src_compile() {
    	mkfifo source || die
    	( trap '' TERM INT HUP; sleep 1000 ) &
    	setsid sleep 1000 &
    	cc -c -x c source &
    	exec {half}> source
    	echo 'int main(void) {' >&${half}
    	echo compiling > '\(fifo.path)'
    	wait $!
    }
    """
  }

  struct End: CustomTestStringConvertible {
    let testDescription: String
    let signals: [CInt]
    /// What the next dry run says of the target.
    let reason: String
  }

  static let ends = [
    End(testDescription: "Ctrl-C", signals: [SIGINT], reason: "its last run was interrupted"),
    End(testDescription: "SIGTERM", signals: [SIGTERM], reason: "its last run was interrupted"),
    End(testDescription: "SIGHUP", signals: [SIGHUP], reason: "its last run was interrupted"),
    End(testDescription: "Ctrl-C twice", signals: [SIGINT, SIGINT], reason: "its last run was interrupted"),
    End(testDescription: "SIGKILL", signals: [SIGKILL], reason: "its last run was cut off before it ended"),
  ]

  @Test("emerge in the middle of a compile is ended, and the next run makes up for it")
  func endedWhileCompiling() async throws {
    let tree = try await ImageTree()
    let ebuild = "profiles/tiny/repository/app-misc/slow/slow-1.ebuild"
    let leaf = try tree.read("profiles/tiny/repository/app-misc/leaf/leaf-1.ebuild")
    try tree.append("app-misc/slow", to: "sets/tiny/build.packages")
    let compiling = try HeldFIFO(tree.folder / "compiling")
    try tree.write(ebuild, leaf + Self.compile(compiling))
    for end in Self.ends {
      let sysbuild = try tree.start(["world"])
      _ = try compiling.lines(1, from: sysbuild)
      if end.signals == [SIGTERM] { try stopAndContinue(sysbuild, tree) }
      for signal in end.signals { sysbuild.signalGroup(signal) }
      let status = try sysbuild.reap().shellStatus
      #expect(status == 128 + end.signals[0])
      if end.signals == [SIGKILL] {
        // What sees to the rest has the lock until that is done.
        try tree.run(["flock", "--timeout", "\(hangLimit / 1000)", "\(tree.build / "lock")", "true"])
      }
      #expect(try tree.processes() == [], "\(end) leaves processes")
      let plan = try tree.sysbuild(["-n", "world"]).output
      #expect(plan.contains("world  stale    \(end.reason)"), "\(plan)")
    }
    try tree.write(ebuild, leaf)
    let build = try tree.sysbuild(["image"])
    #expect(build.status == 0, "\(build.output)")
    #expect(ImageTree.ran(build.output).contains("world"), "\(build.output)")
    try tree.expect("app-misc/slow", in: "sysroot")
    #expect(try tree.sysbuild(["image"]).output == "image: up to date\n")
  }

  /// An ebuild that does not end when it is read, and ignores what asks it to.
  private static func endless(_ started: HeldFIFO, _ never: HeldFIFO) -> String {
    """

    trap '' TERM INT HUP
    echo reading > '\(started.path)'
    read < '\(never.path)'

    """
  }

  @Test(
    "emerge is ended while it is asked what it would do, and nothing is left",
    arguments: [SIGINT, SIGTERM, SIGHUP])
  func endedWhilePreviewing(_ signal: CInt) async throws {
    let tree = try await ImageTree()
    let started = try HeldFIFO(tree.folder / "reading.\(signal)")
    let never = try HeldFIFO(tree.folder / "never.\(signal)")
    defer { for fifo in [started, never] { try? File.remove(fifo.path) } }
    let leaf = try tree.read("profiles/tiny/repository/app-misc/leaf/leaf-1.ebuild")
    try tree.append("app-misc/endless", to: "sets/tiny/build.packages")
    try tree.write(
      "profiles/tiny/repository/app-misc/endless/endless-1.ebuild", leaf + Self.endless(started, never))
    let sysbuild = try tree.start(["-n", "--packages", "world"])
    _ = try started.lines(1, from: sysbuild)
    let scratch = try Set(
      tree.processes().flatMap { id in
        let variables = (try? File.read(Path("/proc/\(id)/environ")))?.split(separator: 0) ?? []
        return variables.filter { $0.starts(with: "EMERGE_LOG_DIR=/tmp/".utf8) }.map {
          Path(bytes: $0.dropFirst("EMERGE_LOG_DIR=".utf8.count))
        }
      })
    let folder = try #require(scratch.count == 1 ? scratch.first : nil)
    #expect(File.isDirectory(folder))
    kill(sysbuild.pid, signal)
    #expect(try sysbuild.reap().shellStatus == 128 + signal)
    #expect(try tree.printed() == "sysbuild: interrupted by \(signalName(signal))\n")
    #expect(try tree.processes() == [], "processes are left")
    #expect(!File.exists(folder))
    for id in try tree.processes() { kill(id, SIGKILL) }
  }

  /// Ctrl-Z and fg: the compiler stands still, and goes on.
  private func stopAndContinue(_ sysbuild: ChildProcess, _ tree: ImageTree) throws {
    func states() throws -> [Substring] {
      try tree.processes().compactMap { id in
        guard let stat = try? File.read(Path("/proc/\(id)/stat")) else { return nil }
        let text = String(decoding: stat, as: UTF8.self)
        return text.contains("(cc") ? text.split(separator: ")").last?.dropFirst().prefix(1) : nil
      }
    }
    sysbuild.signalGroup(SIGTSTP)
    let stat = Path("/proc/\(sysbuild.pid)/stat")
    try wait { try String(decoding: File.read(stat), as: UTF8.self).contains(") T ") }
    try wait { try !states().isEmpty && states().allSatisfy { $0 == "T" } }
    sysbuild.signalGroup(SIGCONT)
    try wait { try !states().isEmpty && !states().contains("T") }
  }
}
