import Platform
import TestSupport
import Testing

@testable import ImageBuild
@testable import PortageFiles

/// A change of a file while emerge runs.
struct ChangeDuringEmerge: CustomTestStringConvertible, Sendable {
  let testDescription: String
  /// Files that exist before, besides those of `init`.
  var before: [String: String] = [:]
  /// What is written, nil for what is removed, while emerge runs.
  let change: [String: String?]
  /// What is written, nil for what is removed, before the next run.
  var afterwards: [String: String?] = [:]
}

private let package = "repository/app-misc/leaf"
private let configuration = "root/etc/portage"
private let ebuild = "EAPI=8\ninherit versions\nSLOT=0\n"

private let changes = [
  ChangeDuringEmerge(
    testDescription: "an ebuild changed", change: ["\(package)/leaf-1.ebuild": ebuild + "#\n"]),
  ChangeDuringEmerge(
    testDescription: "an ebuild changed and changed back",
    change: ["\(package)/leaf-1.ebuild": ebuild + "#\n"], afterwards: ["\(package)/leaf-1.ebuild": ebuild]),
  ChangeDuringEmerge(
    testDescription: "an ebuild removed, and put back", change: ["\(package)/leaf-1.ebuild": nil],
    afterwards: ["\(package)/leaf-1.ebuild": ebuild]),
  ChangeDuringEmerge(testDescription: "a patch changed", change: ["\(package)/files/x.patch": "y"]),
  ChangeDuringEmerge(testDescription: "a patch removed", change: ["\(package)/files/x.patch": nil]),
  ChangeDuringEmerge(testDescription: "a patch added", change: ["\(package)/files/y.patch": "y"]),
  ChangeDuringEmerge(
    testDescription: "a patch added and removed", change: ["\(package)/files/y.patch": "y"],
    afterwards: ["\(package)/files/y.patch": nil]),
  ChangeDuringEmerge(
    testDescription: "the only file of a folder in files removed", before: ["\(package)/files/more/z": "z"],
    change: ["\(package)/files/more/z": nil]),
  ChangeDuringEmerge(testDescription: "a folder of files removed", change: ["\(package)/files": nil]),
  ChangeDuringEmerge(
    testDescription: "an eclass changed", change: ["repository/eclass/versions.eclass": "#\n"]),
  ChangeDuringEmerge(testDescription: "an eclass added", change: ["other/eclass/more.eclass": "#\n"]),
  ChangeDuringEmerge(
    testDescription: "the only eclass removed", change: ["repository/eclass/versions.eclass": nil]),
  ChangeDuringEmerge(
    testDescription: "the eclass that comes before that of another repository removed",
    before: ["other/eclass/versions.eclass": "# other\n"], change: ["repository/eclass/versions.eclass": nil]),
  ChangeDuringEmerge(
    testDescription: "make.conf changed and changed back",
    change: ["\(configuration)/make.conf": "CFLAGS=-O3\n"],
    afterwards: ["\(configuration)/make.conf": "CFLAGS=-O2\n"]),
  ChangeDuringEmerge(
    testDescription: "a line of package.env removed and put back",
    before: [
      "\(configuration)/package.env/x": "app-misc/leaf debug\n", "\(configuration)/env/debug": "MINE=1\n",
    ],
    change: ["\(configuration)/package.env/x": "\n"],
    afterwards: ["\(configuration)/package.env/x": "app-misc/leaf debug\n"]),
  ChangeDuringEmerge(
    testDescription: "a user's patch added and removed",
    change: ["\(configuration)/patches/app-misc/leaf/x.patch": "x"],
    afterwards: ["\(configuration)/patches/app-misc/leaf/x.patch": nil]),
  ChangeDuringEmerge(
    testDescription: "a hook added and removed", change: ["\(configuration)/bashrc": "x"],
    afterwards: ["\(configuration)/bashrc": nil]),
  ChangeDuringEmerge(
    testDescription: "a profile's make.defaults added and removed",
    change: ["\(configuration)/make.profile/profile.bashrc": "x"],
    afterwards: ["\(configuration)/make.profile/profile.bashrc": nil]),
]

@Suite struct ChangeDuringEmergeTests {
  private let tree: TestTree
  /// A repository outside the source tree.
  private let elsewhere: TestTree

  init() throws {
    elsewhere = try TestTree(["profiles/repo_name": "elsewhere\n"])
    tree = try TestTree([
      "\(package)/leaf-1.ebuild": ebuild, "\(package)/files/x.patch": "x", "\(package)/files/keep": "",
      "repository/eclass/versions.eclass": "", "repository/eclass/keep.eclass": "",
      "repository/metadata/layout.conf": "repo-name = repository\nmasters = other\n",
      "other/metadata/layout.conf": "repo-name = other\nmasters =\n",
      "other/eclass/keep.eclass": "",
      "\(configuration)/make.profile/make.defaults": "ARCH=amd64\n",
      "\(configuration)/make.conf": "CFLAGS=-O2\n",
      "repository/sys-libs/other/keep": "",
      "toolchain/": "", "sysroot/": "", "packages/": "",
    ])
  }

