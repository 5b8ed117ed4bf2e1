import Platform
import Testing

private let variant = "profiles/tiny/variant.conf"
private let main = "profiles/tiny/repository"
private let overlay = "profiles/tiny/private"
private let own = "\(overlay)/app-misc/own/own-1.ebuild"
private let leaf = "app-misc/leaf/leaf-1.ebuild"

/// An image of packages from two repositories.
extension EditTests {
  /// A tree with an overlay called `private`, which is built, and of which a package is in the image.
  private func overlaid() async throws -> ImageTree {
    let tree = try await ImageTree()
    try tree.append("REPOSITORIES=\"\(main) \(overlay)\"", to: variant)
    try tree.write(
      "\(overlay)/metadata/layout.conf",
      "repo-name = private\nmasters = tiny\nthin-manifests = true\nsign-manifests = false\n")
    try tree.write(own, tree.read("profiles/tiny/linked/greeting-1.ebuild"))
    try tree.append("app-misc/own", to: "sets/tiny/build.packages")
    try tree.append("app-misc/own", to: "sets/tiny/install.packages")
    return tree
  }

  /// Edits, and expects that the preview foretells this, and that the run then does it.
  private func expect(
    _ changes: [String], says words: String..., of tree: ImageTree,
    at location: SourceLocation = #_sourceLocation, after change: () throws -> Void
  ) throws {
    let before = try tree.builds(in: "rootfs")
    try change()
    let plan = try tree.sysbuild(["-n", "--packages"]).output
    for words in words { #expect(plan.contains(words), "\(plan)", sourceLocation: location) }
    let foreseen = try tree.foreseen()
    #expect(foreseen.problems == [:], sourceLocation: location)
    let build = try tree.sysbuild(["image"])
    try #require(build.status == 0, "\(build.output)", sourceLocation: location)
    let after = try tree.builds(in: "rootfs")
    #expect(PackageChanges.between(before, after) == changes, "\(build.output)", sourceLocation: location)
    #expect(foreseen.allow(changes, in: "rootfs"), sourceLocation: location)
    #expect(try tree.sysbuild(["image"]).output == "image: up to date\n", sourceLocation: location)
  }

  private func repository(of build: String, in tree: ImageTree) throws -> String {
    let file = tree.build / "rootfs/var/db/pkg" / build / "repository"
    return String(decoding: try File.read(file), as: UTF8.self)
  }

  @Test("an overlay's packages, its eclasses, and its versions of other packages are in the image")
  func anOverlay() async throws {
    let tree = try await overlaid()
    let greeting = try tree.read(own)
    try expect(["+app-misc/own-1"], says: "REPOSITORY_NAMES: 'tiny' → 'tiny private'", of: tree) {}
    #expect(try repository(of: "app-misc/own-1", in: tree) == "private\n")

    // The reason names the repository.
    try expect(["~app-misc/own-1"], says: "private changed: app-misc/own/own-1.ebuild", of: tree) {
      try tree.append("# edited", to: own)
    }
    // To the overlay's own packages its eclass comes before that of the main repository.
    let eclass = try tree.read("\(main)/eclass/versions.eclass")
    try expect(["~app-misc/own-1"], says: "private changed: eclass", of: tree) {
      try tree.write("\(overlay)/eclass/versions.eclass", eclass + "# of the overlay\n")
    }
    // To the other packages, too, if repos.conf says so.
    let reposConf = "profiles/tiny/target/etc/portage/repos.conf"
    let overrides = "tiny: eclass-overrides = private"
    try expect(["~app-misc/greeting-1"], says: "REPOSITORY_SETTINGS: '' → '\(overrides)'", of: tree) {
      try tree.write("\(reposConf)/tiny.conf", "[tiny]\neclass-overrides = private\n")
    }
    let affects = try tree.sysbuild(["affects", "\(reposConf)/tiny.conf"]).output
    for target in ["libcap", "base", "world"] { #expect(affects.contains(target), "\(affects)") }
    // The other way round, by masters, only for the overlay's packages.
    let masters = "private: masters = private tiny"
    try expect(
      ["~app-misc/greeting-1", "~app-misc/own-1"], says: "'\(overrides)' → '\(masters)'", of: tree
    ) {
      try tree.write("\(reposConf)/tiny.conf", "[private]\nmasters = private tiny\n")
    }
    try tree.append("[privat]", to: "\(reposConf)/tiny.conf")
    let mistaken = try tree.sysbuild(["-n"])
    #expect(
      mistaken.status == 2
        && mistaken.output.hasPrefix(
          "sysbuild: \(reposConf)/tiny.conf:3: '[privat]' is none of REPOSITORIES: did you mean 'private'?"),
      "\(mistaken.output)")
    try expect(["~app-misc/own-1"], says: "REPOSITORY_SETTINGS", of: tree) {
      try Directory.removeTree(tree.source / reposConf)
    }
    // Packages of which the overlay has the same version come from there, as long as it has; in the sysroot, and those
    // that only the image has.
    let shared = ["~app-misc/greeting-1", "~app-misc/leaf-1"]
    try expect(shared, says: "tiny → private", "private changed: app-misc/greeting", of: tree) {
      try tree.write(
        "\(overlay)/\(leaf)", tree.read("\(main)/\(leaf)").replacing("${P} USE", with: "${P} own USE"))
      try tree.write("\(overlay)/app-misc/greeting/greeting-1.ebuild", greeting)
    }
    for package in ["leaf-1", "greeting-1"] {
      #expect(try repository(of: "app-misc/\(package)", in: tree) == "private\n")
    }
    try expect(shared, says: "private → tiny", of: tree) {
      for name in ["leaf", "greeting"] { try Directory.removeTree(tree.source / overlay / "app-misc/\(name)") }
    }
    for package in ["leaf-1", "greeting-1"] {
      #expect(try repository(of: "app-misc/\(package)", in: tree) == "tiny\n")
    }

    // A make.conf of the overlay, brought in by `source`.
    let added = "make.conf: USE: pam → pam colour (\(overlay)/make.conf:2)"
    try expect(["~app-misc/leaf-1"], says: added, of: tree) {
      try tree.write("\(overlay)/make.conf", "# of the board\nUSE=\"${USE} colour\"\n")
      try tree.append("source ../../../private/make.conf", to: "profiles/tiny/target/etc/portage/make.conf")
    }
    try expect(["~app-misc/leaf-1"], says: "USE: pam colour → pam (\(overlay)/make.conf:1)", of: tree) {
      try tree.write("\(overlay)/make.conf", "USE=\"${USE}\"\n")
    }
    try tree.removeLine("source ../../../private/make.conf", from: "profiles/tiny/target/etc/portage/make.conf")

    try tree.append("app-misc/extra::privat", to: "sets/tiny/installonly.packages")
    let refused = try tree.sysbuild(["-n"])
    #expect(
      refused.status == 2
        && refused.output.hasPrefix(
          "sysbuild: sets/tiny/installonly.packages:2: 'app-misc/extra::privat' is of a repository 'privat', which is none of REPOSITORIES; did you mean 'private'?"
        ), "\(refused.output)")
    try tree.removeLine("app-misc/extra::privat", from: "sets/tiny/installonly.packages")

    // A checkout may be anywhere.
    try tree.run(["mv", "\(tree.source / overlay)", "\(tree.folder / "elsewhere")"])
    defer { try? Directory.removeTree(tree.folder / "elsewhere") }
    let moved = "REPOSITORIES=\(main) \(tree.folder / "elsewhere")"
    #expect(try tree.sysbuild([moved, "image"]).output == "image: up to date\n")
    let affected = try tree.sysbuild([moved, "affects", "../elsewhere/\(own.dropFirst(overlay.count + 1))"])
    #expect(affected.output.contains("world") && affected.output.contains("private"), "\(affected.output)")
    let reordered = "REPOSITORIES=\(tree.folder / "elsewhere") \(main)"
    let plan = try tree.sysbuild([reordered, "-n"]).output
    #expect(plan.contains("REPOSITORY_NAMES: 'tiny private' → 'private tiny'"), "\(plan)")
    // A profile there is called by the name of its repository.
    try tree.write("../elsewhere/profiles/extra/package.use", "# why\napp-misc/leaf colour\n")
    try tree.write("\(main)/profiles/base/parent", "\(tree.folder / "elsewhere/profiles/extra")\n")
    let why = try tree.sysbuild([moved, "why", "base"]).output
    #expect(why.contains("app-misc/leaf colour added (private:profiles/extra/package.use:2)"), "\(why)")
  }

