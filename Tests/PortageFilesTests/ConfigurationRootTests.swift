import Platform
import Stamps
import TestSupport
import Testing

@testable import PortageFiles

/// Entries as `key = value @ place`, with the place if it is asked for.
func lines(_ listing: Listing, places: Bool = false) -> [String] {
  listing.entries.map { entry in
    let text =
      String(decoding: entry.key, as: UTF8.self) + " = " + String(decoding: entry.value, as: UTF8.self)
    return places ? text + " @ " + (entry.place ?? "") : text
  }
}

struct ConfigurationRootTests {
  static let root = "profiles/demo/target"
  static let portage = "profiles/demo/target/etc/portage"

  private func read(
    _ tree: TestTree, _ repositories: [String: String] = [:], recorder: ReadRecorder = ReadRecorder()
  ) throws -> ConfigurationRoot.Reading {
    try ConfigurationRoot(
      path: tree.path / Self.root, sourceTree: tree.path,
      repositories: Repositories(repositories.map { Repository(name: $0.key, path: tree.path / $0.value) }),
      recorder: recorder
    ).read()
  }

  private func listing(_ files: KeyValuePairs<String, String>, places: Bool = false) throws -> [String] {
    let tree = try TestTree(["\(Self.portage)/": ""])
    for (name, content) in files { try tree.write("\(Self.portage)/\(name)", content) }
    return lines(try read(tree).listing, places: places).map {
      $0.hasPrefix("target/etc/portage/") ? String($0.dropFirst(19)) : $0
    }
  }

