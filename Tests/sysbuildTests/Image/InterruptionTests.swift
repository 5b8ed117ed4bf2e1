import Glibc
import Platform
import Testing

/// A real emerge that is ended in the middle of a compile, by each of the ways in which a run ends early.
extension EditTests {
  /// A compiler that has read the half of its source; and two processes that emerge knows nothing of: one that
  /// ignores SIGTERM, and one that has left its process group and session.
  private static let compile = """
    src_compile() {
    	mkfifo source || die
    	( trap '' TERM INT HUP; sleep 1000 ) &
    	setsid sleep 1000 &
    	cc -c -x c source &
    	exec {half}> source
    	echo 'int main(void) {' >&${half}
    	> "${T}"/compiling
    	wait $!
    }
    """

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
  func endedWhileCompiling() throws {
    let tree = try Self.tree.get()
    try tree.restore()
    let ebuild = "profiles/tiny/repository/app-misc/slow/slow-1.ebuild"
    let leaf = try tree.read("profiles/tiny/repository/app-misc/leaf/leaf-1.ebuild")
    try tree.append("app-misc/slow", to: "sets/tiny/build.packages")
    try tree.write(ebuild, leaf + Self.compile)
    for end in Self.ends {
      let sysbuild = try tree.start(["world"])
      let mark = tree.build / "tmp/sysroot/portage/app-misc/slow-1/temp/compiling"
      try wait { File.exists(mark) }
      if end.signals == [SIGTERM] { try stopAndContinue(sysbuild, tree) }
      let began = Clock.monotonic
      for signal in end.signals { sysbuild.signalGroup(signal) }
      let status = try sysbuild.reap().shellStatus
      let ended = Clock.monotonic
      #expect(status == 128 + end.signals[0])
      if end.signals == [SIGKILL] {
        // What sees to the rest has the lock until that is done.
        try wait { try tree.processes().isEmpty }
      }
      #expect(try tree.processes() == [], "\(end) leaves processes")
      let gone = Clock.monotonic
      print(
        "emerge ended by \(end.testDescription): sysbuild \((ended - began) / 1_000_000) ms, all \((gone - began) / 1_000_000) ms"
      )
      let plan = try tree.sysbuild(["-n", "world"]).output
      #expect(plan.contains("world  stale    \(end.reason)"), "\(plan)")
      try Directory.removeTree(mark)
    }
    try tree.write(ebuild, leaf)
    let build = try tree.sysbuild(["image"])
    #expect(build.status == 0, "\(build.output)")
    #expect(ImageTree.ran(build.output).contains("world"), "\(build.output)")
    try tree.expect("app-misc/slow", in: "sysroot")
    #expect(try tree.sysbuild(["image"]).output == "image: up to date\n")
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
