import Platform

/// What the resolver refuses.
extension Refusal {
  static let useFlags: [Refusal] = [
    .line(
      "a dependency wants a USE flag", says: "the dependencies require USE changes: >=app-misc/leaf-1 colour"
    ) {
      tree in
      try tree.ebuild("app-misc/reader-1", ["RDEPEND": "app-misc/leaf[colour]"])
      try tree.wants("app-misc/reader")
    },
    .line(
      "a dependency wants a USE flag that another excludes", says: "it requires exactly one of one, two",
      "package.use/choice"
    ) { tree in
      try tree.ebuild("app-misc/reader-1", ["RDEPEND": "app-misc/choice[one]"])
      try tree.ebuild("app-misc/choice-1", ["IUSE": "one +two", "REQUIRED_USE": "^^ ( one two )"])
      try tree.wants("app-misc/reader")
    },
    .line(
      "the USE flags of a package do not fit together",
      says: "app-misc/choice-1 cannot be built with these USE flags: it requires exactly one of one, two",
      "its flags: -one -three -two"
    ) { tree in
      try tree.ebuild(
        "app-misc/choice-1", ["IUSE": "one two three", "REQUIRED_USE": "^^ ( one two ) three? ( two )"])
      try tree.wants("app-misc/choice")
    },
    .line("one of the flags that would do is masked", says: "at least one of one, two", "'app-misc/choice two'")
    {
      tree in
      try tree.ebuild("app-misc/choice-1", ["IUSE": "one two", "REQUIRED_USE": "|| ( one two )"])
      try tree.append("app-misc/choice one", to: "\(configuration)/profile/package.use.mask")
      try tree.wants("app-misc/choice")
    },
    .line(
      "a line of package.use is against a dependency",
      says: "replace the line '=app-misc/letter-1 -ink' of \(configuration)/package.use/leaf:2"
    ) { tree in
      try tree.ebuild("app-misc/reader-1", ["RDEPEND": "app-misc/letter[ink]"])
      try tree.ebuild("app-misc/letter-1", ["IUSE": "+ink"])
      try tree.append("=app-misc/letter-1 -ink", to: "\(configuration)/package.use/leaf")
      try tree.wants("app-misc/reader")
    },
    .words(
      "a flag that a dependency wants is masked", says: "no ebuild of app-misc/letter can be built with [ink]",
      "reader-1.ebuild:6", "a profile masks or forces the flag"
    ) { tree in
      try tree.ebuild("app-misc/reader-1", ["RDEPEND": "app-misc/letter[ink]"])
      try tree.ebuild("app-misc/letter-1", ["IUSE": "ink"])
      try tree.append("app-misc/letter ink", to: "\(configuration)/profile/package.use.mask")
      try tree.wants("app-misc/reader")
    },
    .words(
      "a flag that a dependency wants does not exist",
      says: "a dependency requires a USE flag that app-misc/leaf-1 does not have: shade", "reader-1.ebuild:6"
    ) { tree in
      try tree.ebuild("app-misc/reader-1", ["RDEPEND": "app-misc/leaf[shade]"])
      try tree.wants("app-misc/reader")
    } corrected: { tree in
      try tree.edit("\(repository)/app-misc/reader/reader-1.ebuild", "leaf[shade]", "leaf[colour?]")
      try tree.edit("\(repository)/app-misc/reader/reader-1.ebuild", "SLOT=", "IUSE=\"colour\"\nSLOT=")
    },
  ]

