import Platform
import Stamps
import TestSupport
import Testing

@testable import PortageFiles
@testable import TextKit

struct InstalledPackagesTests {
  private func tree() throws -> TestTree {
    let tree = try TestTree([
      "var/db/pkg/sys-libs/-MERGING-pam-1.5/SLOT": "0\n", "var/db/pkg/sys-libs/.x/": "",
    ])
    let libcap = "var/db/pkg/sys-libs/libcap-2.70-r1/"
    for (name, content) in [
      ("IUSE", "+pam static-libs -tools"), ("USE", "tools amd64 elibc_glibc pam"), ("SLOT", "0/2.70"),
      ("LICENSE", "|| (  GPL-2 BSD )"), ("BUILD_ID", "3"), ("BUILD_TIME", "1795218481"),
      ("repository", "demo"), ("COUNTER", "7"),
    ] {
      try tree.write(libcap + name, content + "\n")
    }
    try tree.write("var/db/pkg/app-shells/dash-0.5.12/SLOT", "0\n")
    try tree.write("var/db/pkg/app-shells/dash-0.5.12/BUILD_TIME", "5\n")
    try tree.write("var/db/pkg/app-shells/no-version/SLOT", "0\n")
    return tree
  }

  @Test func readsWhatPortageWrote() throws {
    let tree = try tree()
    let packages = try InstalledPackages(root: tree.path).packages
    #expect(
      packages == [
        InstalledPackage(
          id: PackageVersion(category: "app-shells", name: "dash", version: "0.5.12"), slot: "0", use: [],
          license: "",
          buildID: nil, buildTime: "5", repository: "unknown", key: nil),
        InstalledPackage(
          id: PackageVersion(category: "sys-libs", name: "libcap", version: "2.70-r1"), slot: "0/2.70",
          use: ["pam", "tools"],
          license: "|| ( GPL-2 BSD )", buildID: "3", buildTime: "1795218481",
          repository: "demo", key: nil),
      ])
  }

  @Test func aMissingDatabaseIsEmpty() throws {
    let tree = try TestTree()
    #expect(try InstalledPackages(root: tree.path).packages.isEmpty)
  }

  @Test func theListingTellsBuildsApartAndMergesNot() throws {
    let tree = try tree()
    let before = try InstalledPackages(root: tree.path)
    #expect(
      lines(before.listing) == [
        "app-shells/dash-0.5.12 = no build id, built at 5, slot 0, from unknown",
        "sys-libs/libcap-2.70-r1 = build 3, built at 1795218481, slot 0/2.70, from demo, USE pam tools",
      ])
    try tree.write("var/db/pkg/sys-libs/libcap-2.70-r1/COUNTER", "99\n")
    #expect(try InstalledPackages(root: tree.path).listing == before.listing)
    try tree.write("var/db/pkg/sys-libs/libcap-2.70-r1/BUILD_TIME", "1795218482\n")
    #expect(try InstalledPackages(root: tree.path).listing != before.listing)
  }

  @Test func aKeyTakesThePlaceOfNumberAndTime() throws {
    let tree = try tree()
    let keyed = "key 93b885, slot 0/2.70, from demo, USE pam tools"
    func libcap() throws -> String? { lines(try InstalledPackages(root: tree.path).listing).last }
    let build = PackageBuild(
      id: PackageVersion(category: "sys-libs", name: "libcap", version: "2.70-r1"), slot: "0",
      repository: "demo", time: 1_795_218_481)
    try BuildKeys.store([(build, "93b885")], in: tree.path)
    #expect(try libcap() == "sys-libs/libcap-2.70-r1 = \(keyed)")
    #expect(InstalledBuild(parsing: keyed)?.text == keyed)
    // Another build of the same version has another time, and no key yet.
    try tree.write("var/db/pkg/sys-libs/libcap-2.70-r1/BUILD_TIME", "1795218482\n")
    #expect(try libcap()?.contains("build 3, built at 1795218482,") == true)
    try tree.write("var/db/pkg/sys-libs/libcap-2.70-r1/BUILD_TIME", "1795218481\n")
    try tree.write("var/db/sysbuild/keys", "damaged")
    #expect(try libcap()?.contains("build 3, built at 1795218481,") == true)
  }
}
