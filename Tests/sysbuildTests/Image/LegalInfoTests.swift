import Platform
import Testing

/// What is passed on with an image: real Portage, a package with a source, patches and licences, and builds that have
/// nothing but the folder.
@Suite struct LegalInfoTests {
  private static let leaf = "profiles/tiny/repository/app-misc/leaf"
  private static let withoutNetwork = ["unshare", "--net"]

  /// Gives leaf a source and three patches, and all packages a licence with a text. The repository moves out of the source
  /// tree, to which a link leads.
  private func addSources(_ tree: ImageTree) throws {
    try tree.run([
      "sh", "-c",
      #"""
      set -eu
      rm -rf "$1/moved" "$1/made" "$1/legal" "$1/rebuilt"
      mkdir -p "$1/made/leaf-1/src" "$1/O/distfiles"
      cd "$1/source/profiles/tiny"
      mkdir repository/licenses repository/app-misc/leaf/files target/etc/portage/patches target/etc/portage/patches/app-misc
      mkdir target/etc/portage/patches/app-misc/leaf
      echo app-misc/leaf colour >target/etc/portage/package.use/leaf
      echo 'do as you like' >repository/licenses/MIT
      echo 'share alike' >repository/licenses/GPL-2
      cd repository/app-misc/leaf
      sed -i -e 's,^S=.*,SRC_URI="https://leaf.invalid/${P}.tar.gz",' -e 's,"MIT","|| ( MIT colour? ( GPL-2 ) )",' \
        -e 's,newins - .*,doins text,' leaf-1.ebuild
      echo 'PATCHES=( "${FILESDIR}"/set )
      src_prepare() {
        eapply "${FILESDIR}/${PN}-first.patch"
        default
      }' >>leaf-1.ebuild
      mkdir files/set
      one='@@ -1 +1,2 @@\n one\n+%s\n'
      printf -- "--- a/text\n+++ b/text\n$one" two >files/leaf-first.patch
      printf -- "--- a/text\n+++ b/text\n@@ -1,2 +1,3 @@\n one\n two\n+three\n" >files/set/a.patch
      printf -- "--- a/text\n+++ b/text\n@@ -2,2 +2,3 @@\n two\n three\n+four\n" \
        >../../../target/etc/portage/patches/app-misc/leaf/user.patch
      cd "$1/made"
      echo one >leaf-1/text
      echo 'Copyright A. Nobody' >leaf-1/COPYING
      echo 'Copyright B. Nobody' >leaf-1/src/LICENSE
      tar -czf "$1/O/distfiles/leaf-1.tar.gz" leaf-1
      set -- "$1" "$1/O/distfiles/leaf-1.tar.gz"
      echo "DIST leaf-1.tar.gz $(stat -c %s "$2") BLAKE2B $(b2sum <"$2" | cut -d' ' -f1) SHA512 $(
        sha512sum <"$2" | cut -d' ' -f1)" >"$1/source/profiles/tiny/repository/app-misc/leaf/Manifest"
      mv "$1/source/profiles/tiny/repository" "$1/moved"
      ln -s ../../../moved "$1/source/profiles/tiny/repository"
      ln -sfn ../../../source/profiles/tiny/linked/greeting-1.ebuild "$1/moved/app-misc/greeting/greeting-1.ebuild"
      """#, "sh", "\(tree.folder)",
    ])
  }

  private func text(_ path: Path) throws -> String { String(decoding: try File.read(path), as: UTF8.self) }

  /// The line of a package in the manifest.
  private func row(_ package: String, in folder: Path) throws -> String? {
    try text(folder / "manifest.csv").split(separator: "\r\n").first { $0.hasPrefix("\(package),") }.map(
      String.init)
  }

  @Test("the image builds again from the folder alone, without a network")
  func rebuilding() async throws {
    let tree = try await ImageTree()
    try addSources(tree)
    let legal = tree.folder / "legal"
    let stale = try tree.sysbuild(["legal-info", "\(legal)"])
    #expect(stale.status == 2 && stale.output.contains("the image is not up to date"), "\(stale.output)")
    let image = try tree.sysbuild(["image"])
    try #require(image.status == 0, "\(image.output)")
    let first = try tree.sysbuild(["legal-info", "\(legal)"], by: Self.withoutNetwork)
    #expect(first.status == 0 && first.output.hasSuffix("\nnothing is missing\n"), "\(first.output)")
    #expect(try text(legal / "missing") == "")

    // Who follows the series has the file that is in the image.
    #expect(
      try text(legal / "sources/app-misc/leaf-1/patches/series")
        == "0001-leaf-first.patch\n0002-a.patch\n0003-user.patch\n")
    try tree.run([
      "sh", "-c",
      """
      set -eu
      cd "$1/made" && rm -rf leaf-1 && tar -xf "$1/legal/sources/app-misc/leaf-1/leaf-1.tar.gz" && cd leaf-1
      while read -r patch; do patch -p1 <"$1/legal/sources/app-misc/leaf-1/patches/$patch"; done \
        <"$1/legal/sources/app-misc/leaf-1/patches/series"
      cmp text "$1/O/rootfs/usr/share/versions/text"
      cd "$1/legal" && sha256sum --quiet -c SHA256SUMS
      find . -type f ! -path ./SHA256SUMS -printf '%P\\n' | LC_ALL=C sort >"$1/made/names"
      cut -c 67- SHA256SUMS | cmp - "$1/made/names"
      """, "sh", "\(tree.folder)",
    ])
    #expect(
      try row("app-misc/leaf", in: legal)
        == "app-misc/leaf,1,image,|| ( MIT GPL-2 ),licenses/GPL-2 licenses/MIT licenses/app-misc/leaf-1/,"
        + "sources/app-misc/leaf-1/leaf-1.tar.gz,https://leaf.invalid/leaf-1.tar.gz,3")
    #expect(try text(legal / "licenses/app-misc/leaf-1/src/LICENSE") == "Copyright B. Nobody\n")
    #expect(try row("dev-util/buildtool", in: legal)?.hasPrefix("dev-util/buildtool,1,build,MIT,") == true)
    // Of the repository only the packages that were asked for.
    #expect(!File.exists(legal / "rebuild/source/repositories/tiny/app-misc/extra"))

    // The same again, and nothing is left of what is gone.
    try tree.run(["cp", "-a", "\(legal)", "\(tree.folder)/made/before"])
    try File.write([], to: legal / "sources/left")
    let again = try tree.sysbuild(["legal-info", "\(legal)"], by: Self.withoutNetwork)
    #expect(again.status == 0 && !again.output.contains("done"), "\(again.output)")
    try tree.run(["diff", "-r", "\(legal)", "\(tree.folder)/made/before"])

    // Without the source tree, the repository, O, and a network.
    let rebuilt = try tree.output([
      "unshare", "--user", "--map-root-user", "--mount", "--net", "sh", "-c",
      """
      set -eu
      for folder in source moved O images; do mount -t tmpfs tmpfs "$1/$folder"; done
      exec "$1/legal/rebuild/build" "$1/rebuilt"
      """, "sh", "\(tree.folder)",
    ])
    #expect(rebuilt.status == 0, "\(rebuilt.output)")
    #expect(rebuilt.output.contains("rootfs.squashfs: OK\n"), "\(rebuilt.output)")
    #expect(
      try File.read(tree.images / "SHA256SUMS") == File.read(tree.folder / "rebuilt/images/SHA256SUMS"))
    for name in ["moved", "made", "rebuilt", "legal"] {
      try Directory.removeTree(tree.folder / Path(name))
    }
  }

  @Test("what cannot be had is named with the reason, and other folders are left alone")
  func missing() async throws {
    let tree = try await ImageTree()
    try addSources(tree)
    let legal = tree.folder / "legal"
    let archive = tree.build / "distfiles/leaf-1.tar.gz"
    try tree.append("RESTRICT=\"bindist\"", to: "\(Self.leaf)/leaf-1.ebuild")
    try tree.append(
      "LICENSE=\"own\" PROPERTIES=\"live\"", to: "profiles/tiny/repository/sys-libs/pam/pam-1.5.2.ebuild")
    #expect(try tree.sysbuild(["image"]).status == 0)
    func expect(_ lines: [String], at location: SourceLocation = #_sourceLocation) throws {
      let result = try tree.sysbuild(["legal-info", "\(legal)"], by: Self.withoutNetwork)
      #expect(result.status == 1, "\(result.output)", sourceLocation: location)
      #expect(try text(legal / "missing") == lines.map { $0 + "\n" }.joined(), sourceLocation: location)
      for line in lines {
        #expect(result.output.contains("\n  \(line.replacing("\t", with: "  "))\n"), sourceLocation: location)
      }
    }
    let bindist = "app-misc/leaf-1\tpermission\tRESTRICT=bindist: what is built from it may not be passed on"
    let pam = [
      "sys-libs/pam-1.5.2\tlicence text own\tno repository has licenses/own",
      "sys-libs/pam-1.5.2\tsource\tits ebuild downloads it in a phase of its own (PROPERTIES=live)",
    ]
    try expect([bindist] + pam)
    #expect(File.exists(legal / "sources/app-misc/leaf-1/leaf-1.tar.gz"))

    let source = "app-misc/leaf-1\tsource leaf-1.tar.gz\t"
    try File.write(try File.read(archive).reversed(), to: archive)
    try expect(
      [
        bindist,
        source + "the file in DISTDIR is not the one of the Manifest: remove it, and run 'sysbuild fetch'",
      ] + pam)
    try File.remove(archive)
    try expect([bindist, source + "it is not in DISTDIR: 'sysbuild fetch' downloads it"] + pam)
    #expect(!File.exists(legal / "sources/app-misc/leaf-1/leaf-1.tar.gz"))

    // What may not be passed on is not.
    try File.write([], to: archive)
    try tree.edit("\(Self.leaf)/leaf-1.ebuild", "RESTRICT=\"bindist\"", "RESTRICT=\"mirror\"")
    try File.remove(archive)
    try tree.run(["tar", "-czf", "\(archive)", "-C", "\(tree.folder)/made", "leaf-1"])
    try File.write(
      Array(try manifest(of: archive, tree).utf8), to: tree.folder / "moved/app-misc/leaf/Manifest")
    #expect(try tree.sysbuild(["image"]).status == 0)
    try expect(
      [source + "RESTRICT=mirror: it may not be passed on; https://leaf.invalid/leaf-1.tar.gz has it"] + pam)
    #expect(!File.exists(legal / "sources/app-misc/leaf-1/leaf-1.tar.gz"))

    #expect(!File.exists(legal / "rebuild/distfiles/leaf-1.tar.gz"))

    for (folder, message) in [
      (tree.build / "legal", "lies in O ("), (tree.source / "legal", "lies in the source tree ("),
      (tree.folder, "holds the source tree ("), (tree.folder / "made", "was not made by 'legal-info'"),
    ] {
      let refused = try tree.sysbuild(["legal-info", "\(folder)"])
      #expect(refused.status == 2 && refused.output.contains(message), "\(refused.output)")
    }
    for name in ["moved", "made", "legal"] { try Directory.removeTree(tree.folder / Path(name)) }
  }

  private func manifest(of archive: Path, _ tree: ImageTree) throws -> String {
    let size = try FileStatus(archive).size
    let sum = try tree.run(["sha512sum", "\(archive)"]).prefix { $0 != " " }
    return "DIST leaf-1.tar.gz \(size) SHA512 \(sum)\n"
  }
}
