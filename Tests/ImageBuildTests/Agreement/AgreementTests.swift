import Platform
import Stamps
import TestSupport
import Testing

@testable import ImageBuild
@testable import PortageFiles
@testable import TextKit

// Edits that change what Portage reads.
private let mattering = [
  ConfigurationEdit(
    "two lines for a USE_EXPAND variable, one of which clears", "package.use",
    "app-misc/leaf VIDEO_CARDS: -* nvidia\napp-misc/leaf VIDEO_CARDS: intel\n",
    "app-misc/leaf VIDEO_CARDS: intel\napp-misc/leaf VIDEO_CARDS: -* nvidia\n", matters: true),
  ConfigurationEdit(
    "the same in two files",
    ["package.use/1": "app-misc/leaf VIDEO_CARDS: intel", "package.use/2": "app-misc/leaf -video_cards_*"],
    ["package.use/1": "app-misc/leaf -video_cards_*", "package.use/2": "app-misc/leaf VIDEO_CARDS: intel"],
    matters: true),
  ConfigurationEdit(
    "a flag and the wildcard that takes it back", "package.use",
    "app-misc/leaf video_cards_intel -video_cards_*",
    "app-misc/leaf -video_cards_* video_cards_intel", matters: true),
  ConfigurationEdit(
    "a flag and the wildcard that puts it on", "package.use", "app-misc/leaf -video_cards_intel video_cards_*",
    "app-misc/leaf video_cards_* -video_cards_intel", matters: true),
  ConfigurationEdit(
    "slots of which one clears", "package.use", "app-misc/leaf:0 -*\napp-misc/leaf:0/0 colour\n",
    "app-misc/leaf:0/0 colour\napp-misc/leaf:0 -*\n", matters: true),
  ConfigurationEdit(
    "an atom with its repository", "package.use", "app-misc/leaf colour\napp-misc/leaf::tiny -colour\n",
    "app-misc/leaf::tiny -colour\napp-misc/leaf colour\n", matters: true),
  ConfigurationEdit(
    "what another file says decides whether the order counts",
    [
      "package.use/1": "app-misc/leaf:0 colour\napp-misc/leaf:0/0 doc\n",
      "package.use/2": "app-misc/leaf:0 -doc\n",
    ],
    ["package.use/1": "app-misc/leaf:0/0 doc\napp-misc/leaf:0 colour\n"], matters: true),
  ConfigurationEdit(
    "an atom without flags comes first", "package.use",
    "app-misc/leaf:0\napp-misc/leaf:0/0 colour\napp-misc/leaf:0 -colour\n",
    "app-misc/leaf:0/0 colour\napp-misc/leaf:0 -colour\n", matters: true),
  ConfigurationEdit(
    "ranges", "package.use", ">=app-misc/leaf-0 colour\n<app-misc/leaf-9 -colour\n",
    "<app-misc/leaf-9 -colour\n>=app-misc/leaf-0 colour\n", matters: true),
  ConfigurationEdit(
    "wildcards", "package.use", "*/leaf colour\napp-misc/* -colour\n", "app-misc/* -colour\n*/leaf colour\n",
    matters: true),
  ConfigurationEdit(
    "one version in two spellings", "package.use", "=app-misc/leaf-1 colour\n=app-misc/leaf-1-r0 -colour\n",
    "=app-misc/leaf-1-r0 -colour\n=app-misc/leaf-1 colour\n", matters: true),
  ConfigurationEdit(
    "a no-break space parts words", "package.use", "app-misc/leaf\u{A0}colour\n", "app-misc/leaf\u{A0}doc\n",
    matters: true),
  ConfigurationEdit(
    "a prefix holds in a profile's package.use for no word", "/repository/profiles/base/package.use",
    "app-misc/leaf VIDEO_CARDS: colour\n", "app-misc/leaf video_cards_colour\n", matters: true),
  ConfigurationEdit(
    "-* clears nothing in a profile", "/repository/profiles/base/package.use", "app-misc/leaf colour -*\n",
    "app-misc/leaf -*\n", matters: true),
  ConfigurationEdit(
    "nor in use.mask", "/repository/profiles/base/use.force", "colour\n-*\n", "-*\n", matters: true),
  ConfigurationEdit(
    "a prefix in the user's profile lasts", "profile/package.use",
    "app-misc/leaf VIDEO_CARDS: intel\napp-misc/leaf nvidia\n",
    "app-misc/leaf nvidia\napp-misc/leaf VIDEO_CARDS: intel\n", matters: true),
  ConfigurationEdit(
    "a mask and what takes it back", "package.mask", "app-misc/leaf::tiny\n-app-misc/leaf\n",
    "-app-misc/leaf\napp-misc/leaf::tiny\n", matters: true),
  ConfigurationEdit(
    "keywords that clear", "package.accept_keywords", "app-misc/leaf ~amd64 -*\n", "app-misc/leaf -* ~amd64\n",
    matters: true),
  ConfigurationEdit(
    "keywords in the order of atoms", "package.accept_keywords",
    "app-misc/leaf ~amd64\napp-misc/leaf::tiny -~amd64\n",
    "app-misc/leaf::tiny -~amd64\napp-misc/leaf ~amd64\n",
    matters: true),
  ConfigurationEdit(
    "an atom alone is its testing keyword, unless another file says more",
    ["package.keywords": "app-misc/leaf\n", "package.accept_keywords": ""],
    ["package.accept_keywords": "app-misc/leaf ~x86\n"], matters: true),
  ConfigurationEdit(
    "a licence and its group",
    ["license_groups": "ALL GPL-2 EULA-1\n", "package.license": "app-misc/leaf @ALL -GPL-2"],
    ["package.license": "app-misc/leaf -GPL-2 @ALL"], matters: true),
  ConfigurationEdit(
    "a member of a group cannot be taken back",
    ["license_groups": "ALL GPL-2 EULA-1 -EULA-1\n", "package.license": "app-misc/leaf @ALL\n"],
    ["license_groups": "ALL GPL-2 -EULA-1\n"], matters: true),
  ConfigurationEdit(
    "properties", "package.properties", "app-misc/leaf -interactive *\n", "app-misc/leaf * -interactive\n",
    matters: true),
  ConfigurationEdit(
    "provided sonames", "/repository/profiles/base/soname.provided", "x86_64 a.so\nx86_64 -a.so\n",
    "x86_64 -a.so\nx86_64 a.so\n", matters: true),
  ConfigurationEdit(
    "blanks in a value", "make.conf", "CFLAGS=\"-O2 -DNAME='a  b'\"\n", "CFLAGS=\"-O2 -DNAME='a b'\"\n",
    matters: true),
  ConfigurationEdit(
    "a line feed in quotes in a value", "make.conf", "CFLAGS=\"'a\nb'\"\n", "CFLAGS=\"'a b'\"\n", matters: true),
  ConfigurationEdit(
    "a dollar sign that is one", "make.conf", "B=1\nCFLAGS=\"\\${B}\"\n", "B=1\nCFLAGS=\"${B}\"\n",
    matters: true),
  ConfigurationEdit(
    "no variable behind a dollar sign", "make.conf", "CFLAGS=\"-O2 \\$(x)\"\n", "CFLAGS=\"-O2 $(x)\"\n",
    matters: true),
  ConfigurationEdit(
    "the profile's flags behind those of make.conf",
    ["make.conf": "CFLAGS=\"${CFLAGS} -g\"\n", "/repository/profiles/base/make.defaults": "CFLAGS=-O1\n"],
    ["/repository/profiles/base/make.defaults": "CFLAGS=-O2\n"], matters: true),
  ConfigurationEdit(
    "a sourced file", ["make.conf": "source extra.conf\n", "extra.conf": "CFLAGS=-O1\n"],
    ["extra.conf": "CFLAGS=-O2\n"], matters: true),
  ConfigurationEdit(
    "a file sourced through a link to a folder",
    [
      "make.conf": "source linked/../extra.conf\n", "/far/extra.conf": "CFLAGS=-O1\n", "/far/in/": "",
      "linked": "-> ../../../far/in",
    ],
    ["/far/extra.conf": "CFLAGS=-O2\n"], matters: true),
  ConfigurationEdit(
    "a file that package.env names",
    ["package.env": "app-misc/leaf lto.conf\n", "env/lto.conf": "CFLAGS=-O1\n"],
    ["env/lto.conf": "CFLAGS=-O2\n"], matters: true),
  ConfigurationEdit(
    "what a file that package.env names sources",
    [
      "package.env": "app-misc/leaf lto.conf\n", "env/lto.conf": "source ../lto/flags\n",
      "lto/flags": "CFLAGS=-O1\n",
    ],
    ["lto/flags": "CFLAGS=-O2\n"], matters: true),
  ConfigurationEdit(
    "what it sources by a variable",
    [
      "package.env": "app-misc/leaf lto.conf\n",
      "env/lto.conf": "source ${PORTAGE_CONFIGROOT}/etc/portage/${MINE}/flags\n",
      "make.conf": "MINE=lto\n", "lto/flags": "CFLAGS=-O1\n",
    ], ["lto/flags": "CFLAGS=-O2\n"], matters: true),
  ConfigurationEdit(
    "what a file that package.env names takes from make.conf",
    ["package.env": "app-misc/leaf x\n", "env/x": "CFLAGS=\"${MINE} -g\"\n", "make.conf": "MINE=-O1\n"],
    ["make.conf": "MINE=-O2\n"], matters: true),
  ConfigurationEdit(
    "the order of two files that set one variable",
    ["package.env": "app-misc/leaf a b\n", "env/a": "CFLAGS=-O1\n", "env/b": "CFLAGS=-O2\n"],
    ["package.env": "app-misc/leaf b a\n"], matters: true),
  ConfigurationEdit(
    "the order of atoms in package.env",
    [
      "package.env": "app-misc/leaf a\napp-misc/leaf::tiny b\n", "env/a": "CFLAGS=-O1\n",
      "env/b": "CFLAGS=-O2\n",
    ],
    ["package.env": "app-misc/leaf::tiny b\napp-misc/leaf a\n"], matters: true),
  ConfigurationEdit(
    "a script that a profile's package.bashrc names",
    ["profile/package.bashrc": "app-misc/leaf x\n", "profile/bashrc/x": ":\n"],
    ["profile/package.bashrc": "app-misc/leaf y\n"], matters: true),
  ConfigurationEdit(
    "a profile that is reached twice counts twice",
    [
      "/repository/profiles/base/parent": "../root\n../a\n../b\n../a\n",
      "/repository/profiles/a/make.defaults": "CFLAGS=-O1\n",
      "/repository/profiles/b/make.defaults": "CFLAGS=-O2\n",
    ], ["/repository/profiles/base/parent": "../root\n../a\n../b\n"], matters: true),
  ConfigurationEdit(
    "the files of a folder in place of make.conf",
    ["make.conf/10": "CFLAGS=\"${CFLAGS} -g\"\n", "make.conf/20": "CFLAGS=-O1\n"],
    ["make.conf/10": "CFLAGS=-O1\n", "make.conf/20": "CFLAGS=\"${CFLAGS} -g\"\n"], matters: true),
  ConfigurationEdit(
    "eapi, which decides what atoms package.bashrc may have",
    ["profile/package.bashrc": "app-misc/leaf:0::tiny x\n", "profile/bashrc/x": ":\n"], ["profile/eapi": "5\n"],
    matters: true),
  ConfigurationEdit(
    "a hyphen removes nothing in a set", "sets/one", "app-misc/leaf\n-app-misc/leaf\n", "-app-misc/leaf\n",
    matters: true),
  ConfigurationEdit(
    "make.profile goes, and Portage takes the other",
    [
      "/target/etc/make.profile": "-> ../../repository/profiles/other",
      "/repository/profiles/other/use.force": "doc",
    ],
    ["make.profile": nil], matters: true),
]

