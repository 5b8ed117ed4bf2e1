import Glibc
import Platform
import Testing

/// What an image's build may write to: folders that are refused, and a system that does not let all be guarded. The
/// mounts are real; no target needs Portage.
@Suite struct GuardStories {
  /// A story beside whose tree there is one of an image, `image`, with a target that writes to the source tree and
  /// to O. Links beside it lead to the source tree, to what is in it, and to `/`.
  static func story(inMemory: Bool = false) throws -> BuildStory {
    let story = try BuildStory(inMemory: inMemory)
    let tests = Path("\(#filePath)").parent
    try story.shell(
      """
      cp -a '\(tests)/../Image/tiny' "$D/image"; cp -a '\(tests)/../../../hosts' "$D/image/hosts"; cd "$D"
      cat > image/targets.conf << 'END'
      [target slip]
      outputs = file:${O}/fine
      run = sh -c "touch sets/slip || true"
            sh -c "echo '${DISTDIR} ${CACHES}' > ${O}/fine"
      END
      ln -s image to-tree; ln -s image/sets to-sets; ln -s / to-root; ln -s image/hosts/new dangling
      """)
    story.options = ["-C", "\(story.folder)/image", "VARIANT=tiny"]
    return story
  }

  private static let tree = "contains the source tree: choose a folder of its own, as in"
  private static let outside = "of the source tree: choose a folder outside, as in"

  @Test(
    "a folder that would make the source tree or the machine writable is an error",
    arguments: [
      ("DISTDIR=", "'DISTDIR' is empty: name a folder"),
      ("DISTDIR=.", "DISTDIR is 'DIR/image', which \(tree) DISTDIR=distfiles"),
      ("DISTDIR=..", "DISTDIR is 'DIR', which \(tree) DISTDIR=distfiles"),
      ("DISTDIR=sets/../../image/", "DISTDIR is 'DIR/image', which \(tree) DISTDIR=distfiles"),
      ("DISTDIR=/", "DISTDIR is '/', which \(tree) DISTDIR=distfiles"),
      (
        "DISTDIR=../to-tree",
        "DISTDIR is 'DIR/to-tree', which leads to 'DIR/image' and \(tree) DISTDIR=distfiles"
      ),
      ("DISTDIR=../to-root", "DISTDIR is 'DIR/to-root', which leads to '/' and \(tree) DISTDIR=distfiles"),
      (
        "DISTDIR=../to-sets/new/er",
        "DISTDIR is 'DIR/to-sets/new/er', which leads to 'DIR/image/sets/new/er' and lies in 'sets' \(outside) DISTDIR=distfiles"
      ),
      ("CACHES=sets", "CACHES is 'DIR/image/sets', which lies in 'sets' \(outside) CACHES=/var/cache/ccache"),
      (
        "CACHES=/var/cache profiles/tiny",
        "CACHES is 'DIR/image/profiles/tiny', which lies in 'profiles' \(outside) CACHES=/var/cache/ccache"
      ),
      ("CACHES=../x .", "CACHES is 'DIR/image', which \(tree) CACHES=/var/cache/ccache"),
      (
        "IMAGESDIR=../to-sets",
        "IMAGESDIR is 'DIR/to-sets', which leads to 'DIR/image/sets' and lies in 'sets' \(outside) IMAGESDIR=images"
      ),
      (
        "O=../to-tree/hosts/o",
        "O is 'DIR/to-tree/hosts/o', which leads to 'DIR/image/hosts/o' and lies in 'hosts' \(outside) O=out"
      ),
      (
        "CACHES=../dangling",
        "CACHES is 'DIR/dangling', which leads to 'DIR/image/hosts/new' and lies in 'hosts' \(outside) CACHES=/var/cache/ccache"
      ),
      ("O=../to-tree", "O is 'DIR/to-tree', which leads to 'DIR/image' and \(tree) O=out"),
    ])
  func refusedFolders(_ setting: String, _ message: String) throws {
    let story = try Self.story()
    let before = try story.listing(of: story.folder / "image")
    let o = setting.hasPrefix("O=") ? [] : ["O=../o"]
    let ran = try story.run(o + [setting, "slip"])
    #expect(ran.status == 2 && ran.out.isEmpty)
    #expect(ran.err == "sysbuild: command line: \(message)\n")
    #expect(try story.listing(of: story.folder / "image") == before)
    #expect(!File.exists(story.folder / "o"))
  }