  static let masks: [Refusal] = [
    .line(
      "a version that is not stable", says: "app-misc/young-1 is masked by: ~amd64 keyword",
      "'=app-misc/young-1 ~amd64' to \(configuration)/package.accept_keywords"
    ) { tree in
      try tree.ebuild("app-misc/young-1", ["KEYWORDS": "~amd64"])
      try tree.wants("app-misc/young")
    },
    .line(
      "a live version", says: "app-misc/live-9999 is masked by: missing keyword", "'=app-misc/live-9999 **'"
    ) {
      tree in
      try tree.ebuild("app-misc/live-9999", ["KEYWORDS": ""])
      try tree.wants("app-misc/live")
    },
    .line(
      "one thing after the other is masked", says: "'=app-misc/young-1 ~amd64'", "'=app-misc/younger-1 ~amd64'",
      "app-misc/younger-1 Secret'"
    ) { tree in
      try tree.ebuild("app-misc/young-1", ["KEYWORDS": "~amd64", "RDEPEND": "app-misc/younger"])
      try tree.ebuild("app-misc/younger-1", ["KEYWORDS": "~amd64", "LICENSE": "Secret"])
      try tree.append("ACCEPT_LICENSE=\"-* MIT\"", to: "\(configuration)/make.conf")
      try tree.wants("app-misc/young")
    },
    .line(
      "the variant masks it", says: "app-misc/leaf-1 is masked by: package.mask",
      "\(configuration)/package.mask: it hangs",
      "remove the line '<app-misc/leaf-2' from \(configuration)/package.mask:3",
      "or add the line '=app-misc/leaf-1' to \(configuration)/package.unmask"
    ) { tree in
      try tree.write("\(configuration)/package.mask", "dev-util/absent\n# it hangs\n<app-misc/leaf-2\n")
    },
    .line(
      "the variant that this one builds on masks it", says: "app-misc/leaf-1 is masked by: package.mask",
      "add the line '=app-misc/leaf-1' to \(configuration)/package.unmask"
    ) { tree in
      try tree.write("profiles/common/variant.conf", "CHOST=x86_64-unknown-linux-gnu\n")
      try tree.write("profiles/common/target/etc/portage/package.mask/leaf", "app-misc/leaf\n")
      try tree.append("BASE=common", to: "profiles/tiny/variant.conf")
    },
    .line(
      "the repository masks it", says: "app-misc/leaf-1 is masked by: package.mask",
      "\(repository)/profiles/package.mask: it hangs"
    ) { tree in
      try tree.write("\(repository)/profiles/package.mask", "# it hangs\napp-misc/leaf\n")
    },
    .line("what is installed was masked since", says: "dev-util/buildtool-1 is masked by: package.mask") {
      tree in
      try tree.append("dev-util/buildtool", to: "\(configuration)/package.mask/tools")
    },
    .line(
      "a licence", says: "app-misc/costly-1 is masked by: Secret license(s)",
      "app-misc/costly-1 Secret' to \(configuration)/package.license"
    ) { tree in
      try tree.ebuild("app-misc/costly-1", ["LICENSE": "MIT Secret"])
      try tree.append("ACCEPT_LICENSE=\"-* MIT\"", to: "\(configuration)/make.conf")
      try tree.wants("app-misc/costly")
    },
    .line("a group of licences", says: "app-misc/costly-1 is masked by: || ( Secret Hidden ) license(s)") {
      tree in
      try tree.ebuild("app-misc/costly-1", ["LICENSE": "|| ( Secret Hidden )"])
      try tree.write("\(repository)/profiles/license_groups", "EULA Secret Hidden\n")
      try tree.append("ACCEPT_LICENSE=\"-@EULA\"", to: "\(configuration)/make.conf")
      try tree.wants("app-misc/costly")
    },
    .line("a property", says: "app-misc/asking-1 is masked by: interactive properties") { tree in
      try tree.ebuild("app-misc/asking-1", ["PROPERTIES": "interactive"])
      try tree.append("ACCEPT_PROPERTIES=\"-interactive\"", to: "\(configuration)/make.conf")
      try tree.wants("app-misc/asking")
    },
    .line("a restriction", says: "app-misc/narrow-1 is masked by: bindist in RESTRICT") { tree in
      try tree.ebuild("app-misc/narrow-1", ["RESTRICT": "bindist"])
      try tree.append("ACCEPT_RESTRICT=\"-bindist\"", to: "\(configuration)/make.conf")
      try tree.wants("app-misc/narrow")
    },
    .line(
      "what the bootstrap needs is not stable",
      says: "'=sys-libs/libcap-2.66 ~amd64' to profiles/tiny/bootstrap/etc/portage/package.accept_keywords"
    ) { tree in
      try tree.edit("\(repository)/sys-libs/libcap/libcap-2.66.ebuild", "=\"amd64", "=\"~amd64")
      try tree.append("sys-libs/libcap ~amd64", to: "\(configuration)/package.accept_keywords")
    },
    .line(
      "a tool for the building machine is not stable",
      says: "'=dev-util/maker-1 ~amd64' to profiles/tiny/host/etc/portage/package.accept_keywords"
    ) { tree in
      try tree.ebuild("dev-util/maker-1", ["KEYWORDS": "~amd64"])
      try tree.ebuild("app-misc/made-1", ["BDEPEND": "dev-util/maker"])
      try tree.wants("app-misc/made")
    },
  ]

