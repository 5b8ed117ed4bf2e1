import Glibc
import Platform
import Testing

/// A build that is killed, at whatever moment, and then run to its end. `SYSBUILD_KILLS` is how many random
/// moments are tried.
@Suite struct KillTests {
  @Test(.timeLimit(.minutes(20))) func atARandomMoment() throws {
    let known = try KnownBuild()
    let story = known.story
    let began = Clock.monotonic
    try story.run("-j3")
    let whole = Clock.monotonic - began
    let count = KnownBuild.rounds("SYSBUILD_KILLS", 500)
    var cut = 0
    for round in 1...count {
      let names = try known.edit(round)
      if round % 5 == 0 { try story.remove("out/\(names[0])") }
      let moment = Int64.random(in: 0...whole)
      let running = try story.start(["-j3"])
      _ = try Poll.wait(for: [.init(running.process.pollDescriptor)], timeout: Int(moment / 1_000_000))
      kill(running.process.pid, SIGKILL)
      if try running.end().status != 0 { cut += 1 }
      // At once: what is left of the killed one is still being killed.
      try known.mend("round \(round), \(names) edited, killed after \(moment / 1000) µs")
      if round % 20 == 0 { #expect(try known.survivors() == []) }
    }
    print("kills: \(cut) of \(count) before the end")
    #expect(cut > count / 4)
  }

  /// At the entry of each system call by which something is written, of one run after the other. strace(1) counts
  /// the calls of one name.
  @Test(
    .timeLimit(.minutes(10)),
    arguments: [
      "openat", "write", "pwrite64", "fsync", "rename", "unlink", "mkdir", "ftruncate", "close", "fork",
    ])
  func atEachSystemCall(_ call: String) throws {
    let known = try KnownBuild()
    let story = known.story
    try story.run("-j3")
    let name = call == "fork" ? "/^(v?fork|clone3?)$" : call
    var count = 0
    while true {
      count += 1
      try story.write("src/c", "\(count)\n")
      if count % 3 == 0 { try story.remove("out/a") }
      let killed = try story.shellFailing(
        "exec strace -qq -o /dev/null -e trace='\(name)' -e inject='\(name):signal=KILL:when=\(count)' \"$B\" -j3"
      )
      try known.mend("killed at \(call) \(count)")
      if killed.status == 0 { break }
      #expect(killed.status == 128 + SIGKILL, "\(killed.err)")
    }
    print("kills: at each of \(count - 1) calls of \(call)")
  }
}
