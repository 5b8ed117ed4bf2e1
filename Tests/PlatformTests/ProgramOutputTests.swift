import Glibc
import Platform
import TestSupport
import Testing

@Suite struct ProgramOutputTests {
  private static func shell(_ script: String) throws(Interrupted) -> String? {
    try ProgramOutput.of("/bin/sh", ["-c", script], environment: ["PATH=/usr/bin:/bin"])
  }

  @Test func answers() throws {
    #expect(try Self.shell("echo a; echo b >&2") == "a\n")
    #expect(try Self.shell("echo a; exit 1") == nil)
    #expect(try ProgramOutput.of("/nonesuch", [], environment: []) == nil)
    // More than a pipe holds.
    #expect(try Self.shell("head -c 300000 /dev/zero")?.utf8.count == 300_000)
    let both = try ProgramOutput.ofBothStreams(
      "/bin/sh", ["sh", "-c", "pwd; echo b >&2; exit 3"], environment: [], directory: "/")
    #expect(both.output == Array("/\nb\n".utf8) && both.status == .exited(3))
  }

  /// What is left behind has the pipe open.
  @Test func anAnswerOfAProgramThatLeavesAnotherBehind() throws {
    let answer = try #require(try Self.shell("sleep 1000 & echo $!"))
    let id = try #require(Int32(answer.dropLast()))
    #expect(kill(id, SIGKILL) == 0)
  }

  /// The signals are for this thread, since others of this process do not block them.
  @Test(.exitTest) func aSignalEndsTheProgram() async {
    await #expect(processExitsWith: .success) {
      unblockSIGTERM()
      Signals.deferringEnds {
        raise(SIGTERM)
        #expect(throws: Interrupted(signal: SIGTERM)) { try Self.shell("trap '' TERM; sleep 1000 & wait") }
        raise(SIGTERM)
        // Drops a signal that is pending.
        signal(SIGTERM, SIG_IGN)
      }
    }
    await #expect(processExitsWith: .signal(SIGTERM)) {
      unblockSIGTERM()
      Signals.deferringEnds { _ = raise(SIGTERM) }
      exit(0)
    }
  }
}

/// Threads that run tests may block all signals.
private func unblockSIGTERM() {
  var set = sigset_t()
  sigemptyset(&set)
  sigaddset(&set, SIGTERM)
  pthread_sigmask(SIG_UNBLOCK, &set, nil)
}
