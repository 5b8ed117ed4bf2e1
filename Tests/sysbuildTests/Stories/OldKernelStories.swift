import Glibc
import Platform
import Testing

/// Kernels that lack a call or a file which sysbuild would rather use. strace(1) makes this one such a kernel.
@Suite struct OldKernelStories {
  /// Before Linux 5.9 there was no close_range(2), before 5.11 none that marks.
  @Test func commandsInheritNoDescriptor() throws {
    let story = try BuildStory(
      """
      [target x]
      outputs = file:${O}/x
      run     = sh -c "ls /proc/self/fd > ${O}/x"

      """)
    func descriptors(_ prefix: String) throws -> String {
      try story.remove("out")
      try story.shell("\(prefix) \"$B\" -j2 7</dev/null")
      return try story.read("out/x")
    }
    // 3 is the folder that ls(1) reads, 100 and 101 are the jobserver.
    let expected = "0\n1\n100\n101\n2\n3\n"
    #expect(try descriptors("exec") == expected)
    let strace = "strace -f -qq -o \"$D/trace\" -e trace=close_range -e inject=close_range:error=ENOSYS"
    #expect(try descriptors("exec \(strace)") == expected)
    #expect(try story.read(story.folder / "trace").contains("(INJECTED)"))
  }

  /// Without CONFIG_PROC_CHILDREN the supervisor has to look through all processes for its children.
  @Test func whatACommandLeavesBehindIsEnded() throws {
    let story = try BuildStory(
      """
      [target x]
      run = sh -c "setsid sleep 1000 & echo $$! > ${O}/left; wait"

      """)
    let ran = try story.shellFailing(
      """
      strace -f -qq -o "$D/trace" -P /proc/thread-self/children -e trace=openat \\
        -e inject=openat:error=ENOENT "$B" &
      until test -s out/left; do sleep 0.01; done
      kill -TERM $(sed -n 's/^pid //p' out/lock)
      wait $!
      """)
    #expect(ran.status == 128 + SIGTERM, "\(ran)")
    #expect(try story.read(story.folder / "trace").contains("(INJECTED)"))
    let left = try #require(Int32(story.read("out/left").dropLast()))
    #expect(kill(left, 0) == -1 && errno == ESRCH, "process \(left) lives on")
  }
}