  @Test("the error says where the folder is named")
  func placesOfMistakes() throws {
    let story = try Self.story()
    let message = "DISTDIR is 'DIR/image', which \(Self.tree) DISTDIR=distfiles"
    let ran = try story.run(["-n", "slip"], environment: ["DISTDIR=."])
    #expect(ran.err == "sysbuild: environment: \(message)\n")
    try story.shell("echo DISTDIR=. >> \"$D/image/profiles/tiny/variant.conf\"")
    let second = try story.run("-n", "slip")
    #expect(
      second.err.hasPrefix("sysbuild: profiles/tiny/variant.conf:") && second.err.hasSuffix(": \(message)\n"))
  }

  @Test("a relative folder is the same to the guard, to commands and to Portage", .enabled(if: getuid() == 0))
  func relativeFolders() throws {
    let story = try Self.story()
    let words = ["O=../o", "DISTDIR=../d/./", "CACHES=../c cache"]
    let ran = try story.run(words + ["slip"])
    #expect(ran.status == 0, "\(ran.err)")
    let folder = "\(story.folder)"
    #expect(
      try story.read(story.folder / "o/fine") == "\(folder)/d \(folder)/c \(folder)/image/cache\n")
    for name in ["d", "c", "image/cache"] { #expect(File.isDirectory(story.folder / name)) }
    #expect(!File.exists(story.folder / "image/sets/slip"))
    let shown = try story.run(words + ["show", "libcap"])
    #expect(shown.out.contains("DISTDIR=DIR/d \\\n"), "\(shown.out)")
    // A file that sets a neutral variable leaves it neutral.
    try story.shell("printf 'DISTDIR=../e\\nCACHES=../f\\n' >> \"$D/image/profiles/tiny/variant.conf\"")
    #expect(try story.run("O=../o", "-q", "slip").status == 0)
  }

  @Test("a relative cache in a source tree whose path has a blank is an error")
  func aBlankInThePath() throws {
    let story = try Self.story()
    try story.shell("mv \"$D/image\" \"$D/an image\"")
    let ran = try story.run(["-C", "\(story.folder)/an image", "O=../o", "CACHES=../a cache", "-n"])
    #expect(ran.status == 2)
    #expect(
      ran.err
        == "sysbuild: command line: 'CACHES' names 'cache' in the source tree 'DIR/an image', whose path has a blank, and blanks separate folders: name a folder outside, as in CACHES=/var/cache/ccache\n"
    )
  }

  @Test("the sources are read-only on a file system in memory, too", .enabled(if: getuid() == 0))
  func aSourceTreeInMemory() throws {
    let story = try Self.story(inMemory: true)
    let ran = try story.run("O=../o", "slip")
    #expect(ran.status == 0 && ran.err.isEmpty, "\(ran.err)")
    #expect(!File.exists(story.folder / "image/sets/slip"))
  }

  @Test("root without the right to mount is warned once that nothing is guarded", .enabled(if: getuid() == 0))
  func noMountsOfItsOwn() throws {
    let story = try Self.story()
    let ran = try story.shell(
      "setpriv --bounding-set=-sys_admin --inh-caps=-sys_admin \"$B\" -C \"$D/image\" VARIANT=tiny O=../o slip")
    #expect(
      ran.err
        == "sysbuild: cannot have mounts of its own: Operation not permitted, so nothing keeps the commands from writing outside O: in a container grant CAP_SYS_ADMIN\n"
    )
    #expect(File.exists(story.folder / "image/sets/slip"))
  }

  /// The mount that refuses is the kernel's; strace answers EPERM to mount(2) in its place.
  @Test("a mount that cannot be made read-only is named once, and none inside it", .enabled(if: getuid() == 0))
  func refusedMounts() throws {
    let story = try Self.story()
    func run(_ inject: String) throws -> BuildStory.Ran {
      try story.shell(
        "strace -o \"$D/trace\" -e signal=none -e trace=mount \(inject) \"$B\" -C \"$D/image\" VARIANT=tiny O=../o -B slip"
      )
    }
    #expect(try run("").err.isEmpty)
    let calls = try story.read(story.folder / "trace").split(separator: "\n")
    let remount = calls.firstIndex { $0.contains("MS_REMOUNT") }
    let first = try #require(remount) + 1
    #expect(!File.exists(story.folder / "image/sets/slip"))
    let ran = try run("-e inject=mount:error=EPERM:when=\(first)+")
    #expect(
      ran.err
        == "sysbuild: cannot make read-only '/': Operation not permitted, so nothing keeps the commands from writing there: mount it read-only before the build, or let the system allow the change\n"
    )
    #expect(File.exists(story.folder / "image/sets/slip"))
  }

  @Test(
    "O is in no folder of hosts, wherever the hosts are",
    arguments: [
      ("true", "O=hosts/x", "O", "hosts/x", "hosts"),
      ("true", "IMAGESDIR=hosts", "IMAGESDIR", "hosts", "hosts"),
      ("mv hosts backends; export HOSTS=backends", "O=hosts/x", "O", "hosts/x", "hosts"),
      ("mv hosts backends; export HOSTS=backends", "O=backends/x", "O", "backends/x", "backends"),
      ("mv hosts ..; export HOSTS=../hosts", "IMAGESDIR=hosts/x", "IMAGESDIR", "hosts/x", "hosts"),
      (
        "mv profiles/tiny/repository ebuilds; export REPOSITORY=ebuilds", "O=ebuilds/o", "O", "ebuilds/o",
        "ebuilds"
      ),
    ])
  func noHostsInTheSourceTree(
    _ preparation: String, _ setting: String, _ name: String, _ folder: String, _ sources: String
  ) throws {
    let story = try Self.story()
    let ran = try story.shellFailing(
      "cd \"$D/image\"; \(preparation); \"$B\" VARIANT=tiny \(name == "O" ? "" : "O=../o") \(setting) slip")
    #expect(ran.status == 2)
    let example = name == "O" ? "O=out" : "IMAGESDIR=images"
    #expect(
      ran.err
        == "sysbuild: command line: \(name) is 'DIR/image/\(folder)', which lies in '\(sources)' \(Self.outside) \(example)\n"
    )
    #expect(!File.exists(story.folder / "image/\(folder)") || folder == "hosts")
  }

  @Test("a backend that sysbuild has no targets for is an error")
  func anUnknownBackend() throws {
    let story = try Self.story()
    try story.shell("cp -a \"$D/image/hosts/debian\" \"$D/image/hosts/arch\"")
    let ran = try story.run("O=../o", "BACKEND=arch", "-n")
    #expect(ran.status == 2)
    #expect(
      ran.err
        == "sysbuild: BACKEND is 'arch', a folder of 'DIR/image/hosts' that sysbuild has no targets for: set it to debian or gentoo, or describe the backend in HostBackend.swift\n"
    )
  }
}
