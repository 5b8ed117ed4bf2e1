import Glibc
import Platform
import Testing

/// A build that is killed, at whatever moment, and then run to its end.
///
/// Each target writes its name and what its inputs hold, so that what a clean build makes is known without one.
/// `SYSBUILD_KILLS` is how many random moments are tried.
@Suite struct KillTests {
  private static let needs: [(name: String, needs: [String])] = [
    ("a", []), ("b", []), ("c", ["a"]), ("d", ["a", "b"]), ("e", ["c", "d"]), ("f", ["b"]), ("g", ["e", "f"]),
    ("all", ["g", "d"]),
  ]

  private func story() throws -> BuildStory {
    let sections = Self.needs.map { name, needs in
      """
      [target \(name)]
      needs   = \(needs.joined(separator: " "))
      inputs  = file:src/\(name) tree:src/tree
      outputs = file:${O}/\(name)
      run     = sh -c "{ echo \(name); cat src/\(name) \(needs.map { "${O}/\($0)" }.joined(separator: " ")); } > ${O}/\(name)"

      """
    }
    let story = try BuildStory(sections.reversed().joined(separator: "\n"), inMemory: true)
    for (name, _) in Self.needs { try story.write("src/\(name)", "0\n") }
    try story.write("src/tree/x", "")
    return story
  }

  /// What a clean build makes of the sources.
  private func expected(_ story: BuildStory) throws -> [String: String] {
    var outputs: [String: String] = [:]
    for (name, needs) in Self.needs {
      outputs[name] = try "\(name)\n" + story.read("src/\(name)") + needs.map { outputs[$0] ?? "" }.joined()
    }
    return outputs
  }

  /// Runs to the end after a kill, and compares with a clean build.
  private func mend(_ story: BuildStory, _ what: String) throws {
    let expected = try expected(story)
    let due = Set(
      expected.filter { name, content in
        (try? story.read("out/\(name)")) != content
          || (try? story.read("out/stamps/\(name).stamp"))?.contains("\nstate\tcomplete\n") != true
      }.keys)
    let ran = try story.run("-j3")
    #expect(ran.status == 0 && ran.err.isEmpty, "\(what): \(ran.err)")
    #expect(Set(ran.targets).isSubset(of: due), "\(what): \(ran.targets) ran, \(due.sorted()) was due")
    for (name, content) in expected { #expect(try story.read("out/\(name)") == content, "\(what)") }
    #expect(try story.run().out == "all: up to date\n", "\(what)")
    // What a killed run leaves does not pile up.
    let names = try ["out", "out/stamps"].flatMap { try Directory.entries(of: story.source / Path($0)) }.map(
      \.name)
    #expect(ran.targets.isEmpty || !names.contains { $0.bytes.starts(with: ".".utf8) }, "\(what)")
  }

  /// Whether a process is left that has to do with the story.
  private func survivors(_ story: BuildStory) throws -> [Path] {
    try Directory.entries(of: "/proc").map(\.name).filter { name in
      guard Int32("\(name)") != nil, let link = try? File.readLink("/proc" / name / "cwd") else { return false }
      return Path(bytes: link) == story.source
    }
  }

  @Test(.timeLimit(.minutes(20))) func atARandomMoment() throws {
    let story = try story()
    let began = Clock.monotonic
    try story.run("-j3")
    let whole = Clock.monotonic - began
    let count = Environment.value("SYSBUILD_KILLS").flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 500
    var cut = 0
    for round in 1...count {
      let names = Self.needs.map(\.name).shuffled().prefix(Int.random(in: 1...4)).sorted()
      for name in names { try story.write("src/\(name)", "\(round)\n") }
      if round % 5 == 0 { try story.remove("out/\(names[0])") }
      let moment = Int64.random(in: 0...whole)
      let running = try story.start(["-j3"])
      _ = try Poll.wait(for: [.init(running.process.pollDescriptor)], timeout: Int(moment / 1_000_000))
      kill(running.process.pid, SIGKILL)
      if try running.end().status != 0 { cut += 1 }
      // At once: what is left of the killed one is still being killed.
      try mend(story, "round \(round), \(names) edited, killed after \(moment / 1000) µs")
      if round % 20 == 0 { #expect(try survivors(story) == []) }
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
    let story = try story()
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
      try mend(story, "killed at \(call) \(count)")
      if killed.status == 0 { break }
      #expect(killed.status == 128 + SIGKILL, "\(killed.err)")
    }
    print("kills: at each of \(count - 1) calls of \(call)")
  }
}
