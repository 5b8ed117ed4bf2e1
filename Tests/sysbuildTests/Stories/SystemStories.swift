import Glibc
import Platform
import TestSupport
import Testing

/// File systems that are read-only, full or in the wrong place, and source trees with things in them that
/// cannot be read. What needs a mount has one in a mount namespace of its own.
@Suite struct SystemStories {
  static let targets = """
    [target all]
    needs   = copy
    outputs = file:${O}/all
    run     = cp ${O}/copy ${O}/all

    [target copy]
    inputs  = tree:src
    outputs = file:${O}/copy
    run     = cp src/a ${O}/copy

    """

  func story() throws -> BuildStory {
    let story = try BuildStory(Self.targets)
    try story.write("src/a", "a\n")
    return story
  }

  /// Commands that see mounts of their own, made by root or in a user namespace.
  static let privately = "unshare --mount --map-root-user --user sh -euc"
  static let canMount: Bool = {
    let story = try? BuildStory()
    return (try? story?.shellFailing("\(privately) 'mount -t tmpfs none \"$D\"'").status) == 0
  }()

  @Test(.enabled(if: canMount)) func sourceTreeReadOnly() throws {
    let story = try story()
    let ran = try story.shell(
      """
      \(Self.privately) 'mount --bind "$S" "$S"; mount -o remount,bind,ro "$S"; cd "$S"
        "$B" O="$D/o" -n; "$B" O="$D/o"; "$B" O="$D/o"; "$B" O="$D/o" status > /dev/null
        "$B" || echo $?'
      """)
    #expect(
      ran.out
        == """
        copy  stale    never built
        all   stale    never built
        2 stale, 0 pending, 0 fresh
        copy: never built
        copy: done in T
        all: never built
        all: done in T
        done: 2 targets ran in T
        all: up to date
        2

        """)
    #expect(
      ran.err
        == "sysbuild: O is 'DIR/tree/out', which cannot be used: cannot make directory 'DIR/tree/out': Read-only file system: name another folder, as in O=/var/tmp/out\n"
    )
  }

  @Test(.enabled(if: canMount)) func buildDirectoryReadOnly() throws {
    let story = try story()
    try story.run()
    let ran = try story.shell(
      """
      \(Self.privately) 'mount --bind out out; mount -o remount,bind,ro out; cd "$S"
        "$B"; "$B" -n; "$B" -q; "$B" why all
        echo b > src/a; "$B" || echo $?; "$B" clean || echo $?'
      """)
    #expect(
      ran.out
        == "all: up to date\nup to date: 2 targets fresh\nall is fresh: nothing that it depends on has changed\n2\n2\n"
    )
    let message =
      "sysbuild: O is 'DIR/tree/out', which cannot be used: cannot open lock 'DIR/tree/out/lock': Read-only file system: name another folder, as in O=/var/tmp/out\n"
    #expect(ran.err == message + message)
  }

  @Test(.enabled(if: canMount)) func diskFull() throws {
    let story = try BuildStory(
      """
      [target all]
      needs = big
      [target first]
      outputs = file:${O}/first
      run     = touch ${O}/first
      [target big]
      needs   = first
      outputs = file:${O}/big
      run     = sh -c "yes a line of which few are enough to fill a disk | head -c 3000000; cp src/big ${O}/big"
      """)
    try story.write("src/big", "x")
    let ran = try story.shell(
      """
      mkdir out; \(Self.privately) 'mount -t tmpfs -o size=1m none out; cd "$S"
        "$B" || echo $?; "$B" -n; "$B" why big; "$B" -q first
        mount -o remount,size=64m out; "$B"; "$B"'
      """)
    #expect(
      ran.out
        == """
        first: never built
        first: done in T
        big: never built
        2
        big  stale    its last run was cut off before it ended
        all  pending  on big
        1 stale, 1 pending, 1 fresh
        big is stale:
          its last run was cut off before it ended
        big: its last run was cut off before it ended
        big: done in T
        done: 1 target ran in T
        all: up to date

        """)
    let said = ran.err.split(separator: "\n")
    #expect(
      said.prefix(2) == [
        "sysbuild: cannot write 'DIR/tree/out/logs/big/TIME.log': No space left on device",
        "sysbuild: big was being made",
      ])
    #expect(
      said.count == 3
        && said[2].contains(
          /^sysbuild: O \('DIR\/tree\/out'\) has .* free, and it holds .* in logs, .*: make room, or use another folder$/
        ),
      "\(ran.err)")
  }

  @Test func buildDirectoryThatIsAFile() throws {
    let story = try story()
    try story.write("out", "")
    try story.expect(
      status: 2,
      err:
        "sysbuild: O is 'DIR/tree/out', which cannot be used: cannot make directory 'DIR/tree/out': File exists: name another folder, as in O=/var/tmp/out\n"
    )
    try story.expect("-q", status: 1)
  }

  @Test func anotherFileSystemForTheArtifacts() throws {
    let story = try BuildStory(
      """
      [target publish]
      inputs  = file:src/a
      outputs = file:${IMAGESDIR}/a file:${IMAGESDIR}/SHA256SUMS
      run     = sysbuild helper publish ${IMAGESDIR} src/a
      """)
    try story.write("src/a", "a\n")
    try story.build("IMAGESDIR=../images", runs: ["publish"])
    try story.shell("cd ../images; sha256sum --check --quiet SHA256SUMS; rm a")
    try story.expect(
      "IMAGESDIR=../images", "-n",
      out: "publish  stale    output ${IMAGESDIR}/a is missing\n1 stale, 0 pending, 0 fresh\n")
    try story.build("IMAGESDIR=../images", runs: ["publish"])
    try story.shell(
      "rm ../images/*; \"$B\" IMAGESDIR=../images show publish | sed '1,/^# by hand/d' | sh; ls ../images")
  }

  // MARK: What lies in a tree

  @Test func namesThatAreNotUTF8() throws {
    let story = try story()
    try story.write(story.source / Path(bytes: Array("src/".utf8) + [0xFF, 0x0A]), [1])
    try story.build(runs: ["all", "copy"])
    try story.write(story.source / Path(bytes: Array("src/".utf8) + [0xFF, 0x0A]), [2])
    try story.expect(
      "-n",
      out: "copy  stale    src changed: \\xff\\n changed\nall   pending  on copy\n1 stale, 1 pending, 0 fresh\n"
    )
    _ = try StrictJSON(story.run("-n", "--json").out)
    try story.build(runs: ["copy"])
  }

  @Test func argumentsThatAreNotUTF8() throws {
    let story = try story()
    let ran = try story.shellFailing("\"$B\" \"$(printf 'a\\377')\"")
    #expect(ran.status == 2)
    #expect(ran.err == "sysbuild: argument 'a\\xff' is not UTF-8: type it in UTF-8, or rename what it names\n")
    let variable = try story.shellFailing("O=\"$(printf 'a\\377')\" \"$B\" -n")
    #expect(variable.status == 2)
    #expect(
      variable.err == "sysbuild: environment: the value of 'O' is not UTF-8: unset it, or give it in UTF-8\n")
  }

  @Test func aSourceTreeWhosePathIsNotUTF8() throws {
    let story = try story()
    let folder = story.folder / Path(bytes: [0xFF])
    try File.rename(story.source, to: folder)
    let ran = try story.run("-n", directory: folder)
    #expect(ran.status == 2)
    #expect(ran.err == "sysbuild: the source tree 'DIR/\\xff' has a path that is not UTF-8: move it\n")
  }

  @Test(arguments: [
    ("src/fifo", "'DIR/tree/src/fifo' is a FIFO, which has no content: remove it or exclude it from the tree"),
    (
      "src/deep/er/fifo",
      "'DIR/tree/src/deep/er/fifo' is a FIFO, which has no content: remove it or exclude it from the tree"
    ),
  ])
  func aFIFO(_ name: String, _ message: String) throws {
    let story = try story()
    try story.run()
    try Directory.create((story.source / name).parent, intermediates: true)
    try story.makeFIFO(name)
    for words in [["-n"], [], ["-q"], ["status"], ["why", "all"]] {
      let ran = try story.run(words)
      #expect(ran.status == 2)
      #expect(ran.err == "sysbuild: \(message)\n")
    }
    try story.expect("list", out: "target  what it is\ncopy\nall\n")
    try story.remove(name)
    try story.run("-q")
  }

  @Test(.enabled(if: getuid() == 0), arguments: ["src/secret", "src/shut/x"])
  func whatCannotBeRead(_ name: String) throws {
    let story = try story()
    try story.write(name, "x")
    let shut = name == "src/secret" ? name : "src/shut"
    // The binary is copied: its own folder may be closed to others.
    let ran = try story.shellFailing(
      "chmod 755 \"$D\"; chmod 0 \(shut); cp \"$B\" \"$D/sysbuild\"; setpriv --reuid=65534 --regid=65534 --clear-groups \"$D/sysbuild\" O=/tmp/none -n"
    )
    #expect(ran.status == 2)
    let action = name == "src/secret" ? "cannot read" : "cannot read directory"
    #expect(ran.err == "sysbuild: \(action) 'DIR/tree/\(shut)': Permission denied\n")
  }

  @Test func inputsThatAreOfAnotherKindOrMissing() throws {
    let story = try BuildStory(
      "[target file]\ninputs = file:src\nrun = true\n[target tree]\ninputs = tree:src/a\nrun = true\n"
        + "[target none]\ninputs = file:nothing tree:nowhere/at/all tool:nonesuch\nrun = true\n")
    try story.write("src/a", "a")
    try story.expect("file", status: 2, err: "sysbuild: 'DIR/tree/src' is a directory: declare it as 'tree:'\n")
    try story.expect(
      "tree", status: 2, err: "sysbuild: 'DIR/tree/src/a' is not a directory: declare it as 'file:'\n")
    try story.build("none", runs: ["none"])
    try story.write("nothing", "")
    try story.expect("-n", "none", out: "none  stale    nothing is there now\n1 stale, 0 pending, 0 fresh\n")
    try story.build("none", runs: ["none"])
    try story.remove("nothing")
    try story.expect("-n", "none", out: "none  stale    nothing is gone\n1 stale, 0 pending, 0 fresh\n")
  }

  @Test func oInATreeThatIsRead() throws {
    let story = try BuildStory("[target x]\ninputs = tree:. !out\nrun = true\n")
    try story.build(runs: ["x"])
  }
}