// Edits that do not change what Portage reads.
private let vain = [
  ConfigurationEdit(
    "comments and blank lines", "package.use", "app-misc/leaf colour # why\n", "# x\n\n  app-misc/leaf  colour",
    matters: false),
  ConfigurationEdit(
    "lines for different packages", "package.use", "app-misc/leaf colour\nsys-libs/pam doc\n",
    "sys-libs/pam doc\napp-misc/leaf colour\n", matters: false),
  ConfigurationEdit(
    "lines for different slots", "package.use", "app-misc/leaf:0 colour\napp-misc/leaf:2 -colour\n",
    "app-misc/leaf:2 -colour\napp-misc/leaf:0 colour\n", matters: false),
  ConfigurationEdit(
    "lines that are not equally specific", "package.use", "app-misc/leaf colour\n=app-misc/leaf-1 -colour\n",
    "=app-misc/leaf-1 -colour\napp-misc/leaf colour\n", matters: false),
  ConfigurationEdit(
    "lines that say the same", "package.use", "app-misc/leaf:0 colour\napp-misc/leaf:0/0 colour -doc\n",
    "app-misc/leaf:0/0 colour -doc\napp-misc/leaf:0 colour\n", matters: false),
  ConfigurationEdit(
    "a line that is overridden", "package.use", "app-misc/leaf -colour\napp-misc/leaf colour\n",
    "app-misc/leaf colour\n", matters: false),
  ConfigurationEdit(
    "keywords in another order, and twice", "package.accept_keywords", "app-misc/leaf ~amd64 ~x86\n",
    "app-misc/leaf ~x86 ~amd64 ~x86\n", matters: false),
  ConfigurationEdit(
    "licences in another order, and twice", "package.license", "app-misc/leaf GPL-2 EULA-1\n",
    "app-misc/leaf EULA-1 GPL-2\napp-misc/leaf EULA-1\n", matters: false),
  ConfigurationEdit(
    "a group's members in another order", "license_groups", "ALL GPL-2 MIT\n", "ALL MIT GPL-2\n", matters: false
  ),
  ConfigurationEdit(
    "line ends of DOS", "make.conf", "CFLAGS=\"-O1 \\\n-g\"\nUSE=doc\n",
    "CFLAGS=\"-O1 \\\r\n-g\"\r\nUSE=doc\r\n", matters: false),
  ConfigurationEdit(
    "line ends of DOS in package.use", "package.use", "app-misc/leaf doc\n", "app-misc/leaf doc\r\n",
    matters: false),
  ConfigurationEdit(
    "a dollar sign in other quotes", "make.conf", "CFLAGS=\"5\\$ x\"\n", "CFLAGS='5\\$ x'\n", matters: false),
  ConfigurationEdit(
    "a dollar sign at the end", "make.conf", "CFLAGS=\"5\\$\"\n", "CFLAGS='5$'\n", matters: false),
  ConfigurationEdit(
    "USE over several lines", "make.conf", "USE=\"doc colour\"\n", "USE=\"\n  doc\n  colour\n\"\n",
    matters: false),
  ConfigurationEdit(
    "a comment in a file that package.env names",
    ["package.env": "app-misc/leaf lto.conf\n", "env/lto.conf": "CFLAGS=-O1\n"],
    ["env/lto.conf": "# why\n\nCFLAGS=\"-O1\" # x\n"], matters: false),
  ConfigurationEdit(
    "a file that package.env does not name", ["package.env": "app-misc/leaf a\n", "env/a": "CFLAGS=-O1\n"],
    ["env/b": "CFLAGS=-O2\n"], matters: false),
  ConfigurationEdit(
    "what Portage does not read", [:],
    [
      "README": "x", "make.conf.old": "USE=doc", "repo.postsync.d/x": ":", "repos.conf/x.conf": "[x]",
      "package.use.mask": "app-misc/leaf doc", "use.force": "doc", "color.map": "x", "foo/bar": "x",
      "profile/README": "x", "profile/parent": "nowhere", "/repository/profiles/base/README": "x",
    ], matters: false),
  ConfigurationEdit(
    "a dead make.profile beside a valid one",
    ["make.profile": "", "/target/etc/make.profile": "-> ../../repository/profiles/base"],
    ["make.profile": "-> nowhere"], matters: false),
]

@Suite(.serialized) struct AgreementTests {
  /// It needs no lock, since the tests of the suite run one after the other.
  nonisolated(unsafe) static let oracle = Result { try PortageOracle() }

  @Test(
    "what Portage sees differs in the listing, and what it does not see does not", arguments: mattering + vain)
  func edit(_ edit: ConfigurationEdit) throws {
    let world = try ConfigurationWorld(try Self.oracle.get())
    try world.write(edit.before.mapValues { $0 })
    let before = try world.view()
    try #require(before.answer["error"] == nil, "\(before.answer.line)")
    try world.write(edit.after)
    let after = try world.view()
    try #require(after.answer["error"] == nil, "\(after.answer.line)")
    // Whether the edit's own statement about Portage is right.
    #expect(
      (before.answer.line != after.answer.line) == edit.matters, "\(before.answer.line)\n\(after.answer.line)")
    #expect(ConfigurationWorld.missed(before, after) == [])
    #expect((before.wrongValues(of: ["CFLAGS"]) + after.wrongValues(of: ["CFLAGS"])) == [])
    if !edit.matters {
      #expect(after.listing.changes(since: before.listing) == [])
      #expect(after.configuration.listing.changes(since: before.configuration.listing) == [])
    }
  }
}