  @Test func packageUseByAtomAndFlag() throws {
    let file = "\(Self.portage)/package.use/base"
    #expect(
      try listing(
        [
          "package.use/base":
            "# why\nsys-apps/util-linux  pam -nls # x\n\n>=a/b-1 foo\nsys-apps/util-linux -pam\n"
        ],
        places: true) == [
          "package.use/base: >=a/b-1 foo = on @ \(file):4",
          "package.use/base: sys-apps/util-linux nls = off @ \(file):2",
          "package.use/base: sys-apps/util-linux pam = off @ \(file):5",
        ])
  }

  /// Profiles of repositories outside the source tree are not the user's.
  @Test func atomsOfUnknownRepositories() throws {
    let other = try TestTree(["profiles/base/package.mask": "a/b::none\n"])
    let tree = try TestTree([
      "\(Self.portage)/make.profile": "-> ../../../own",
      "profiles/demo/own/parent": "\(other.path)/profiles/base\n",
    ])
    let repositories = Repositories([
      Repository(name: "gentoo", path: other.path, aliases: ["portage"]),
      Repository(name: "own", path: tree.path / "profiles"),
    ])
    func read() throws {
      _ = try ConfigurationRoot(
        path: tree.path / Self.root, sourceTree: tree.path, repositories: repositories
      ).read()
    }
    for (file, line, atom, name, hint) in [
      (
        "target/etc/portage/package.mask", "-a/b::portage", "-a/b::portage", "portage",
        ": did you mean 'gentoo'?"
      ),
      ("own/packages", "*a/b::gento", "*a/b::gento", "gento", ": did you mean 'gentoo'?"),
      ("own/package.use.force", ">=a/b-1:0::x[y] z", ">=a/b-1:0::x[y]", "x", ""),
      ("target/etc/portage/profile/package.use", "*/*::x z", "*/*::x", "x", ""),
      ("target/etc/portage/sets/mine", "a/b::x", "a/b::x", "x", ""),
    ] {
      try tree.write("profiles/demo/\(file)", "a/b::gentoo\n# a/b::x\n\(line)\n")
      let error = try #require(throws: SourceError.self) { try read() }
      #expect(
        error.description
          == "profiles/demo/\(file):3: '\(atom)' is of a repository '\(name)', which is none of REPOSITORIES\(hint); add its folder there"
      )
      try tree.write("profiles/demo/\(file)", "a/b::gentoo # a/b::x\n")
      try read()
    }
  }

  private func isFlags(
    _ content: String, _ expected: [String], _ location: SourceLocation = #_sourceLocation
  ) throws {
    #expect(
      try listing(["package.use": content]) == expected.map { "package.use: " + $0 }, sourceLocation: location
    )
  }

  @Test func orderInPackageUse() throws {
    try isFlags("a/b x -* y", ["a/b * = off", "a/b y = on"])
    try isFlags("a/b x\nc/d z\na/b -*", ["a/b * = off", "c/d z = on"])
    try isFlags(
      "a/b VIDEO_CARDS: intel -x\na/b y",
      ["a/b video_cards_intel = on", "a/b video_cards_x = off", "a/b y = on"])
    try isFlags("a/b", [])
    try isFlags("=a/b-1 x\na/b x", ["=a/b-1 x = on", "a/b x = on"])
    try isFlags("a/b:1 x\na/b:2 y", ["a/b:1 x = on", "a/b:2 y = on"])
    try isFlags("a/b:1 x\na/b:1/2 -x", ["a/b:1 x = on", "a/b:1/2 x = off", "order of a/b = a/b:1, a/b:1/2"])
    try isFlags("*/b x\na/* -x", ["*/b x = on", "a/* x = off", "order of * = */b, a/*"])
    try isFlags(
      "=a/b-1* x\n=a/b-1.2* -x", ["=a/b-1* x = on", "=a/b-1.2* x = off", "order of a/b = =a/b-1*, =a/b-1.2*"])
  }

  @Test func otherLineLists() throws {
    #expect(
      try listing(["package.accept_keywords/x": "a/b ~amd64\nc/d\na/b **"]) == [
        "package.accept_keywords/x: a/b = ** ~amd64", "package.accept_keywords/x: c/d = ",
      ])
    #expect(try listing(["package.license": "a/b @EULA -x # y"]) == ["package.license: a/b = @EULA -x"])
    #expect(
      try listing([
        "package.env": "a/b debug.conf", "env/debug.conf": "# x\nCFLAGS=-g # y\n", "env/other.conf": "CFLAGS=x",
        "env/a/b": "",
      ]) == [
        "env/a/b = file \(SHA256.digest(of: "").hex)", "env/debug.conf: CFLAGS = -g",
        "package.env: a/b = debug.conf",
      ])
    #expect(
      try listing(["package.mask": "# no\n>=a/b-2\n\n-c/d\nc/d"]) == [
        "package.mask: >=a/b-2 = on", "package.mask: c/d = on",
      ])
    #expect(try listing(["sets/build": "a/b\n#c\n\n@d"]) == ["sets/build: @d = on", "sets/build: a/b = on"])
  }

  /// The entries of etc/portage/profile, which Portage reads if there is a profile.
  private func profile(_ name: String, _ content: String) throws -> [String] {
    try listing(["profile/\(name)": content, "make.profile/": ""]).filter { !$0.hasPrefix("make.profile = ") }
  }

  @Test func profiles() throws {
    #expect(
      try profile("use.mask", "x\n-y\n-x") == ["profile/use.mask: x = off", "profile/use.mask: y = off"])
    #expect(
      try profile("packages", "*a/b\n-*\n*c/d") == [
        "profile/packages: * = off", "profile/packages: *c/d = on",
      ])
    #expect(try profile("package.use.force", "a/b x") == ["profile/package.use.force: a/b x = on"])
    // Portage takes the line as it stands.
    #expect(try profile("eapi", "8 # no\n") != profile("eapi", "8\n"))
    #expect(try profile("parent", "nowhere") == [])
    #expect(try listing(["profile/use.mask": "x"]) == [])
  }

  @Test func makeConf() throws {
    #expect(
      try listing(
        ["make.conf": "# x\nUSE=\"a\n  b\" # c\nCFLAGS='-O2' # d\nCXXFLAGS=\"${CFLAGS} -g\"\n"], places: true)
        == [
          "make.conf: CFLAGS = -O2 @ \(Self.portage)/make.conf:4",
          "make.conf: CXXFLAGS = -O2 -g @ \(Self.portage)/make.conf:5",
          "make.conf: USE = a b @ \(Self.portage)/make.conf:2",
        ])
    #expect(
      try listing(["make.conf/10-a": "USE=a", "make.conf/20-b": "USE=b"]) == [
        "make.conf/10-a: USE = a", "make.conf/20-b: USE = b",
      ])
    let script = "if true; then\nUSE=x\nfi\n"
    #expect(try listing(["make.conf": script]) == ["make.conf = file \(SHA256.digest(of: script).hex)"])
  }

  @Test func makeConfSources() throws {
    let tree = try TestTree([
      "\(Self.portage)/make.conf": "A=1\nsource ../../common.conf\nsource ./missing\nB=\"${A} ${C}\"\n",
      "\(Self.root)/common.conf": "A=2\nC=3\n",
    ])
    let recorder = ReadRecorder()
    let reading = try read(tree, recorder: recorder)
    #expect(
      lines(reading.listing, places: true) == [
        "target/etc/portage/make.conf: A = 2 @ \(Self.root)/common.conf:1",
        "target/etc/portage/make.conf: B = 2 3 @ \(Self.portage)/make.conf:4",
        "target/etc/portage/make.conf: C = 3 @ \(Self.root)/common.conf:2",
        "target/etc/portage/make.conf: source ./missing = missing @ \(Self.portage)/make.conf:3",
      ])
    #expect(recorder.paths.contains(tree.path / Self.portage / "missing"))
    try tree.write("\(Self.root)/common.conf", "source etc/portage/make.conf\n")
    #expect(
      message { _ = try read(tree) }
        == "\(Self.root)/common.conf:1: 'source etc/portage/make.conf' leads back to a file that is being read: remove it"
    )
  }

  @Test func contentOfEverythingElse() throws {
    let empty = "file e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
    let tree = try TestTree([
      "\(Self.portage)/bashrc": "", "\(Self.portage)/patches/a/b/x.patch": "",
      "\(Self.portage)/patches/a/b/.y.diff": "", "\(Self.portage)/patches/a/b/README": "",
      "\(Self.portage)/patches/a/b/z.patch": "-> /dev/null", "\(Self.portage)/savedconfig/a/b": "",
      "\(Self.portage)/env/a/b": "", "\(Self.portage)/env/a/.b.swp": "", "\(Self.portage)/env/a/b~": "",
      "\(Self.portage)/.hidden": "", "\(Self.portage)/package.use/.x": "a/b c",
      "\(Self.portage)/package.use/x~": "a/b c",
      "\(Self.portage)/package.use/CVS/x": "a/b c", "\(Self.portage)/gone": "-> nowhere",
      "\(Self.portage)/loop": "-> loop",
      "\(Self.portage)/empty/": "",
    ])
    #expect(
      lines(try read(tree).listing)
        == [
          "bashrc = \(empty)", "env/a/b = \(empty)", "patches/a/b/.y.diff = \(empty)",
          "patches/a/b/x.patch = \(empty)", "patches/a/b/z.patch = no patch", "savedconfig/a/b = \(empty)",
        ].map { "target/etc/portage/" + $0 })
    tree.makeExecutable("\(Self.portage)/bashrc")
    #expect(
      lines(try read(tree).listing)[0] == "target/etc/portage/bashrc = exec \(SHA256.digest(of: "").hex)")
  }

  @Test func linksAreFollowedAndCirclesEnd() throws {
    let empty = "file \(SHA256.digest(of: "").hex)"
    #expect(
      try listing([
        "package.use/a": "-> ../../../../more", "../../../more": "a/b c", "package.use/again": "-> .",
        "env/up": "-> ..", "env/a/x": "", "savedconfig/there": "-> ../env/a", "savedconfig/here": "-> .",
        "savedconfig/this": "-> ../savedconfig",
      ]) == ["env/a/x = \(empty)", "package.use/a: a/b c = on", "savedconfig/there/x = \(empty)"])
  }

  @Test func whatIsNeitherFileNorFolder() throws {
    let tree = try TestTree(["\(Self.portage)/package.use/": ""])
    try tree.makeFIFO("\(Self.portage)/package.use/pipe")
    #expect(
      message { _ = try read(tree) }
        == "\(Self.portage)/package.use/pipe: is a FIFO, not a file or a folder: remove it")
    let none = try TestTree(["\(Self.root)/": ""])
    #expect(
      message { _ = try read(none) }
        == "\(Self.root): is not a configuration root: it has no folder etc/portage; create it, as portage(5) describes it"
    )
  }

  @Test func aMovedTreeHasTheSameDigestAndCommentsDoNotCount() throws {
    let one = try TestTree([
      "\(Self.portage)/package.use/base": "a/b x\nc/d y\n", "\(Self.portage)/make.profile": "-> ../../../p",
      "profiles/demo/p/use.force": "x",
    ])
    let other = try TestTree([
      "\(Self.portage)/package.use/base": "#\nc/d  y #\na/b x\n\n",
      "\(Self.portage)/make.profile": "-> ../../../p", "profiles/demo/p/use.force": "#\n\nx",
    ])
    #expect(lines(try read(one).listing) == lines(try read(other).listing))
    #expect(lines(try read(one).listing).count == 4)
  }
}
