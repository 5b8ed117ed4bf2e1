import Platform
import TestSupport
import Testing

@testable import TextKit

/// What needs what in a root: real Portage, whose emerge says the same when it looks for packages that nothing needs.
@Suite struct DependencyTests {
  @Test("the packages of the image are there for what emerge keeps them for")
  func needs() async throws {
    let tree = try await ImageTree()
    try addPackages(to: tree)
    let build = try tree.sysbuild(["image"])
    try #require(build.status == 0, "\(build.output)")
    let before = try tree.listing()

    let all = try #require(JSONReader.value(of: tree.sysbuild(["packages", "--tree", "--json"]).output.utf8))
    var users: [String: Set<String>] = [:]
    for package in all["packages"]?.elements ?? [] {
      let name = "\(package["name"]?.text ?? "")-\(package["version"]?.text ?? "")"
      for need in package["needs"]?.elements ?? [] {
        users[need["package"]?.text ?? "", default: []].insert(name)
      }
    }
    // emerge does not say it of what the sets list.
    let keepers = try keepers(tree)
    #expect(users.filter { keepers[$0.key] != nil } == keepers && keepers.count == 5, "\(keepers)")
    #expect(users["dev-util/other-1"] == ["app-misc/middle-1"])

    #expect(
      try tree.sysbuild(["packages", "--tree", "top"]).output == """
        package                             why
        app-misc/top-1                      sets/tiny/install.packages:2
        ├─ app-misc/middle-1                || second of 3
        │  ├─ app-misc/low-2:5              || second of 2
        │  └─ dev-util/other-1              || second of 2
        │     └─ app-misc/middle-1 (above)
        └─ app-misc/low-2:5                 >=app-misc/low-1:5/3=, USE extra -static

        """)
    #expect(
      try tree.sysbuild(["packages", "--reverse", "app-misc/low-2"]).output == """
        sets/tiny/install.packages:2 app-misc/top → app-misc/low (USE extra -static)

        package                             why
        app-misc/low-2:5
        ├─ app-misc/middle-1                || second of 2
        │  ├─ app-misc/top-1                || second of 3, sets/tiny/install.packages:2
        │  └─ dev-util/other-1
        │     └─ app-misc/middle-1 (above)  || second of 2
        └─ app-misc/top-1                   >=app-misc/low-1:5/3=, USE extra -static, sets/tiny/install.packages:2

        """)
    #expect(
      try tree.sysbuild(["packages", "--reverse", "other"]).output.hasPrefix(
        "sets/tiny/install.packages:2 app-misc/top → app-misc/middle (|| second of 3) → dev-util/other (|| second of 2)\n\n"
      ))
    // What is needed for a build alone is in the sysroot alone.
    #expect(
      try tree.sysbuild(["packages", "sysroot", "--reverse", "header"]).output.hasPrefix(
        "sets/tiny/build.packages:3 app-misc/top → dev-util/header (to build)\n"))
    for (words, error) in [
      (["--reverse", "header"], "'header' is not in the rootfs, but in the sysroot: 'sysbuild"),
      (["--tree", "midle"], "'midle' is not in the rootfs; did you mean 'middle'? 'sysbuild"),
      (["--tree", "no/such"], "'no/such' is not in the rootfs; 'sysbuild"),
      (
        ["--reverse", "sysroot"],
        "option '--reverse' needs a package: 'sysbuild packages sysroot --reverse PACKAGE'"
      ),
      (["--tree", "rotfs", "top"], "no root is called 'rotfs'; did you mean 'rootfs'?"),
      (["--tree", "--size"], "option '--size' is for the packages of a root as a table"),
    ] {
      let ran = try tree.sysbuild(["packages"] + words)
      #expect(ran.status == 2 && ran.output.contains("sysbuild: " + error), "\(ran.output)")
    }
    #expect(try tree.listing() == before)
  }

  /// A package with all that dependencies can have, and what it needs.
  private func addPackages(to tree: ImageTree) throws {
    func ebuild(_ name: String, _ version: String, _ text: String) throws {
      let parts = name.split(separator: "/")
      try tree.write(
        "profiles/tiny/repository/\(name)/\(parts[1])-\(version).ebuild",
        tree.read("profiles/tiny/linked/greeting-1.ebuild").split(separator: "\n")
          .filter { !$0.contains("DEPEND") }.joined(separator: "\n") + "\n" + text)
    }
    try ebuild(
      "app-misc/top", "1",
      """
      IUSE="+extra static"
      RDEPEND="
      	|| ( dev-util/none app-misc/middle dev-util/other )
      	extra? ( !static? ( >=app-misc/low-1:= ) )
      	static? ( app-misc/extra )
      	!app-misc/nothing
      "
      DEPEND="dev-util/header"

      """)
    try ebuild(
      "app-misc/middle", "1",
      "RDEPEND=\"|| ( ( app-misc/low dev-util/none ) ( app-misc/low:* dev-util/other ) )\"\n")
    try ebuild("app-misc/low", "2", "SLOT=\"5/3\"\n")
    try ebuild("dev-util/other", "1", "PDEPEND=\"app-misc/middle\"\n")
    try ebuild("dev-util/header", "1", "")
    for set in ["build", "install"] { try tree.append("app-misc/top", to: "sets/tiny/\(set).packages") }
  }

  /// For each package that no set lists those for which `emerge --depclean` keeps it, in a copy of the database.
  private func keepers(_ tree: ImageTree) throws -> [String: Set<String>] {
    let folder = try TemporaryFolder()
    try tree.run(
      [
        "sh", "-c",
        """
        mkdir -p "$1/var/db" "$1/var/lib/portage"
        cp -a "$0/rootfs/var/db/pkg" "$1/var/db"
        cat "$2"/sets/install.packages "$2"/sets/tiny/install*.packages >"$1/var/lib/portage/world"
        """, "\(tree.build)", "\(folder.path)", "\(tree.source)",
      ])
    let names = ["app-misc/low", "app-misc/middle", "dev-util/other", "sys-libs/libcap", "sys-libs/pam"]
    let said = try tree.sysbuild(
      ["shell", "rootfs", "--", "env", "ROOT=\(folder.path)", "emerge", "-p", "--depclean", "--verbose"] + names
    )
    try #require(said.status == 0, "\(said.output)")
    var found: [String: Set<String>] = [:]
    var package = ""
    for line in said.output.split(separator: "\n") {
      if line.hasSuffix(" pulled in by:") {
        package = String(line.dropFirst(2).dropLast(14))
      } else if line.hasPrefix("    "), let user = line.split(separator: " ").first, !user.hasPrefix("@") {
        found[package, default: []].insert(String(user))
      }
    }
    return found
  }
}
