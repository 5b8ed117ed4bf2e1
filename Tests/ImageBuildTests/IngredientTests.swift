import Platform
import Stamps
import TestSupport
import Testing

@testable import ImageBuild
@testable import PortageFiles

private func build(_ name: String = "pam", slot: String = "0", repository: String = "r", time: Int64 = 5)
  -> PackageBuild
{
  PackageBuild(
    id: PackageVersion(category: "sys-libs", name: name, version: "1.5-r1"), slot: slot, repository: repository,
    time: time)
}

@Suite struct PackagePatternTests {
  @Test(
    arguments: [
      ("sys-libs/pam", true), ("sys-libs/pam-1.5-r1", true), (">=sys-libs/pam-2", true),
      ("=sys-libs/pam-1*", true),
      ("sys-libs/pam:0", true), ("~sys-libs/pam-1.5[x]", true), ("*/*", true), ("sys-libs/*", true),
      ("*/p*m", true),
      ("sys-libs/pambase", false), ("sys-lib/pam", false), ("sys-libs/*x", false),
    ])
  func matches(_ text: String, _ expected: Bool) {
    #expect(PackagePattern(text.utf8)?.matches(build()) == expected)
  }

  @Test(arguments: ["pam", "", "a/b/c"]) func whatIsNone(_ text: String) {
    #expect(PackagePattern(text.utf8).map { _ in 0 } == nil)
  }
}

@Suite struct BinaryPackageTests {
  @Test func theIndexOfBinaryPackages() {
    let text = """
      PACKAGES: 3
      VERSION: 0

      BUILD_ID: 1
      BUILD_TIME: 5
      CPV: sys-libs/pam-1.5-r1
      PATH: sys-libs/pam/pam-1.5-r1-1.gpkg.tar
      IUSE: +nls -audit debug
      SLOT: 0/1
      REPO: r
      USE: amd64 nls debug elibc_glibc

      CPV: a/b-1

      BUILD_TIME: 6
      CPV: no-version/b

      BUILD_TIME: 7
      CPV: a/b-c-2
      """
    let listed = PackageIndex(Array(text.utf8)).packages.compactMap { BinaryPackage($0) }
    #expect(listed.map(\.build.versionedName) == ["sys-libs/pam-1.5-r1", "a/b-c-2"])
    #expect(listed[0].build == build() && listed[0].path == "sys-libs/pam/pam-1.5-r1-1.gpkg.tar")
    #expect(listed.map(\.use) == [["debug", "nls"], []])
    #expect(listed[1].build.name == "b-c" && listed[1].build.slot == "0")
  }
}

@Suite struct PackageConfigurationTests {
  private let tree: TestTree
  private let portage = "profiles/demo/target/etc/portage"

  init() throws {
    tree = try TestTree([
      "\(portage)/make.profile/make.defaults":
        "CFLAGS=\"-O1\"\nBASE=\"-pipe\"\nUSE=\"x\"\nUSE_EXPAND=VIDEO_CARDS\n"
    ]
    )
  }

  private func lines(for name: String = "pam") throws -> [String] {
    let reading = try ConfigurationRoot(
      path: tree.path / "profiles/demo/target", sourceTree: tree.path, repositories: [:]
    ).read()
    return PackageConfiguration(reading).entries(for: build(name)).map {
      let value = String(decoding: $0.value, as: UTF8.self)
      return String(decoding: $0.key, as: UTF8.self) + " = " + (value.hasPrefix("file ") ? "file" : value)
    }
  }

  @Test func theLastFlagsHold() throws {
    #expect(try lines() == ["BASE = -pipe", "CFLAGS = -O1"])
    try tree.write(
      "\(portage)/make.conf",
      "MAKEOPTS=-j9\nCFLAGS=\"-O2 ${BASE}\"\nFEATURES=\"x\"\nVIDEO_CARDS=y\nPORTAGE_NICENESS=9\n__own=z\n")
    #expect(try lines() == ["BASE = -pipe", "CFLAGS = -O2 -pipe"])
    try tree.write("\(portage)/make.conf", "LIBDIR_amd64=lib\nFEATURES=\"nodoc test x -test\"\n")
    #expect(try lines() == ["BASE = -pipe", "CFLAGS = -O1", "FEATURES = nodoc -test", "LIBDIR_amd64 = lib"])
    // Every variable that a hook uses counts.
    try tree.write("\(portage)/make.conf", "PORTAGE_NICENESS=9\n")
    try tree.write("\(portage)/bashrc", "echo ${PORTAGE_NICENESS:-3} $USE\n")
    #expect(try lines() == ["BASE = -pipe", "CFLAGS = -O1", "PORTAGE_NICENESS = 9", "bashrc = file"])
    try tree.remove("\(portage)/bashrc")
    try tree.write("\(portage)/make.conf", "$(broken\n")
    #expect(try lines() == ["BASE = -pipe", "CFLAGS = -O1", "make.conf = file"])
  }

