import Platform
import TestSupport
import Testing

@testable import TextKit

/// A built-in recipe that `targets.conf` replaces by one which does the same with packages, in other words.
struct RecipeEdit: CustomTestStringConvertible, Sendable {
  let testDescription: String
  let target: String
  /// What is written in the place of what.
  let changes: [(old: String, new: String)]

  init(_ description: String, of target: String, _ changes: (old: String, new: String)...) {
    testDescription = "\(target): \(description)"
    self.target = target
    self.changes = changes
  }
}

private let recipeEdits = [
  RecipeEdit("the same lines", of: "world"),
  RecipeEdit("-p", of: "rootfs", ("--same-permissions", "-p")),
  RecipeEdit(
    "X=y", of: "base", ("sysbuild helper install", "X=y sysbuild helper install")),
]

/// What `-n --packages` says of targets whose commands a targets file gives: that it does not know what they do.
@Suite struct PreviewStories {
  private static let configuration = "profiles/tiny/target/etc/portage"

  /// An edit that rebuilds a package in each root and removes another from the sysroot.
  private func editPackages(_ tree: ImageTree) throws {
    try tree.append("app-misc/leaf colour", to: "\(Self.configuration)/package.use/leaf")
    try tree.removeLine("dev-util/buildtool", from: "sets/tiny/build.packages")
  }

  /// The lines of a target's `run`, as `sysbuild show` prints them.
  private func recipe(of target: String, _ tree: ImageTree) throws -> [String] {
    let shown = try tree.sysbuild(["show", target]).output.split(separator: "\n").map(String.init)
    let lines = shown.drop { !$0.hasPrefix("run ") }.prefix { !$0.hasPrefix("#") }
    return try lines.enumerated().map { index, line in
      index == 0
        ? try #require(line.split(separator: "=", maxSplits: 1).last).description.trimmed : line.trimmed
    }
  }

  private func preview(_ tree: ImageTree) throws -> String {
    try tree.sysbuild(["-n", "--packages", "image"]).output
  }

  /// The lines of a dry run's text that stand below a target's, each without the blanks in front.
  private func lines(below target: String, in output: String) -> [String] {
    let lines = output.split(separator: "\n").drop { !$0.hasPrefix("\(target) ") }.dropFirst()
    return lines.prefix { $0.hasPrefix(" ") }.map { String($0).trimmed }
  }

  @Test("nothing is guessed of a recipe from targets.conf", arguments: sample(of: recipeEdits, oneIn: 3))
  func aReplacedRecipe(_ edit: RecipeEdit) async throws {
    let tree = try await ImageTree()
    let before = try ["sysroot", "rootfs"].map { try tree.builds(in: $0) }
    var run = try recipe(of: edit.target, tree).joined(separator: "\n  ")
    for (old, new) in edit.changes {
      try #require(run.contains(old), "\(run)")
      run = run.replacing(old, with: new)
    }
    try tree.write("targets.conf", "# Why.\n[override \(edit.target)]\nrun = \(run)\n")
    try editPackages(tree)

    let problem = "its commands are those of targets.conf:2, so what they would do with packages is not known"
    let foreseen = try tree.foreseen()
    #expect(foreseen.problems == [edit.target: problem])
    #expect(foreseen.packages(of: edit.target) == [])
    let preview = try preview(tree)
    let lines = lines(below: edit.target, in: preview)
    #expect(lines.contains(problem))
    #expect(!lines.contains { $0.contains("package changes") || $0.contains(" to merge") }, "\(lines)")
    // Each stage behind it says that it depends on it, and no other.
    for (target, stage) in foreseen.stages where target != edit.target {
      let after = stage["after"]?.elements.compactMap(\.text) ?? []
      let unknown = stage["unknown"]?.elements.compactMap(\.text) ?? []
      #expect(unknown == after.filter { $0 == edit.target }, "\(target)")
      let note = "and what \(edit.target) does with packages is not known:"
      #expect(
        self.lines(below: target, in: preview).contains { $0.hasSuffix(note) } == !unknown.isEmpty, "\(preview)"
      )
    }
    #expect(foreseen.stages["rootfs"] != nil)

