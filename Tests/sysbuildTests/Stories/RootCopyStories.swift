import Platform
import TestSupport
import Testing

/// `helper copy-root`, which makes a copy that was changed a copy again, on real files.
@Suite struct RootCopyStories {
  /// All that an image could have of each path, without the list that the copy keeps.
  private static let state = #"""
    import hashlib, os, sys
    os.chdir(sys.argv[1])
    names = {}
    lines = []
    for folder, folders, files in os.walk(b"."):
        folders.sort()
        for name in [b"."] * (folder == b".") + sorted(folders + files):
            path = os.path.normpath(os.path.join(folder, name))
            if path.startswith(b"var/db/sysbuild"):
                continue
            status = os.lstat(path)
            is_file = os.path.isfile(path) and not os.path.islink(path)
            first = names.setdefault(status.st_ino, path)
            lines.append((path, oct(status.st_mode), status.st_uid, status.st_gid, first,
                # The list is written there.
                status.st_mtime_ns if path != b"var/db" else 0,
                os.readlink(path) if os.path.islink(path) else b"",
                hashlib.sha256(open(path, "rb").read()).hexdigest() if is_file else "",
                sorted((name, os.getxattr(path, name, follow_symlinks=False))
                       for name in os.listxattr(path, follow_symlinks=False))))
    print(*sorted(lines), sep="\n")
    """#

  private static let root = #"""
    set -e
    mkdir -p root/var/db/pkg root/usr/bin root/usr/lib/deep/er root/etc root/empty
    chmod 1777 root/empty; chown 12:13 root/usr/lib/deep
    for name in a b c d e; do echo $name >root/usr/lib/$name; echo $name >root/usr/lib/deep/er/$name; done
    ln root/usr/lib/a root/usr/lib/deep/a-too; ln root/usr/lib/a root/etc/a-three
    echo su >root/usr/bin/su; chown 5:6 root/usr/bin/su; chmod 4711 root/usr/bin/su
    ln -s ../lib/a root/usr/bin/link; ln -s /nowhere root/etc/nowhere; mkfifo root/etc/fifo
    echo odd >"root/etc/-C"; echo odd >"root/etc/a b\\n"; echo odd >"root/etc/$(printf 'new\nline')"
    python3 -c 'import os; os.setxattr("root/usr/lib/e", "user.kind", b"odd")'
    """#

  /// `$1` is the root or the copy. Not all of them find what they change.
  private static let edits = [
    "cd $1/usr/lib; touch -r b /tmp/ref.$$; echo more >>b; touch -r /tmp/ref.$$ b; rm /tmp/ref.$$",
    "cd $1/usr/lib; printf 'X\\n' >c; touch -d @1 c", "chmod 600 $1/usr/lib/d", "chown 7:8 $1/usr/lib/deep",
    "rm -rf $1/usr/lib/c", "rm -rf $1/usr/lib/deep/er",
    "mkdir -p $1/usr/lib/deep/er/new; echo n >$1/usr/lib/deep/er/new/n",
    "cd $1/usr/lib; rm -rf d; mkdir d; echo in >d/in", "cd $1/usr/lib; rm -rf deep; ln -s ../bin deep",
    "cd $1/usr/lib; ln -f b e", "cd $1/usr/lib; cp a x && mv x a", "ln -f $1/usr/lib/a $1/etc/a-four",
    "rm -f $1/etc/a-three", "cd $1/etc; rm -f fifo; echo file >fifo", "ln -sfn elsewhere $1/etc/nowhere",
    "chmod 4755 $1/usr/bin/su",
    "cd $1/usr; python3 -c 'import os; os.setxattr(\"lib\", \"user.kind\", b\"a\")'",
    "cd $1/usr/lib; python3 -c 'import os; os.setxattr(\"b\", \"user.kind\", b\"a\")'", "rm -rf $1/empty",
    "mkdir -p $1/empty; chmod 700 $1/empty", "rm -rf $1/usr/bin; mkdir -p $1/usr/bin", "touch -d @5 $1/usr/lib",
    "rm -rf $1/var/db/sysbuild", "chmod 711 $1",
  ]

  @Test("a copy that was changed is a copy again")
  func refreshed() throws {
    var random = SeededGenerator(for: "rootCopy")
    let story = try BuildStory()
    try story.write("state.py", Self.state)
    let setting = seedSetting
    func refresh() throws -> String {
      let ran = try story.run("helper", "copy-root", "root", "copy")
      try #require(ran.status == 0, "\(setting): \(ran)")
      return ran.out
    }
    try story.shell("cd \"$S\"; \(Self.root)")
    _ = try refresh()
    for round in 0..<25 {
      var made: [String] = []
      for _ in 0..<Int.random(in: 0...4, using: &random) {
        let place = random.chance(70) ? "copy" : "root"
        let edit = Self.edits.randomElement(using: &random) ?? ""
        made.append("\(place): \(edit)")
        try story.write("edit", edit)
        try story.shell("cd \"$S\"; sh edit \(place) 2>&- || true")
      }
      let output = try refresh()
      let states = try ["root", "copy"].map { try story.shell("cd \"$S\"; python3 state.py \($0)").out }
      try #require(states[0] == states[1], "\(setting), round \(round): \(made)\n\(output)")
      if made.isEmpty { #expect(output.contains("sysbuild: 1 of "), "\(output)") }
    }
  }

  @Test("of an unchanged root only the folder in which the list lies is copied")
  func unchanged() throws {
    let story = try BuildStory()
    try story.shell("cd \"$S\"; \(Self.root)")
    let count = try story.shell("cd \"$S\"; find root -printf x | wc -c").out.filter(\.isNumber)
    func expect(_ copied: String, at location: SourceLocation = #_sourceLocation) throws {
      let ran = try story.run("helper", "copy-root", "root", "copy")
      #expect(ran.out == "sysbuild: \(copied) of \(count) paths copied\n", sourceLocation: location)
    }
    try expect(count)
    try expect("1")
    try story.shell("echo more >>\"$S/copy/usr/lib/b\"")
    // With the folder that it is in.
    try expect("3")
    try expect("1")
  }
}
