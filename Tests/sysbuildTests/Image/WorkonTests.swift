import Platform
import TestSupport
import Testing

private let repository = "profiles/tiny/repository/app-misc/leaf"
private let portage = "profiles/tiny/target/etc/portage"
private let patches = "\(portage)/patches/app-misc/leaf"

/// Packages that are worked on: real Portage, git and patch.
@Suite struct WorkonTests {
  /// The package `app-misc/leaf` has a program of C, and a file that is made from another behind the user's patches.
  private func tree() async throws -> ImageTree {
    let tree = try await ImageTree()
    try Directory.removeTree(tree.folder / "leaf")
    try tree.edit("\(repository)/leaf-1.ebuild", "S=\"${WORKDIR}\"\n", "")
    try tree.append(
      """
      src_unpack() {
      	mkdir -p "${S}/src" "${S}/.git" || die
      	echo 'int value(void); int main(void) { return value(); }' >"${S}/src/leaf.c" || die
      	echo 'int value(void) { return 42; }' >"${S}/src/value.c" || die
      	printf 'one\\ntwo\\nthree\\nfour\\nfive\\nsix\\nseven\\n' >"${S}/notes" || die
      	touch "${S}/.git/HEAD" || die
      }
      src_prepare() {
      	default
      	[[ ! -e made ]] || die
      	sed 's/^/made from /' notes >made || die
      }
      src_compile() { "${CHOST}"-gcc ${CFLAGS} ${LDFLAGS} -o leaf src/*.c || die; }
      src_install() {
      	dobin leaf
      	insinto /usr/share
      	doins made
      }
      """, to: "\(repository)/leaf-1.ebuild")
    return tree
  }

  /// Runs a command line in the work tree.
  @discardableResult
  private func work(_ tree: ImageTree, _ script: String) throws -> String {
    try tree.run(["sh", "-euc", "cd \(tree.folder)/leaf; \(script)"])
  }

  private func begin(_ tree: ImageTree) throws {
    try Directory.removeTree(tree.folder / "leaf")
    let began = try tree.sysbuild(["workon", "leaf"])
    try #require(began.status == 0, "\(began.output)")
    try work(tree, "git config user.name Somebody; git config user.email somebody@localhost")
  }

  private func build(_ tree: ImageTree, ran: [String]? = nil) throws -> String {
    let built = try tree.sysbuild(["-j1", "image"])
    try #require(built.status == 0, "\(built.output)")
    if let ran { #expect(ImageTree.ran(built.output) == ran, "\(built.output)") }
    return built.output
  }

  /// The exit status of the program in the image.
  private func status(_ tree: ImageTree) throws -> Int32 {
    try tree.output(["\(tree.build)/rootfs/usr/bin/leaf"]).status
  }

  private func made(_ tree: ImageTree) throws -> String {
    String(decoding: try File.read(tree.build / "rootfs/usr/share/made"), as: UTF8.self)
  }

  @Test("what is changed in a work tree is built, and its commits become patches that give the same")
  func worked() async throws {
    let tree = try await tree()
    // A patch of which the order counts.
    try tree.write(
      "\(patches)/0007-first.patch", "--- a/notes\n+++ b/notes\n@@ -1,3 +1,3 @@\n-one\n+ONE\n two\n three\n")
    _ = try build(tree)
    let before = try tree.builds(in: "rootfs")
    #expect(try tree.sysbuild(["workon"]).output == "no package is worked on: 'sysbuild workon PKG' begins\n")

    try begin(tree)
    // As it is when patches are applied, and not what is made later.
    #expect(try work(tree, "git ls-files; head -n 1 notes") == "notes\nsrc/leaf.c\nsrc/value.c\nONE\n")
    let note = "app-misc/leaf is built with the work in '\(tree.folder)/leaf'\n"
    #expect(try tree.sysbuild(["image"]).output == "image: up to date\nsysbuild: \(note)")
    #expect(try tree.sysbuild(["status"]).output.hasSuffix("\n\(note)"))
    let listed = try tree.sysbuild(["workon", "--json"]).output
    #expect(
      listed.contains("\"folder\": \"\(tree.folder)/leaf\"") && listed.contains("\"version\": \"1\""),
      "\(listed)")

    try work(
      tree,
      """
      echo '#include "value.h"' >src/value.c; echo 'int value(void) { return VALUE; }' >>src/value.c
      echo '#define VALUE 43' >src/value.h; sed -i 's/one/Eins/I' notes; chmod +x notes; ln -s notes 'a link'; : >empty
      """)
    let plan = try tree.sysbuild(["-n", "image"]).output
    #expect(
      ImageTree.named("stale", in: plan) == ["resolution"]
        && plan.contains("app-misc/leaf: work on a link added (\(tree.folder)/leaf/a link)"), "\(plan)")
    let why = try tree.sysbuild(["why", "image"]).output
    #expect(why.contains("app-misc/leaf: work on src/value.h added (\(tree.folder)/leaf/src/value.h)"))
    let foreseen = try tree.foreseen()
    _ = try build(tree, ran: ["resolution", "world", "rootfs", "squashfs", "image"])
    #expect(try status(tree) == 43)
    #expect(try made(tree).hasPrefix("made from Eins\nmade from two\n"))
    let changes = try PackageChanges.between(before, tree.builds(in: "rootfs"))
    #expect(changes == ["~app-misc/leaf-1"])
    #expect(foreseen.allow(changes, in: "rootfs"))

