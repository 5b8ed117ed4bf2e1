import Glibc
import Platform
import TestSupport
import Testing

@testable import PortageFiles

/// What a random walk changes of a source tree. Each state can be built.
private struct Choices {
  /// Whether each of these holds.
  enum Choice: String, CaseIterable {
    case leafInBuild, extraInBuild, farewellInBuild, absentInBuild, buildtoolInBuild, userInBuild
    case extraInImage, eitherInImage, farewellInImage, greetingInImage
    case leaf2, leaf2InASlot, leaf2Masked, library2, otherOrder, colour, nls, edited, editedEclass, optimized
  }

  var holding: Set<Choice> = [.leafInBuild, .buildtoolInBuild]

  subscript(choice: Choice) -> Bool { holding.contains(choice) }

  mutating func change(_ random: inout SeededGenerator) {
    for _ in 0...Int.random(in: 0...2, using: &random) {
      if let choice = Choice.allCases.randomElement(using: &random) {
        holding.formSymmetricDifference([choice])
      }
    }
  }

  private static let repository = "profiles/tiny/repository"

  func write(to tree: ImageTree, original: (String) throws -> String) throws {
    func choose(_ texts: (Choice, String)...) -> String {
      texts.filter { self[$0.0] }.map { $0.1 + "\n" }.joined()
    }
    let atoms = choose(
      (.leafInBuild, "app-misc/leaf"), (.extraInBuild, "app-misc/extra"), (.absentInBuild, "dev-util/absent"),
      (.buildtoolInBuild, "dev-util/buildtool"), (.userInBuild, "app-misc/user"))
    // What is in the image must be in the sysroot, or is built for it there, from what is there.
    let needed = choose(
      (.eitherInImage, "app-misc/either"), (.farewellInImage, "dev-util/absent"),
      (.farewellInBuild, "app-misc/farewell"), (.extraInImage, "app-misc/extra"))
    try tree.write("sets/tiny/build.packages", atoms + needed)
    try tree.write(
      "sets/tiny/install.packages",
      choose(
        (.leafInBuild, "app-misc/leaf"), (.eitherInImage, "app-misc/either"), (.extraInImage, "app-misc/extra"))
    )
    try tree.write(
      "sets/tiny/installonly.packages",
      choose((.farewellInImage, "app-misc/farewell"), (.greetingInImage, "app-misc/greeting")))

    let leaf = try original("\(Self.repository)/app-misc/leaf/leaf-1.ebuild")
    try tree.write("\(Self.repository)/app-misc/leaf/leaf-1.ebuild", leaf + (self[.edited] ? "# edited\n" : ""))
    let second = "\(Self.repository)/app-misc/leaf/leaf-2.ebuild"
    try File.remove(tree.source / Path(second), missingIsFine: true)
    if self[.leaf2] {
      try tree.write(second, self[.leaf2InASlot] ? leaf.replacing("SLOT=\"0\"", with: "SLOT=\"2\"") : leaf)
    }
    let plain =
      leaf.split(separator: "\n").filter { !$0.contains("IUSE=") && !$0.contains("DEPEND=") }
      .joined(separator: "\n") + "\n"
    let either = self[.otherOrder] ? "dev-util/absent app-misc/extra" : "app-misc/extra dev-util/absent"
    for (file, lines) in [
      ("either/either-1", "RDEPEND=\"|| ( \(either) )\"\n"),
      ("user/user-1", "DEPEND=\"app-misc/library:=\"\nRDEPEND=\"app-misc/library:=\"\n"),
      ("library/library-1", "SLOT=\"0/1\"\n"), ("library/library-2", "SLOT=\"0/2\"\n"),
    ] {
      let ebuild = "\(Self.repository)/app-misc/\(file).ebuild"
      try tree.write(ebuild, plain + lines)
      if file == "library/library-2", !self[.library2] { try File.remove(tree.source / Path(ebuild)) }
    }
    let eclass = "\(Self.repository)/eclass/versions.eclass"
    try tree.write(eclass, original(eclass) + (self[.editedEclass] ? "# edited\n" : ""))
    let configuration = "profiles/tiny/target/etc/portage"
    try tree.write(
      "\(configuration)/package.use/walk",
      choose((.colour, "app-misc/leaf colour"), (.nls, "sys-apps/util-linux nls")) + "\n")
    try tree.write("\(configuration)/package.mask", choose((.leaf2Masked, "=app-misc/leaf-2")) + "\n")
    try tree.write(
      "\(configuration)/make.conf",
      original("\(configuration)/make.conf") + choose((.optimized, "CFLAGS=\"-O3\"")))
  }
}

extension EditTests {
  /// How many edits the walk takes; by hand two hundred.
  private static var edits: Int {
    Environment.value("SYSBUILD_WALK").flatMap { Int(String(decoding: $0, as: UTF8.self)) } ?? 3
  }

  @Test("an image after many edits is that of an empty O: its lists, what is installed, and its bytes")
  func history() async throws {
    let tree = try await ImageTree()
    var random = SeededGenerator(for: #function)
    var choices = Choices()
    var originals: [String: String] = [:]
    func original(_ file: String) throws -> String {
      if let known = originals[file] { return known }
      let text = try tree.read(file)
      originals[file] = text
      return text
    }
    for step in 1...Self.edits {
      choices.change(&random)
      try choices.write(to: tree, original: original)
      let foreseen = try tree.foreseen()
      let before = try ["sysroot", "rootfs"].map { try tree.builds(in: $0) }
      let build = try tree.sysbuild(["image"])
      let told = "edit \(step), \(seedSetting), \(choices.holding.map(\.rawValue).sorted()): \(build.output)"
      try #require(build.status == 0, "\(told)")
      for (root, old) in zip(["sysroot", "rootfs"], before) {
        let changes = try PackageChanges.between(old, tree.builds(in: root))
        #expect(foreseen.allow(changes, in: root), "\(told)")
      }
      try #require(tree.sysbuild(["image"]).output == "image: up to date\n", "\(told)")
    }
    let fresh = tree.folder / "fresh"
    try Directory.removeTree(fresh)
    defer { try? Directory.removeTree(fresh) }
    let build = try tree.sysbuild(["O=\(fresh / "O")", "IMAGESDIR=\(fresh / "images")", "image"])
    try #require(build.status == 0, "\(build.output)")
    for name in try Directory.entries(of: fresh / "O/resolution").map(\.name) {
      let lists = try [tree.build, fresh / "O"].map { try File.read($0 / "resolution" / name) }
      #expect(lists[0] == lists[1], "\(name), \(seedSetting)")
    }
    for root in ["sysroot", "rootfs"] {
      let installed = try [tree.build, fresh / "O"].map { folder in
        try InstalledPackages(root: folder / root).packages.map {
          "\($0.versionedName):\($0.slot)::\($0.repository) \($0.use)"
        }
      }
      #expect(installed[0] == installed[1], "\(root), \(seedSetting)")
    }
    #expect(
      try File.read(tree.images / "rootfs.squashfs") == File.read(fresh / "images/rootfs.squashfs"),
      "\(seedSetting)")
  }
}
