import Platform
import Stamps
import Testing

@testable import ImageBuild
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
      ("SIZE", "123456"), ("LICENSE", "|| (  GPL-2 BSD )"), ("BUILD_ID", "3"), ("BUILD_TIME", "1795218481"),
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
          size: 0, license: "",
          buildID: nil, buildTime: "5", repository: "unknown"),
        InstalledPackage(
          id: PackageVersion(category: "sys-libs", name: "libcap", version: "2.70-r1"), slot: "0/2.70",
          use: ["pam", "tools"],
          size: 123_456, license: "|| ( GPL-2 BSD )", buildID: "3", buildTime: "1795218481",
          repository: "demo"),
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
}

struct PackageManifestTests {
  private func package(_ name: String, _ version: String, use: [String] = [], license: String = "MIT")
    -> InstalledPackage
  {
    InstalledPackage(
      id: PackageVersion(category: "sys-libs", name: name, version: version), slot: "0", use: use, size: 42,
      license: license,
      buildID: "1", buildTime: "5", repository: "demo")
  }

  @Test func textIsSortedAndStable() {
    let libcap = package("libcap", "2.70", use: ["pam", "tools"], license: "a \"b\"\\\n")
    let pam = package("pam", "1.5")
    let text = """
      {
        "version": 1,
        "packages": [
          {
            "name": "sys-libs/libcap",
            "version": "2.70",
            "slot": "0",
            "use": ["pam", "tools"],
            "size": 42,
            "license": "a \\"b\\"\\\\\\n",
            "repository": "demo"
          },
          {
            "name": "sys-libs/pam",
            "version": "1.5",
            "slot": "0",
            "use": [],
            "size": 42,
            "license": "MIT",
            "repository": "demo"
          }
        ]
      }

      """
    #expect(PackageManifest.text([pam, libcap]) == text)
    #expect(PackageManifest.text([libcap, pam]) == text)
    #expect(PackageManifest.text([]) == "{\n  \"version\": 1,\n  \"packages\": []\n}\n")
  }
}

struct JSONTests {
  private func isWritten(_ json: JSON, _ line: String, _ location: SourceLocation = #_sourceLocation) {
    #expect(json.line == line, sourceLocation: location)
  }

  @Test func onOneLine() {
    isWritten(.null, "null")
    isWritten(true, "true")
    isWritten(-7, "-7")
    isWritten("é→", "\"é→\"")
    isWritten("\"\\\u{8}\u{C}\n\r\t", #""\"\\\b\f\n\r\t""#)
    isWritten("\u{0}\u{1B}\u{7F}\u{9B}\u{2028}", #""\u0000\u001b\u007f\u009b\u2028""#)
    isWritten("\r\n", #""\r\n""#)
    isWritten([], "[]")
    isWritten([:], "{}")
    isWritten([1, "a", [2], ["b": .null, "a": false]], #"[1,"a",[2],{"b":null,"a":false}]"#)
  }

  @Test func pretty() {
    let json: JSON = ["a": [1, 2], "b": [["c": []], [:]], "d": [[1], []]]
    let text = """
      {
        "a": [1, 2],
        "b": [
          {
            "c": []
          },
          {}
        ],
        "d": [
          [1],
          []
        ]
      }
      """
    #expect(json.pretty == text)
  }
}