  @Test("a package that moves to another repository as it is stays; a virtual is replaced, with its provider")
  func movesAndVirtuals() async throws {
    let tree = try await overlaid()
    let provider = try tree.read("\(main)/app-misc/extra/extra-1.ebuild")
    func virtual(_ version: Int, in repository: String, of package: String) throws {
      try tree.write(
        "\(repository)/virtual/motd/motd-\(version).ebuild",
        "EAPI=8\nDESCRIPTION=\"A choice\"\nSLOT=\"0\"\nKEYWORDS=\"amd64\"\nRDEPEND=\"\(package)\"\n")
    }
    try tree.append("virtual", to: "\(main)/profiles/categories")
    try virtual(1, in: main, of: "app-misc/extra")
    for set in ["build", "install"] { try tree.append("virtual/motd", to: "sets/tiny/\(set).packages") }
    try expect(["+app-misc/extra-1", "+app-misc/own-1", "+virtual/motd-1"], of: tree) {}

    // What the image has, and what it has not.
    let baselayout = "sys-apps/baselayout/baselayout-1.ebuild"
    try tree.write("\(overlay)/\(baselayout)", tree.read("\(main)/\(baselayout)"))
    try tree.write("\(overlay)/app-misc/farewell/farewell-2.ebuild", provider)
    let moved = try tree.sysbuild(["image"])
    #expect(ImageTree.ran(moved.output) == ["resolution", "image"], "\(moved.output)")
    let published = String(decoding: try File.read(tree.images / "packages.json"), as: UTF8.self)
    let entry = try #require(published.split(separator: "}").first { $0.contains("\"sys-apps/baselayout\"") })
    #expect(entry.contains("\"repository\": \"private\""))

    try expect(
      ["-app-misc/extra-1", "+app-misc/other-1", "-virtual/motd-1", "+virtual/motd-2"],
      says: "update  virtual/motd-2", "app-misc/other-1", of: tree
    ) {
      try tree.write("\(overlay)/app-misc/other/other-1.ebuild", provider)
      try virtual(2, in: overlay, of: "app-misc/other")
    }
    // A newer version in the overlay of a package that the image has.
    try expect(["-app-misc/other-1", "+app-misc/other-2"], of: tree) {
      try tree.write("\(overlay)/app-misc/other/other-2.ebuild", provider)
    }
    // An ebuild that is a link, as a revision often is, changes with what it leads to.
    let revised = "\(overlay)/app-misc/other/other-2"
    try expect(["-app-misc/other-2", "+app-misc/other-2-r1"], of: tree) {
      try File.symlink("other-2.ebuild", at: tree.source / "\(revised)-r1.ebuild")
    }
    try expect(
      ["~app-misc/other-2-r1"], says: "private changed: app-misc/other/other-2.ebuild changed", of: tree
    ) {
      try tree.append("# edited", to: "\(revised).ebuild")
    }
    // A version in another slot installs a file of the one that goes.
    try expect(["-app-misc/other-2-r1", "+app-misc/other-3"], of: tree) {
      try tree.write(
        "\(overlay)/app-misc/other/other-3.ebuild", provider.replacing("SLOT=\"0\"", with: "SLOT=\"3\""))
    }
  }
}