    // What git ignores does not count, nor does a commit.
    try work(
      tree,
      """
      echo '*.o' >.git/info/exclude; echo object >src/leaf.o
      git add src; git commit --quiet --message 'Another value'
      git add --all; git commit --quiet --message 'Other notes'; git gc --quiet; touch notes
      """)
    #expect(try tree.sysbuild(["image"]).output.hasPrefix("image: up to date\n"))
    let affected = try tree.sysbuild(["affects", "\(tree.folder)/leaf/notes", "\(tree.folder)/leaf/.git/HEAD"])
    #expect(
      affected.output.contains("resolution  ") && affected.output.contains("HEAD: no target"),
      "\(affected.output)")
    let image = try File.read(tree.images / "rootfs.squashfs")

    try work(tree, "echo eight >>notes")
    let dirty = try tree.sysbuild(["workon", "--finish", "leaf", "--yes"])
    #expect(dirty.status == 2 && dirty.output.contains(" M notes\n"), "\(dirty.output)")
    try work(tree, "git checkout --quiet notes")
    let unanswered = try tree.sysbuild(
      ["workon", "--finish", "leaf"], by: ["sh", "-c", "exec \"$0\" \"$@\" </dev/null"])
    #expect(
      unanswered.output.contains("+#define VALUE 43\n") && unanswered.output.hasSuffix("nothing was written\n"),
      "\(unanswered.output)")
    #expect(try tree.sysbuild(["workon", "--finish", "leaf", "--yes"]).status == 0)
    let names = try Directory.entries(of: tree.source / patches).map { "\($0.name)" }.sorted()
    #expect(names == ["0007-first.patch", "0008-Another-value.patch", "0009-Other-notes.patch"])
    let finished = try build(tree, ran: ["resolution", "world", "rootfs", "squashfs", "image"])
    #expect(!finished.contains("work in"))
    #expect(try File.read(tree.images / "rootfs.squashfs") == image)
    #expect(try tree.sysbuild(["image"]).output == "image: up to date\n")

    // The work can go on.
    try begin(tree)
    #expect(
      try work(tree, "sed -n 's/one/&/Ip; s/Eins/&/p' notes; cat src/value.h") == "Eins\n#define VALUE 43\n")
    #expect(try tree.sysbuild(["workon", "--stop", "app-misc/leaf"]).status == 0)
    #expect(try Directory.entries(of: tree.source / patches).count == 3)
    #expect(try tree.sysbuild(["image"]).output == "image: up to date\n")
    #expect(File.exists(tree.folder / "leaf/notes"))
  }

  @Test(
    "work follows a package to another version, with git's help where both have changed the same",
    .enabled(if: isTurn(0, of: 2)))
  func anotherVersion() async throws {
    let tree = try await tree()
    // No number sorts behind it.
    try tree.write(
      "\(patches)/fix.patch", "--- a/notes\n+++ b/notes\n@@ -5,3 +5,3 @@\n five\n six\n-seven\n+SEVEN\n")
    try begin(tree)
    try work(tree, "sed -i s/four/FOUR/ notes; git commit --quiet --all --message Louder")
    _ = try build(tree)
    #expect(try made(tree).contains("made from FOUR\nmade from five\n"))

    try tree.run([
      "mv", "\(tree.source / repository)/leaf-1.ebuild", "\(tree.source / repository)/leaf-2.ebuild",
    ])
    try tree.edit("\(repository)/leaf-2.ebuild", "one\\n", "zero\\none\\n")
    let built = try build(tree)
    #expect(
      built.contains(
        "leaf', which was app-misc/leaf-1: the image has 2, to which 'sysbuild workon app-misc/leaf' brings it"),
      "\(built)")
    #expect(try made(tree).hasPrefix("made from zero\nmade from one\n"))
    let brought = try tree.sysbuild(["workon", "leaf"])
    #expect(brought.output == "the work in '\(tree.folder)/leaf' stands on app-misc/leaf-2 now\n")
    #expect(
      try work(tree, "head -n 1 notes; git log --format=%s").hasPrefix("zero\nLouder\napp-misc/leaf-2 as"))
    #expect(try tree.sysbuild(["workon", "leaf"]).output.hasSuffix("stands on app-misc/leaf-2 already\n"))
    #expect(try tree.sysbuild(["status"]).output.hasSuffix("the work in '\(tree.folder)/leaf'\n"))

    // Both change one line.
    try tree.edit("\(repository)/leaf-2.ebuild", "four", "vier")
    let failed = try tree.sysbuild(["image"])
    #expect(
      failed.status == 2 && failed.output.contains("leaf' stands on something else: ")
        && failed.output.contains("workon app-misc/leaf' brings it there"), "\(failed.output)")
    let conflict = try tree.sysbuild(["workon", "leaf"])
    #expect(conflict.status == 2 && conflict.output.contains("Merge conflict in notes"), "\(conflict.output)")
    let refused = try tree.sysbuild(["-n"])
    #expect(refused.status == 2 && refused.output.contains("leaf' has files in conflict"), "\(refused.output)")
    // Nothing is lost where somebody gives up and begins again.
    try work(tree, "git rebase --abort")
    let aborted = try tree.sysbuild(["status"])
    #expect(aborted.status == 0, "\(aborted.output)")
    #expect(try work(tree, "cat .git/workon.patch").contains("\n-four\n+FOUR\n five\n"))
    #expect(try tree.sysbuild(["workon", "leaf"]).output.contains("Merge conflict in notes"))
    let early = try tree.sysbuild(["workon", "--finish", "leaf"])
    #expect(early.status == 2 && early.output.contains("a rebase or merge is under way"), "\(early.output)")
    try work(
      tree,
      "printf 'zero\\none\\ntwo\\nthree\\nVIER\\nfive\\nsix\\nSEVEN\\n' >notes; git add notes; "
        + "GIT_EDITOR=true git rebase --continue")
    _ = try build(tree)
    #expect(try made(tree).contains("made from VIER\n"))
    let made = try made(tree)
    #expect(try tree.sysbuild(["workon", "--finish", "leaf", "--yes"]).status == 0)
    let names = try Directory.entries(of: tree.source / patches).map { "\($0.name)" }.sorted()
    #expect(names == ["fix.patch", "z-0001-Louder.patch"])
    _ = try build(tree, ran: ["resolution", "world", "rootfs", "squashfs", "image"])
    #expect(try self.made(tree) == made)
  }

  @Test(
    "what is no work, and what no patch can say, is refused with what to do", .enabled(if: isTurn(1, of: 2)))
  func refused() async throws {
    let tree = try await tree()
    func expect(_ words: [String], _ text: String, at location: SourceLocation = #_sourceLocation) throws {
      let (status, output) = try tree.sysbuild(words)
      #expect(status == 2 && output.contains(text), "\(output)", sourceLocation: location)
    }
    try expect(["workon", "laef"], "the image has no package 'laef'; did you mean 'leaf'?")
    try expect(["workon", "libcap"], "sys-libs/libcap-2.66 unpacks nothing: ")
    try expect(["workon", "leaf", "--in", "\(tree.source)/leaf"], "leaf' is in the source tree, ")
    try expect(["workon", "leaf", "--in", "\(tree.build)/leaf"], "leaf' is in O, ")
    try expect(["workon", "leaf", "--in", "\(tree.source.parent)"], "is there already, and not empty")
    try expect(["workon", "--stop", "leaf"], "'leaf' is not worked on")
    try expect(["workon", "--finish"], "'--finish' needs a package")
    try expect(["workon", "--finish", "--stop", "leaf"], "'--finish' and '--stop' do not go together")
    try tree.append(
      "die_early() { die; }; src_unpack() { eerror 'no disc'; die_early; }", to: "\(repository)/leaf-1.ebuild")
    try expect(["workon", "leaf"], "the source of app-misc/leaf-1 cannot be unpacked:")
    #expect(!File.exists(tree.folder / "leaf"))
    try tree.edit(
      "\(repository)/leaf-1.ebuild", "die_early() { die; }; src_unpack() { eerror 'no disc'; die_early; }\n", ""
    )
    try tree.write("\(patches)/zzzzz.patch", "--- a/notes\n+++ b/notes\n@@ -1 +1 @@\n-one\n+ONE\n")
    try expect(["workon", "leaf"], "'zzzzz.patch', a patch of this package, would be applied after the work")
    try File.remove(tree.source / patches / "zzzzz.patch")

    try begin(tree)
    try expect(["workon", "--finish", "leaf"], "no commit behind the tag 'portage'")
    try expect(["workon", "leaf", "--in", "\(tree.folder)/other"], "app-misc/leaf is worked on in ")
    try work(tree, "printf 'a\\0b' >binary")
    try expect(["-n"], "Binary files /dev/null and b/binary differ: no patch can say")
    try work(
      tree, "git add binary; git commit --quiet --message Binary; echo eight >>notes; git rm --quiet binary")
    try work(tree, "git commit --quiet --all --message 'No more'")
    try expect(["workon", "--finish", "leaf", "--yes"], "patch(1) cannot apply 0001-Binary.patch")
    try work(tree, "git branch other; git reset --quiet --hard portage; echo nine >>notes")
    try work(tree, "git commit --quiet --all --message Nine; git merge --quiet --strategy ours --no-edit other")
    try expect(["workon", "--finish", "leaf", "--yes"], "a commit is a merge")
    try work(tree, "git checkout --quiet --orphan alone; git commit --quiet --message Alone")
    try expect(["workon", "--finish", "leaf", "--yes"], "has no commit in common with the tag 'portage'")

    // On another machine, or in a virtual one.
    try tree.run(["mv", "\(tree.folder)/leaf", "\(tree.folder)/moved"])
    defer { try? Directory.removeTree(tree.folder / "moved") }
    for words in [["-n"], ["image"], ["status"]] {
      try expect(
        words,
        "\(patches)/zzzz-workon.patch: app-misc/leaf is built with the work in '\(tree.folder)/leaf', which is not there"
      )
    }
    #expect(try tree.sysbuild(["workon"]).output.contains("app-misc/leaf  ?        \(tree.folder)/leaf"))
    #expect(try tree.sysbuild(["workon", "--stop", "leaf"]).status == 0)
    #expect(!File.exists(tree.source / portage / "patches"))
  }
}
