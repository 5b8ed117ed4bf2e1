import Platform

/// What only another ebuild, another file or another setting helps against.
extension Refusal {
  static let ebuilds: [Refusal] = [
    .words("an EAPI that nobody knows", says: "app-misc/odd-1 is written for EAPI 99", "its newest is EAPI 9") {
      tree in
      try tree.ebuild("app-misc/odd-1", ["EAPI": "99"])
      try tree.wants("app-misc/odd")
    },
    .words(
      "a mistake of syntax",
      says: "\(repository)/app-misc/odd/odd-1.ebuild:9: syntax error near unexpected token `}'"
    ) { tree in
      try tree.ebuild("app-misc/odd-1", [:], "src_install() {\n\tif true; then\n}\n")
      try tree.wants("app-misc/odd")
    } corrected: { tree in
      try tree.edit("\(repository)/app-misc/odd/odd-1.ebuild", "then\n", "then :; fi\n")
    },
    .words("an eclass that is not there", says: "app-misc/odd-1", "none.eclass could not be found") { tree in
      try tree.ebuild("app-misc/odd-1", [:], "inherit none\n")
      try tree.wants("app-misc/odd")
    },
    .words("a dependency that is none", says: "app-misc/odd-1 has a mistake in RDEPEND: Invalid atom (>>x/y)") {
      tree in
      try tree.ebuild("app-misc/odd-1", ["RDEPEND": ">>x/y"])
      try tree.wants("app-misc/odd")
    },
  ]

  static let phases: [Refusal] = [
    .words(
      "an ebuild that checks the machine", says: "app-misc/picky-1 failed in its pretend phase",
      "needs another kernel",
      "at picky-1.ebuild:8", isForeseen: false
    ) { tree in
      try tree.ebuild("app-misc/picky-1", [:], "pkg_pretend() {\n\tdie \"needs another kernel\"\n}\n")
      try tree.wants("app-misc/picky")
    },
    .words(
      "an ebuild that checks the root", says: "app-misc/picky-1 failed in its setup phase", "needs a user",
      isForeseen: false
    ) { tree in
      try tree.ebuild("app-misc/picky-1", [:], "pkg_setup() {\n\tdie \"needs a user\"\n}\n")
      try tree.wants("app-misc/picky")
    },
    .words(
      "a command that fails without a word", says: "app-misc/silent-1 failed in its compile phase",
      "the command: false || die", isForeseen: false
    ) { tree in
      try tree.ebuild("app-misc/silent-1", [:], "src_compile() {\n\tfalse || die\n}\n")
      try tree.wants("app-misc/silent")
    },
  ]

  private static let source = "http://127.0.0.1:9/data.txt"
  /// The line of a Manifest for a file with the content `data`.
  private static func manifest(_ package: String, in tree: ImageTree) throws {
    let digest = try tree.run(["sh", "-c", "printf data | sha512sum"]).prefix { $0 != " " }
    try tree.write("\(repository)/\(package)/Manifest", "DIST data.txt 4 SHA512 \(digest)\n")
  }
  private static func distfile(_ content: String, in tree: ImageTree) throws {
    try Directory.create(tree.build / "distfiles", intermediates: true)
    try File.write(Array(content.utf8), to: tree.build / "distfiles/data.txt")
  }
  private static let unpacked = "src_unpack() { :; }\nsrc_install() { dodoc \"${DISTDIR}/data.txt\"; }\n"

  static let sources: [Refusal] = [
    .words(
      "a source that only a person may fetch",
      says: "the source of app-misc/shop-1 may not be fetched by a program",
      "buy data.txt at example.com", "put it into DISTDIR", isForeseen: false
    ) { tree in
      try tree.ebuild(
        "app-misc/shop-1", ["SRC_URI": source, "RESTRICT": "fetch"],
        "pkg_nofetch() { einfo \"buy ${A} at example.com\"; }\n" + unpacked)
      try manifest("app-misc/shop", in: tree)
      try tree.wants("app-misc/shop")
    } corrected: { tree in
      try distfile("data", in: tree)
    },
    .words(
      "a source that nobody has", says: "'data.txt' of app-misc/far-1 could not be fetched",
      "Connection refused",
      "put the file into DISTDIR", isForeseen: false
    ) { tree in
      try tree.ebuild("app-misc/far-1", ["SRC_URI": source], unpacked)
      try manifest("app-misc/far", in: tree)
      try tree.wants("app-misc/far")
    } corrected: { tree in
      try distfile("data", in: tree)
    },
    .words(
      "a source with another content", says: "'data.txt' of app-misc/far-1 does not match its Manifest",
      "it was moved to", isForeseen: false
    ) { tree in
      try tree.ebuild("app-misc/far-1", ["SRC_URI": source], unpacked)
      try manifest("app-misc/far", in: tree)
      try distfile("date", in: tree)
      try tree.wants("app-misc/far")
    } corrected: { tree in
      try distfile("data", in: tree)
    },
    .line(
      "a source that is not in the Manifest", says: "the Manifest does not say what data.txt should be",
      "add the line 'DIST data.txt 4 BLAKE2B", "DISTDIR is /", isForeseen: false
    ) { tree in
      try tree.ebuild("app-misc/far-1", ["SRC_URI": source], unpacked)
      try distfile("data", in: tree)
      try tree.wants("app-misc/far")
    },
  ]

  /// What sysbuild refuses, because Portage would pass over it.
  static let settings: [Refusal] = [
    .words(
      "an unknown repository", says: "sets/tiny/build.packages:3: 'app-misc/leaf::nowhere' is of a repository"
    ) {
      tree in
      try tree.wants("app-misc/leaf::nowhere")
    },
    .words(
      "a master that is not there", says: "metadata/layout.conf:1: the master 'nowhere' of 'tiny' is not there"
    ) {
      tree in
      try tree.edit("\(repository)/metadata/layout.conf", "masters =", "masters = nowhere")
    },
    .words(
      "a profile that is not there", says: "\(configuration)/make.profile: leads to", "which does not exist"
    ) {
      tree in
      try File.remove(tree.source / "\(configuration)/make.profile")
      try File.symlink("../../../repository/profiles/none", at: tree.source / "\(configuration)/make.profile")
    },
    .words("a name without its category", says: "sets/tiny/build.packages:3: ", "leaf") { tree in
      try tree.wants("leaf")
    },
    .words("an atom that is none", says: "sets/tiny/build.packages:3: ", "leaf-") { tree in
      try tree.wants("app-misc/leaf-1")
    },
  ]
}
