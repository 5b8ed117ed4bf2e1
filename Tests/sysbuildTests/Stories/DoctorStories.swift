import Glibc
import Platform
import TestSupport
import Testing

/// What `sysbuild doctor` finds on file systems that are not fit for a build, each a real mount.
@Suite struct DoctorStories {
  private func story() throws -> BuildStory {
    try BuildStory(
      "[target x]\ninputs = tool:nonesuch tool:sh\nrun = true\n[target y]\ninputs = tool:nonesuch\nrun = true\n"
    )
  }

  /// The findings that are not `ok`, each with its remedy.
  private func complaints(_ text: String) -> [String] {
    var lines: [String] = []
    for line in text.split(separator: "\n").dropLast() {
      if line.first == " " {
        lines[lines.count - 1] += " " + line.drop { $0 == " " }
      } else {
        lines.append(String(line))
      }
    }
    return lines.filter { !$0.hasPrefix("ok ") }
  }

  @Test func aProgramThatIsMissing() throws {
    let story = try story()
    let ran = try story.run("doctor")
    #expect(ran.status == 2)
    #expect(ran.out.contains("ok       O ('DIR/tree/out') can be mapped for writing\n"))
    #expect(
      complaints(ran.out).filter { $0.hasPrefix("error") } == [
        "error    the program 'nonesuch', which x, y run, is not on PATH → install it; PATH is /usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin"
      ])
    #expect(ran.out.contains(/\n1 error, \d warnings?\n$/))
    #expect(!story.exists("out"))
    let checks = try StrictJSON(story.run("doctor", "--json").out)["checks"]?.elements ?? []
    #expect(checks.contains { $0["level"] == .string("error") && $0["remedy"] != nil })
    #expect(checks.count == ran.out.split(separator: "\n").count { $0.first != " " } - 1)
  }

  /// A variant with the repositories `a` and `b`, of which no target is built.
  private func variant() throws -> BuildStory {
    let story = try BuildStory()
    try story.remove("targets.conf")
    for (file, text) in [
      ("profiles/x/variant.conf", "CHOST=x\nKERNEL_ARCH=x\nKERNEL_IMAGE=x\nREPOSITORIES=\"a b\"\n"),
      ("profiles/x/bootstrap.packages", ""), ("hosts/debian/host.conf", "CBUILD=x\n"),
      ("a/profiles/repo_name", "a\n"), ("b/profiles/repo_name", "b\n"),
      ("b/metadata/layout.conf", "masters = a\n"),
    ] { try story.write(file, text) }
    for name in ["host", "bootstrap", "target"] {
      try story.write("profiles/x/\(name)/etc/portage/make.conf", "")
    }
    for name in ["host-tools", "base", "build", "skeleton", "install", "installonly"] {
      try story.write("sets/\(name).packages", "")
    }
    return story
  }

  @Test func mistakesInConfigurations() throws {
    let story = try variant()
    let sound = try story.run("BACKEND=debian", "doctor")
    #expect(
      sound.out.contains("\nok       the repositories, sets and configurations can be read\n"),
      "\(sound.out)\(sound.err)")
    let mask = "profiles/x/bootstrap/etc/portage/package.mask"
    let use = "profiles/x/target/etc/portage/package.use"
    try story.write(mask, "a/b::b\na/b::bb\n")
    try story.write(use, "*/*::gentoo x\n")
    let ran = try story.run("BACKEND=debian", "doctor")
    let errors = [
      "\(mask):2: 'a/b::bb' is of a repository 'bb', which is none of REPOSITORIES: did you mean 'b'?; add its folder there",
      "\(use):1: '*/*::gentoo' is of a repository 'gentoo', which is none of REPOSITORIES; add its folder there",
    ]
    let found = complaints(ran.out).filter { $0.hasPrefix("error") }
    #expect(ran.status == 2 && errors.allSatisfy { found.contains("error    \($0)") }, "\(ran.out)\(ran.err)")
    // The run says the first of them.
    #expect(try story.run("BACKEND=debian", "-n").err == "sysbuild: \(errors[0])\n")
  }

  /// What the settings need ends `doctor` as it ends a run.
  @Test(arguments: [
    ("b/metadata/layout.conf", "repo-name = a\n", "b/metadata/layout.conf:1: 'a' is also the name of"),
    ("b/metadata/layout.conf", "masters = c\n", "b/metadata/layout.conf:1: the master 'c' of 'b' is not there"),
    ("a/profiles/eapi", "99\n", "a/profiles/eapi:1: EAPI '99' is none that Portage knows"),
    ("a/profiles/repo_name", "", "a: is no ebuild repository: neither profiles/repo_name nor 'repo-name'"),
    (
      "profiles/x/target/etc/portage/repos.conf", "[c]\n",
      "profiles/x/target/etc/portage/repos.conf:1: '[c]' is none"
    ),
  ])
  func mistakesInRepositories(_ file: String, _ text: String, _ message: String) throws {
    let story = try variant()
    try story.write(file, text)
    let run = try story.run("BACKEND=debian", "-n")
    let doctor = try story.run("BACKEND=debian", "doctor")
    #expect(doctor.status == 2 && doctor.err.hasPrefix("sysbuild: \(message)"), "\(doctor.err)")
    #expect(doctor.err == run.err && doctor.out.isEmpty)
  }

  @Test(.enabled(if: SystemStories.canMount)) func foldersThatAreReadOnly() throws {
    let story = try story()
    let ran = try story.shellFailing(
      "mkdir out images; \(SystemStories.privately) 'for i in out images; do mount --bind $i $i; mount -o remount,bind,ro $i; done; cd \"$S\"; \"$B\" doctor IMAGESDIR=images'"
    )
    #expect(ran.status == 2)
    let found = complaints(ran.out).filter { $0.contains("cannot be written") }
    try #require(found.count == 2)
    #expect(found[0].hasPrefix("error    O ('DIR/tree/out') cannot be written: "))
    #expect(found[0].hasSuffix("Read-only file system → use another folder, as in O=/var/tmp/out"))
    #expect(
      found[1].hasSuffix(
        "→ the share or file system is read-only: mount it for writing, or use another folder"))
  }

  @Test(.enabled(if: SystemStories.canMount)) func littleRoomInMemory() throws {
    let story = try story()
    let ran = try story.shellFailing(
      "mkdir out; \(SystemStories.privately) 'mount -t tmpfs -o size=2g none out; cd \"$S\"; \"$B\" doctor'")
    let found = complaints(ran.out)
    #expect(
      found.contains(
        "warning  O ('DIR/tree/out') is on tmpfs: what Portage unpacks and builds there takes memory → use a folder on a disk"
      ))
    #expect(
      found.contains { $0.contains("free: with less than 18 GiB Portage builds one package at a time") })
    #expect(
      found.contains { $0.hasPrefix("note     O and IMAGESDIR are both on tmpfs, and gone with this machine") })
  }

  /// strace sends the signal when a hard link is tried out.
  @Test("an end leaves no file of a trial behind", arguments: [SIGINT, SIGTERM, SIGHUP])
  func anEndLeavesNothingBehind(_ signal: CInt) throws {
    let story = try story()
    let before = try story.listing(of: story.source)
    let ran = try story.shellFailing(
      "strace -o \"$D/trace\" -e trace=link,linkat -e inject=link,linkat:signal=\(signal):when=1 \"$B\" doctor")
    #expect(ran.status == 128 + signal, "\(ran.out)\(ran.err)")
    let names = before.map { $0.prefix { $0 != " " } }
    #expect(try story.listing(of: story.source).map { $0.prefix { $0 != " " } } == names)
  }

  /// A stand-in for emerge, since the real one ignores no signal.
  @Test("an end leaves no process behind, not even one that ignores it", arguments: [SIGINT, SIGTERM, SIGHUP])
  func anEndOfAProgram(_ signal: CInt) throws {
    let story = try GuardStories.story()
    let started = try story.holdFIFO("started")
    try Directory.create(story.folder / "bin")
    try story.write(
      story.folder / "bin/emerge",
      Array(
        """
        #!/bin/sh
        trap '' INT TERM HUP
        cd '\(story.source)'
        setsid sleep 1000 &
        echo $$ > '\(started.path)'
        wait
        """.utf8))
    try story.shell("chmod +x \"$D/bin/emerge\"")
    let doctor = try story.start(["O=../o", "PATH=\(story.folder)/bin:/usr/sbin:/usr/bin:/sbin:/bin", "doctor"])
    _ = try started.lines(1, from: doctor)
    kill(doctor.process.pid, signal)
    let ran = try doctor.end()
    #expect(ran.status == 128 + signal)
    #expect(ran.out.isEmpty && ran.err == "sysbuild: interrupted by \(signalName(signal))\n", "\(ran.err)")
    #expect(try story.survivors() == [])
  }
}