    let build = try tree.sysbuild(["image"])
    try #require(build.status == 0, "\(build.output)")
    let after = try ["sysroot", "rootfs"].map { try tree.builds(in: $0) }
    let sysroot = PackageChanges.between(before[0], after[0])
    #expect(sysroot == ["~app-misc/leaf-1", "-dev-util/buildtool-1"], "\(build.output)")
    #expect(PackageChanges.between(before[1], after[1]) == ["~app-misc/leaf-1"], "\(build.output)")
    // What was told of the other stages is what they did.
    if edit.target == "rootfs" { #expect(foreseen.sysroot == sysroot) }
    if edit.target != "rootfs" { #expect(Set(foreseen.sysroot).isSubset(of: sysroot), "\(foreseen.sysroot)") }
  }

  @Test("of commands that targets.conf adds to a built-in recipe it is said that they are not counted")
  func anExtendedRecipe() async throws {
    let tree = try await ImageTree()
    let before = try ["sysroot", "rootfs"].map { try tree.builds(in: $0) }
    try tree.write(
      "targets.conf", "[extend rootfs]\nrun = touch ${O}/rootfs/extended\n[extend base]\nrun = true\n")
    try editPackages(tree)
    let foreseen = try tree.foreseen()
    #expect(foreseen.problems == [:])
    #expect(foreseen.stages["rootfs"]?["added"]?.elements.compactMap(\.text) == ["targets.conf:1"])
    #expect(foreseen.stages["base"]?["added"]?.elements.compactMap(\.text) == ["targets.conf:3"])
    #expect(foreseen.stages["world"]?["added"]?.elements == [])
    #expect(foreseen.stages["world"]?["unknown"]?.elements.compactMap(\.text) == ["base"])
    #expect(
      lines(below: "rootfs", in: try preview(tree)).last
        == "not counted: the commands of targets.conf:1, as what they do with packages is not known")
    let build = try tree.sysbuild(["image"])
    try #require(build.status == 0, "\(build.output)")
    let after = try ["sysroot", "rootfs"].map { try tree.builds(in: $0) }
    #expect(foreseen.sysroot == PackageChanges.between(before[0], after[0]))
    #expect(foreseen.rootfs == PackageChanges.between(before[1], after[1]))
  }

