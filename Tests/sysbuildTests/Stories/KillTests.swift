import Glibc
import Platform
import TestSupport
import Testing

/// A build that is killed, at whatever moment, and then run to its end. `SYSBUILD_KILLS` is how many random
/// moments are tried.
@Suite struct KillTests {
  @Test func atARandomMoment() throws {
    var known = try KnownBuild(for: "atARandomMoment")
    let story = known.story
    let began = Clock.monotonic
    try story.run("-j3")
    var moments = RandomMoments(in: Clock.monotonic - began, for: "atARandomMoment, moments")
    let count = KnownBuild.rounds("SYSBUILD_KILLS", 150)
    var cut = 0
    for round in 1...count {
      let names = try known.edit(round)
      if round % 5 == 0 { try story.remove("out/\(names[0])") }
      let moment = moments.next()
      let running = try story.start(["-j3"])
      try moments.wait(unlessEnds: running.process.pollDescriptor)
      kill(running.process.pid, SIGKILL)
      if try running.end().status != 0 { cut += 1 }
      // At once: what is left of the killed one is still being killed.
      try known.mend("\(seedSetting), round \(round), \(names) edited, killed after \(moment / 1000) µs")
      if round % 20 == 0 { #expect(try known.story.survivors() == []) }
    }
    #expect(cut > count / 4, "\(seedSetting), \(cut) of \(count) killed before the end")
  }

  /// At the entry of each system call by which something is written, of one run after the other. strace(1) counts
  /// the calls of one name.
  @Test(
    arguments: sample(
      of: [
        "openat", "write", "pwrite64", "fsync", "rename", "unlink", "mkdir", "ftruncate", "close", "fork",
      ], oneIn: 2))
  func atEachSystemCall(_ call: String) throws {
    let known = try KnownBuild(for: "atEachSystemCall")
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
    #expect(count > 1, "\(call) is called \(count - 1) times")
  }
}