  private func write(_ files: [String: String?]) throws {
    for (name, content) in files {
      if let content {
        try tree.write(name, content)
      } else {
        try Directory.removeTree(tree.path / Path(name))
      }
    }
  }

  private func survey() throws -> EmergeSurvey {
    let folders = ["repository", "other"].map { ($0, tree.path / Path($0)) } + [("elsewhere", elsewhere.path)]
    let repositories = folders.map { "[\($0)]\nlocation = \($1)\n" }
    let environment = [
      "ROOT": "\(tree.path)/sysroot", "SYSBUILD_EMERGE": "emerge", "SYSBUILD_SYSROOT": "\(tree.path)/sysroot",
      "PKGDIR": "\(tree.path)/packages",
      "PORTAGE_CONFIGROOT": "\(tree.path)/root",
      "SYSBUILD_TOOLCHAIN": "\(tree.path)/toolchain", "CHOST": "none", "PATH": "/usr/bin:/bin",
      "PORTAGE_REPOSITORIES": repositories.joined(),
    ]
    let stage = try EmergeStage(source: tree.path) { environment[$0] }
    return try EmergeSurvey(records: tree.path / "ingredients", of: stage, list: try list(stage.ingredients()))
  }

  /// The list of a resolution, which would fail while the ebuild is gone.
  private func list(_ ingredients: Ingredients) throws -> ResolvedList {
    let package = ResolvedPackage(
      id: PackageVersion(category: "app-misc", name: "leaf", version: "1"), slot: "0", subslot: "0",
      repository: "repository", use: [], eclasses: ["versions"], bound: [], against: [], sources: [])
    let member = (try? ingredients.own(of: package)).map {
      ResolvedList.Member(package: package, ingredients: $0)
    }
    return ResolvedList([member].compactMap(\.self), common: ingredients.configuration.common)
  }

  /// What emerge leaves when it has installed the package.
  private func install(time: Int64 = Clock.wall / 1_000_000_000) throws {
    let folder = "sysroot/var/db/pkg/app-misc/leaf-1"
    for (name, value) in [("SLOT", "0"), ("BUILD_TIME", "\(time)"), ("repository", "repository")] {
      try tree.write("\(folder)/\(name)", value + "\n")
    }
  }

  private func outOfDate() throws -> [String] {
    let survey = try survey()
    return try PackageBuild.installed(in: survey.stage.root).compactMap(survey.outOfDate)
  }

  @Test("nothing is out of date when nothing has changed") func unchanged() throws {
    try survey().begin()
    try install()
    #expect(try outOfDate() == [])
    #expect(try outOfDate() == [])
  }

  @Test("a package counts as stale when a file has changed while emerge ran", arguments: changes)
  func change(_ change: ChangeDuringEmerge) throws {
    try write(change.before.mapValues { $0 })
    try survey().begin()
    try waitForTheKernelsClock()
    try write(change.change)
    try install()
    _ = try survey()
    try write(change.afterwards)
    #expect(try !outOfDate().isEmpty)
    // Nor does the next emerge record it.
    try survey().begin()
    #expect(try !outOfDate().isEmpty)
  }

  @Test("so does one when a profile outside the source tree has changed and changed back")
  func changeElsewhere() throws {
    let defaults = "profiles/base/make.defaults"
    try elsewhere.write(defaults, "LDFLAGS=-s\n")
    try tree.write("\(configuration)/make.profile/parent", "elsewhere:base\n")
    try survey().begin()
    try waitForTheKernelsClock()
    try elsewhere.write(defaults, "LDFLAGS=-x\n")
    try install()
    _ = try survey()
    try elsewhere.write(defaults, "LDFLAGS=-s\n")
    #expect(try !outOfDate().isEmpty)
  }

  /// The times of files come from a clock of the kernel that goes in steps of some milliseconds.
  private func waitForTheKernelsClock() throws {
    let begun = Clock.wall
    while true {
      try tree.write("tick", "")
      if try FileStatus(tree.path / "tick", followingLinks: false).changed >= begun { return }
    }
  }

  @Test("what is not an ingredient does not matter") func otherFiles() throws {
    try tree.write("\(configuration)/package.use/x", "app-misc/leaf colour\n")
    try survey().begin()
    try waitForTheKernelsClock()
    // Portage compares USE flags by itself.
    try tree.write("\(configuration)/package.use/x", "")
    try tree.write("repository/sys-libs/other/other-1.ebuild", "")
    try install()
    #expect(try outOfDate() == [])
  }
}