  @Test("a target of one's own that runs emerge is not passed over")
  func aTargetOfOnesOwn() async throws {
    let tree = try await ImageTree()
    try tree.write(
      "targets.conf",
      """
      [target more]
      needs = base
      environment = ROOT=${O}/sysroot
      run = env X=y emerge --pretend --oneshot app-misc/extra

      [extend world]
      needs = more
      """)
    let foreseen = try tree.foreseen()
    #expect(
      foreseen.problems == [
        "more": "its commands are those of targets.conf:1, so what they would do with packages is not known"
      ])
  }

  @Test("a recipe's environment is that of the target, whoever gives it, and what is missing there is said")
  func anEditedEnvironment() async throws {
    let tree = try await ImageTree()
    let before = try tree.builds(in: "rootfs")
    // More than Portage compares: only where the preview has this mask, too, does it know the answer.
    try tree.write("targets.conf", "[extend base]\nenvironment = ACCEPT_KEYWORDS=~amd64\n")
    try tree.append("[extend world]\nenvironment = ACCEPT_KEYWORDS=~amd64", to: "targets.conf")
    try tree.append("[extend resolution]\nenvironment = ACCEPT_KEYWORDS=~amd64", to: "targets.conf")
    try tree.append("[extend rootfs]\nenvironment = ACCEPT_KEYWORDS=~amd64", to: "targets.conf")
    let leaf = "profiles/tiny/repository/app-misc/leaf/leaf"
    try tree.write("\(leaf)-2.ebuild", tree.read("\(leaf)-1.ebuild").replacing("\"amd64\"", with: "\"~amd64\""))
    let foreseen = try tree.foreseen()
    #expect(foreseen.problems == [:])
    let build = try tree.sysbuild(["image"])
    try #require(build.status == 0, "\(build.output)")
    #expect(foreseen.rootfs == ["-app-misc/leaf-1", "+app-misc/leaf-2"])
    #expect(foreseen.rootfs == PackageChanges.between(before, try tree.builds(in: "rootfs")))

    try tree.write("targets.conf", "[override base]\nenvironment = X=y\n")
    let problem = "'sysbuild helper emerge' finds no ROOT in its environment: it is for the recipes of stages"
    #expect(try tree.foreseen().problems["base"] == problem)
    let failed = try tree.sysbuild(["base"])
    #expect(failed.status == 2 && failed.output.contains(problem), "\(failed.output)")
  }

  @Test("with an empty O it is said that Portage is not there, and that no stage is foreseen for that")
  func anEmptyO() async throws {
    let tree = try await ImageTree()
    try Directory.removeTree(tree.build)
    try Directory.create(tree.build)
    let foreseen = try tree.foreseen()
    let problem = "not known, as what the image consists of is not"
    #expect(
      foreseen.problems == [
        "resolution": "Portage is not there yet", "libcap": problem, "base": problem, "world": problem,
        "rootfs": problem,
      ])
    #expect(foreseen.sysroot == [] && foreseen.rootfs == [])
    let preview = try preview(tree)
    #expect(!preview.contains("package changes"), "\(preview)")
  }

  @Test("a root that is made anew takes the time of all that is merged in it")
  func theTimeOfARootMadeAnew() async throws {
    let tree = try await ImageTree()
    try tree.write("profiles/tiny/overlay/etc/hostname", "another\n")
    // As if each of the packages had taken 100 seconds, and no run were on record.
    try File.remove(tree.build / "history")
    let log = tree.build / "portage-logs/emerge.log"
    let names = try tree.builds(in: "rootfs").keys.sorted()
    var text = ""
    for (index, name) in names.enumerated() {
      let place = "(\(index + 1) of \(names.count))"
      text += """
        1000:  >>> emerge \(place) \(name) to \(tree.build)/rootfs.new/
        1001:  === \(place) Merging Binary (\(name)::\(tree.build)/packages/\(name).gpkg.tar)
        1100:  ::: completed emerge \(place) \(name) to \(tree.build)/rootfs.new/

        """
    }
    try File.write(Array(text.utf8), to: log)
    let preview = try tree.sysbuild(["-n", "-j1", "--packages", "image"]).output
    let minutes = names.count * 100 / 60
    let seconds = names.count * 100 % 60
    let time = "\(minutes):\(seconds < 10 ? "0" : "")\(seconds)"
    #expect(
      preview.contains("  no package changes, \(names.count) merged as they are, about \(time)\n"), "\(preview)"
    )
  }

  @Test("of several builds of a version the one with the right flags is taken, and the preview says so")
  func severalBuilds() async throws {
    let tree = try await ImageTree()
    let flag = "app-misc/leaf colour"
    try tree.append(flag, to: "\(Self.configuration)/package.use/leaf")
    try #require(try tree.sysbuild(["image"]).status == 0)
    try tree.removeLine(flag, from: "\(Self.configuration)/package.use/leaf")
    #expect(try preview(tree).contains("rebuild  app-misc/leaf-1  binary"))
    let back = try tree.sysbuild(["image"])
    let log = String(decoding: try File.read(tree.build / "logs/world/latest"), as: UTF8.self)
    #expect(log.contains("Emerging binary") && !log.contains("Compiling"), "\(back.output)")
    try tree.append("dev-util/buildtool", to: "sets/tiny/install.packages")
    let foreseen = try tree.foreseen()
    #expect(foreseen.rootfs == ["+dev-util/buildtool-1"] && foreseen.sysroot == [])
  }
}