  static let missing: [Refusal] = [
    .line(
      "a typing mistake", says: "there is no ebuild for app-misc/laef", "listed in sets/tiny/build.packages:3",
      "by 'app-misc/leaf'"
    ) { tree in
      try tree.wants("app-misc/laef")
    },
    .line("a wrong category", says: "there is no ebuild for dev-util/leaf", "by 'app-misc/leaf'") { tree in
      try tree.wants("dev-util/leaf")
    },
    .line(
      "a category that is not listed", says: "the category 'app-new' of app-new/shiny is not listed",
      "'app-new' to \(repository)/profiles/categories"
    ) { tree in
      try tree.ebuild("app-new/shiny-1")
      try tree.wants("app-new/shiny")
    },
    .line(
      "a version that there is not", says: "there is no ebuild for =app-misc/leaf-9", "there is app-misc/leaf-1"
    ) {
      tree in
      try tree.wants("=app-misc/leaf-9")
    },
    .words(
      "nothing provides a dependency", says: "there is no ebuild for app-misc/nowhere",
      "required by app-misc/reader-1::tiny, in \(repository)/app-misc/reader/reader-1.ebuild:6"
    ) { tree in
      try tree.ebuild("app-misc/reader-1", ["RDEPEND": "app-misc/nowhere"])
      try tree.wants("app-misc/reader")
    },
    .words(
      "a dependency wants a version that there is not", says: "there is no ebuild for >=app-misc/leaf-9",
      "there is app-misc/leaf-1"
    ) { tree in
      try tree.ebuild("app-misc/reader-1", ["RDEPEND": ">=app-misc/leaf-9"])
      try tree.wants("app-misc/reader")
    },
    .words(
      "what would be allowed needs what there is not", says: "app-misc/young-1 is masked by: ~amd64 keyword",
      "and if that were allowed: there is no ebuild for app-misc/nowhere"
    ) { tree in
      try tree.ebuild("app-misc/young-1", ["KEYWORDS": "~amd64", "RDEPEND": "app-misc/nowhere"])
      try tree.wants("app-misc/young")
    },
    .line(
      "no binary package for the image", says: "there is no binary package for app-misc/late",
      "'app-misc/late' to sets/tiny/build.packages"
    ) { tree in
      try tree.ebuild("app-misc/late-1")
      try tree.append("app-misc/late", to: "sets/tiny/install.packages")
    },
  ]

  static let conflicts: [Refusal] = [
    .line(
      "two versions in one slot",
      says: "app-misc/library:0 is needed in two versions, of which only one can be there",
      "app-misc/library-1: wanted as =app-misc/library-1 by app-misc/first-1",
      "remove the line 'app-misc/first' from sets/tiny/build.packages:3"
    ) { tree in
      try tree.ebuild("app-misc/library-1")
      try tree.ebuild("app-misc/library-2")
      try tree.ebuild("app-misc/first-1", ["RDEPEND": "=app-misc/library-1"])
      try tree.ebuild("app-misc/second-1", ["RDEPEND": "=app-misc/library-2"])
      try tree.wants("app-misc/first")
      try tree.wants("app-misc/second")
    },
    .line(
      "two versions in one slot, far below the sets", says: "remove the line 'app-misc/above'",
      "and remove the line 'app-misc/beside'"
    ) { tree in
      try tree.ebuild("app-misc/library-1")
      try tree.ebuild("app-misc/library-2")
      try tree.ebuild("app-misc/first-1", ["RDEPEND": "=app-misc/library-1"])
      try tree.ebuild("app-misc/above-1", ["RDEPEND": "app-misc/first"])
      try tree.ebuild("app-misc/beside-1", ["RDEPEND": "app-misc/above"])
      try tree.wants("app-misc/above")
      try tree.wants("app-misc/beside")
      try tree.wants("=app-misc/library-2")
    },
    .line(
      "a package that blocks another",
      says: "app-misc/rude-1 cannot be installed beside app-misc/meek, which it blocks"
    ) { tree in
      try tree.ebuild("app-misc/rude-1", ["RDEPEND": "!app-misc/meek"])
      try tree.ebuild("app-misc/meek-1")
      try tree.ebuild("app-misc/friend-1", ["RDEPEND": "app-misc/meek"])
      try tree.wants("app-misc/rude")
      try tree.wants("app-misc/friend")
    },
    .line(
      "a package that blocks what is installed",
      says: "remove the line 'app-misc/rude' from sets/tiny/build.packages:3",
      "and remove the line 'app-misc/leaf' from sets/tiny/install.packages:1"
    ) { tree in
      try tree.ebuild("app-misc/rude-1", ["RDEPEND": "!!app-misc/leaf"])
      try tree.wants("app-misc/rude")
    },
    .line(
      "a circle", says: "circle: app-misc/egg-1 → app-misc/hen-1 → app-misc/egg-1",
      "'app-misc/hen -hatch' to profiles/tiny/bootstrap.packages"
    ) { tree in
      try tree.ebuild("app-misc/hen-1", ["IUSE": "+hatch", "DEPEND": "hatch? ( app-misc/egg )"])
      try tree.ebuild("app-misc/egg-1", ["DEPEND": "app-misc/hen"])
      try tree.wants("app-misc/hen")
      try tree.wants("app-misc/egg")
    },
    .words("a circle with no way out", says: "circle: app-misc/", "no USE flag breaks it") { tree in
      try tree.ebuild("app-misc/hen-1", ["DEPEND": "app-misc/egg"])
      try tree.ebuild("app-misc/egg-1", ["DEPEND": "app-misc/hen"])
      try tree.wants("app-misc/hen")
    },
    .line(
      "a file of two packages", says: "some of its files belong to another package",
      "/usr/share/same belongs to app-misc/",
      isForeseen: false
    ) { tree in
      for name in ["first", "second"] {
        let install = "src_install() {\n\tinsinto /usr/share\n\tnewins - same <<<\"${P}\"\n}\n"
        try tree.ebuild("app-misc/\(name)-1", [:], install)
        try tree.wants("app-misc/\(name)")
      }
    },
  ]
}
