import Platform
import Testing

/// `helper publish`: what is in IMAGESDIR is whole, or the run says that it is not.
@Suite struct PublishStories {
  func story() throws -> BuildStory {
    let story = try BuildStory()
    try story.write("a b", "a\n")
    try story.write("deep/c", "c\n")
    return story
  }

  let publish = "\"$B\" helper publish \"$D/images\" 'a b' deep/c"

  @Test func publishes() throws {
    let story = try story()
    try story.shell(publish)
    let sums = try story.shell("cd ../images; ls -A; cat SHA256SUMS; sha256sum --check SHA256SUMS").out
    #expect(
      sums
        == """
        SHA256SUMS
        a b
        c
        87428fc522803d31065e7bce3cf03fe475096631e5e07bbd7a0fde60c4cf25c7  a b
        a3a5e715f0cc574a73c3f9bebb6bc24f32ffd5b67b387244c2c909da779a1478  c
        a b: OK
        c: OK

        """)
  }

  @Test func whatIsThereIsNotTouched() throws {
    let story = try story()
    try story.shell(publish)
    let images = story.folder / "images"
    let before = try story.listing(of: images)
    try story.shell(publish)
    #expect(try story.listing(of: images) == before)
    try story.write("deep/c", "d\n")
    let kept = try FileStatus(images / "a b")
    try story.shell(publish + "; cd ../images; sha256sum --check --quiet SHA256SUMS")
    #expect(try FileStatus(images / "a b") == kept)
  }

  @Test func whatIsAlteredIsReplaced() throws {
    let story = try story()
    try story.shell(publish + "; cd ../images; echo x > c; rm 'a b'; ln -s c 'a b'; echo junk > SHA256SUMS")
    try story.shell(publish + "; cd ../images; test ! -L 'a b'; sha256sum --check --quiet SHA256SUMS")
  }

  @Test func emptyPartsOfADiskTakeNoRoom() throws {
    let story = try story()
    try story.shell(
      "truncate -s 9M deep/c; printf x | dd of=deep/c bs=1 seek=5M conv=notrunc; truncate -s +500 deep/c")
    try story.shell(publish + "; cmp deep/c ../images/c; test $(du -k ../images/c | cut -f1) -lt 3000")
  }

  @Test func whatAKilledRunLeftIsOverwritten() throws {
    let story = try story()
    try story.shell("mkdir ../images; echo half > ../images/.c.tmp; \(publish); test ! -e ../images/.c.tmp")
  }

  @Test(.enabled(if: SystemStories.canMount)) func fullFileSystem() throws {
    let story = try story()
    try story.write("deep/c", String(repeating: "x", count: 1 << 20))
    let ran = try story.shell(
      """
      mkdir ../images; \(SystemStories.privately) 'mount -t tmpfs -o size=64k none "$D/images"; cd "$S"
        "$B" helper publish "$D/images" "a b" || echo $?
        "$B" helper publish "$D/images" "a b" deep/c || echo $?
        ls -A "$D/images"; cd "$D/images"; sha256sum --check --quiet SHA256SUMS'
      """)
    #expect(ran.out == "2\nSHA256SUMS\na b\n")
    #expect(ran.err == "sysbuild: cannot write 'DIR/images/.c.tmp': No space left on device\n")
  }

  /// Runs a command when helper publish is about to make its Nth fsync: of two files that are copied, the folder
  /// they are in, and the sums. What is given for `$D/images` is a mount.
  private func publish(
    _ story: BuildStory, at number: Int, _ command: String
  ) throws -> BuildStory.Ran {
    try story.shell(
      """
      mkdir ../images; \(SystemStories.privately) 'mount -t tmpfs none "$D/images"; cd "$S"
        mkfifo "$D/trace"; exec 3<> "$D/trace"
        strace -qq -o "$D/trace" -e trace=fsync -e inject=fsync:signal=STOP:when=\(number) \\
          "$B" helper publish "$D/images" "a b" deep/c 3<&- & strace=$!
        grep -q "stopped by SIGSTOP" <&3
        \(command)
        kill -CONT $(cat /proc/$strace/task/$strace/children); wait $strace || echo $?
        umount "$D/images" 2> /dev/null || true; ls -A "$D/images"'
      """)
  }

  @Test(.enabled(if: SystemStories.canMount), arguments: 1...6)
  func unmountedByForce(_ number: Int) throws {
    let ran = try publish(story(), at: number, "umount --lazy \"$D/images\"")
    #expect(ran.out == "2\n")
    #expect(
      ran.err
        == "sysbuild: 'DIR/images' was unmounted, moved or removed while files were copied to it: put it back, and run sysbuild again\n"
    )
  }

  @Test(.enabled(if: SystemStories.canMount), arguments: 1...6)
  func cannotBeUnmounted(_ number: Int) throws {
    let ran = try publish(story(), at: number, "! umount \"$D/images\" 2> /dev/null")
    #expect(ran.out.isEmpty && ran.err.isEmpty, "\(ran.out)\(ran.err)")
  }

  @Test(arguments: [
    ("", "usage: sysbuild helper publish DIRECTORY FILE…"),
    ("images", "usage: sysbuild helper publish DIRECTORY FILE…"),
    ("images none", "cannot read 'none': No such file or directory"),
    ("images deep", "'deep' is a directory: name the files to publish"),
    ("'a b' deep/c", "cannot make directory 'a b': File exists"),
    ("images deep/c ./c", "'deep/c' and './c' have one name, so only one of them can be published: rename one"),
  ])
  func mistakes(_ words: String, _ message: String) throws {
    let story = try story()
    let ran = try story.shellFailing("\"$B\" helper publish \(words)")
    #expect(ran.status == 2)
    #expect(ran.err == "sysbuild: \(message)\n")
  }
}