  @Test func whatIsAboutAPackage() throws {
    try tree.write("\(portage)/package.env/x", "sys-libs/pam a b\nsys-libs/libcap c\nsys-libs/other a\n")
    for name in ["a", "b", "c"] { try tree.write("\(portage)/env/\(name)", "LDFLAGS=\"${CFLAGS} \(name)\"") }
    try tree.write("\(portage)/env/sys-libs/pam:0", "")
    try tree.write("\(portage)/env/sys-libs/libcap-2", "")
    try tree.write("\(portage)/bashrc", "")
    try tree.write("\(portage)/patches/sys-libs/pam-1.5/x.patch", "")
    try tree.write("\(portage)/patches/sys-libs/libcap/x.patch", "")
    try tree.write("\(portage)/savedconfig/sys-libs/pam-1.5-r1", "")
    #expect(
      try lines() == [
        "BASE = -pipe", "CFLAGS = -O1", "bashrc = file", "env/a: LDFLAGS = -O1 a", "env/b: LDFLAGS = -O1 b",
        "env/sys-libs/pam:0 = file", "package.env/x: sys-libs/pam = a b",
        "patches/sys-libs/pam-1.5/x.patch = file", "savedconfig/sys-libs/pam-1.5-r1 = file",
      ])
    #expect(
      try lines(for: "libcap") == [
        "BASE = -pipe", "CFLAGS = -O1", "bashrc = file", "env/c: LDFLAGS = -O1 c",
        "env/sys-libs/libcap-2 = file",
        "package.env/x: sys-libs/libcap = c", "patches/sys-libs/libcap/x.patch = file",
      ])
    #expect(
      try lines(for: "other") == [
        "BASE = -pipe", "CFLAGS = -O1", "bashrc = file", "env/a: LDFLAGS = -O1 a",
        "package.env/x: sys-libs/other = a",
      ])
  }

  @Test("each profile's hooks count, though they have one name") func hooksOfProfiles() throws {
    try tree.write("\(portage)/make.profile/parent", "../../../p\n")
    for profile in ["\(portage)/make.profile", "profiles/demo/target/p"] {
      try tree.write("\(profile)/profile.bashrc", ":\n")
      try tree.write("\(profile)/package.bashrc", "sys-libs/pam x\n")
      try tree.write("\(profile)/bashrc/x", ":\n")
    }
    #expect(try lines().filter { $0.contains("bashrc") }.count == 6)
    #expect(try lines(for: "other").filter { $0.contains("bashrc") }.count == 2)
  }

  @Test("the file that is read last wins") func foldersOfMakeConf() throws {
    for name in ["30", "10", "20"] {
      try tree.write("\(portage)/make.conf/\(name)", "CFLAGS=\"${CFLAGS} \(name)\"\n")
    }
    #expect(try lines() == ["BASE = -pipe", "CFLAGS = -O1 10 20 30"])
  }

  @Test("a profile that is reached twice is there twice") func profilesReachedTwice() throws {
    try tree.write("\(portage)/make.profile/parent", "../../../a\n../../../b\n../../../a\n")
    try tree.write("\(portage)/make.profile/make.defaults", "")
    for name in ["a", "b"] { try tree.write("profiles/demo/target/\(name)/make.defaults", "CFLAGS=\(name)\n") }
    #expect(try lines() == ["CFLAGS = a"])
  }
}

@Suite struct BuildRecordTests {
  @Test func recordsAndWhatRan() throws {
    let tree = try TestTree([:])
    let records = BuildRecords(tree.path / "ingredients")
    #expect(records.begun.map { _ in 0 } == nil && records.record(of: build()) == nil)
    let record = BuildRecord(
      ingredients: [Listing.Entry("CFLAGS", "-O2", place: "make.conf:1")], toolchain: "gcc 12",
      against: ["a/b:0": "cd", "a/b:1": "ef"], own: [.interface: "01", .content: "02"])
    let configuration = PackageConfiguration(
      [.every, .packages(["a/b", ">=c/d-1:0"]), .packages([]), .named(category: true, name: false)].map {
        ConfigurationIngredient(scope: $0, entry: Listing.Entry("CFLAGS", "-O2", place: "make.conf:1"))
      })
    let begun = BuildRecords.Begun(
      time: 7, configuration: configuration, toolchain: "gcc 12", reposConf: "[a]\nlocation = /a\n",
      interfaces: ["a/b:0": "cd"], logSize: 12, earlier: ["a/b-1-7"])
    try records.begin(begun)
    let read = try #require(records.begun)
    #expect(read.time == 7 && read.toolchain == "gcc 12" && read.reposConf == begun.reposConf)
    #expect(read.interfaces == begun.interfaces && read.logSize == 12 && read.earlier == begun.earlier)
    #expect(Set(read.configuration.ingredients) == Set(configuration.ingredients))
    for time in 1...9 { try records.keep(record, of: build(time: Int64(time))) }
    #expect(records.record(of: build(time: 1)) == nil && records.record(of: build(time: 2)) == record)
    #expect(records.record(of: build("other")) == nil)
  }

  @Test func revisionsAreOtherVersions() throws {
    let tree = try TestTree([:])
    let records = BuildRecords(tree.path / "ingredients")
    let record = BuildRecord(ingredients: [Listing.Entry("CFLAGS", "-O2")], toolchain: "gcc 12", against: [:])
    func build(_ version: String, _ time: Int64) -> PackageBuild {
      PackageBuild(
        id: PackageVersion(category: "sys-libs", name: "pam", version: version), slot: "0", repository: "r",
        time: time)
    }
    for time in 1...8 { try records.keep(record, of: build("1.5-r1", Int64(time))) }
    try records.keep(record, of: build("1.5", 9))
    #expect(records.record(of: build("1.5", 9)) == record)
    for time in 1...8 { #expect(records.record(of: build("1.5-r1", Int64(time))) == record) }
    // Times are compared as numbers.
    for time in [99, 100, 101, 102, 103, 104, 105, 106, 107] {
      try records.keep(record, of: build("2", Int64(time)))
    }
    #expect(records.record(of: build("2", 99)) == nil && records.record(of: build("2", 100)) == record)
  }
}
