import Platform
import TestSupport
import Testing

@testable import EmergeOutput

/// An edit after which emerge ends with status 0, though the image is not all that the edit says, and what is said of it.
struct SilentEdit: CustomTestStringConvertible, Sendable {
  let testDescription: String
  /// The words of the message; with an error the stage fails.
  let says: String
  let severity: EmergeMessage.Severity
  /// The target that a warning comes from.
  let target: String
  let change: @Sendable (ImageTree) throws -> Void

  init(
    _ description: String, _ severity: EmergeMessage.Severity, of target: String = "resolution", says: String,
    _ change: @escaping @Sendable (ImageTree) throws -> Void
  ) {
    testDescription = description
    self.severity = severity
    self.target = target
    self.says = says
    self.change = change
  }
}

private let repository = "profiles/tiny/repository"
private let configuration = "profiles/tiny/target/etc/portage"
private let tool = "\(repository)/dev-util/buildtool/buildtool-1.ebuild"
private let newTool = "\(repository)/dev-util/buildtool/buildtool-2.ebuild"

private let silentEdits = [
  SilentEdit(
    "an ebuild that is gone, though the package is installed", .error,
    says: "there is no ebuild for dev-util/buildtool"
  ) { tree in
    try File.remove(tree.source / tool)
  },
  SilentEdit(
    "a mask, though the package is installed", .error, says: "dev-util/buildtool-1 is masked by: package.mask"
  ) { tree in
    try tree.append("dev-util/buildtool", to: "\(configuration)/package.mask")
  },
  SilentEdit(
    "an update that something else forbids", .warning,
    says: "the update to dev-util/buildtool-2 was skipped: app-misc/leaf-1 wants <dev-util/buildtool-2"
  ) { tree in
    try tree.write(newTool, tree.read(tool))
    let leaf = "\(repository)/app-misc/leaf/leaf-1.ebuild"
    try tree.write(leaf, tree.read(leaf).replacing("RDEPEND=\"", with: "RDEPEND=\"<dev-util/buildtool-2 "))
  },
  SilentEdit(
    "an update whose dependency is missing", .warning,
    says: "the update to dev-util/buildtool-2 was skipped: there is no ebuild for dev-util/none"
  ) { tree in
    try tree.write(newTool, tree.read(tool) + "RDEPEND=\"dev-util/none\"\n")
  },
  SilentEdit("a warning of a package", .warning, of: "world", says: "dev-util/buildtool-2 says: mind this") {
    tree in
    try tree.write(newTool, tree.read(tool) + "pkg_postinst() { elog \"no matter\"; ewarn \"mind this\"; }\n")
  },
  SilentEdit(
    "an ebuild that does not match its Manifest", .error,
    says: "emerge ignores \(newTool): Filesize does not match recorded size"
  ) { tree in
    try tree.write(
      "\(repository)/metadata/layout.conf",
      tree.read("\(repository)/metadata/layout.conf").replacing("manifests = true", with: "manifests = false"))
    try tree.write(newTool, tree.read(tool))
    try tree.run([
      "sh", "-c",
      """
      for ebuild in \(tree.source / repository)/*/*/*.ebuild; do
        echo "EBUILD ${ebuild##*/} $(stat -c %s "$ebuild") SHA512 $(sha512sum <"$ebuild" | cut -d' ' -f1)" \
          >>"${ebuild%/*}/Manifest"
      done
      """,
    ])
    try tree.append("# edited", to: newTool)
  },
  SilentEdit(
    "an ebuild that cannot be read", .error,
    says: "emerge ignores dev-util/buildtool-2, whose ebuild cannot be read: none.eclass could not be found"
  ) { tree in
    try tree.write(newTool, tree.read(tool) + "inherit none\n")
  },
  SilentEdit(
    "a line of package.use that is none", .error,
    says: "emerge ignores a line: Invalid atom in \(configuration)/package.use/leaf: dev-util/buildtool-1"
  ) { tree in
    try tree.append("dev-util/buildtool-1 flag", to: "\(configuration)/package.use/leaf")
  },
]

extension EditTests {
  @Test(
    "what emerge ignores is reported once, and fails the stage if it was asked for",
    arguments: sample(of: silentEdits, oneIn: 2))
  func messages(_ edit: SilentEdit) async throws {
    let tree = try await ImageTree()
    try edit.change(tree)
    let build = try tree.sysbuild(["-s", "image"])
    if edit.severity == .error {
      #expect(build.status == 2 && build.output.contains("sysbuild: \(edit.says)"), "\(build.output)")
      return
    }
    #expect(build.status == 0, "\(build.output)")
    let lines = build.output.split(separator: "\n")
    #expect(
      lines.count == 1 && lines.allSatisfy { $0.hasPrefix("sysbuild: \(edit.target): warning: ") },
      "\(build.output)")
    #expect(build.output.contains(edit.says), "\(build.output)")
    let history = try tree.sysbuild(["history", "--json", edit.target])
    #expect(history.output.contains("\"warnings\": ["), "\(history.output)")
    #expect(try tree.sysbuild(["image"]).output == "image: up to date\n")
  }

  @Test("a configuration file of two packages is a collision, and none waits in the image to be updated")
  func configurationFiles() async throws {
    let tree = try await ImageTree()
    for name in ["extra", "farewell"] {
      let ebuild = try tree.read(tool).replacing("/usr/share/versions", with: "/etc")
      try tree.write(
        "\(repository)/app-misc/\(name)/\(name)-2.ebuild",
        ebuild.replacing("newins - ${PN}", with: "newins - same"))
      try tree.append("app-misc/\(name)", to: "sets/tiny/installonly.packages")
    }
    let build = try tree.sysbuild(["-s", "image"])
    #expect(build.status == 2, "\(build.output)")
    #expect(
      build.output.contains(
        "app-misc/farewell-2 was not merged, because some of its files belong to another package"))
    #expect(build.output.contains("/etc/same belongs to app-misc/extra-2"), "\(build.output)")
  }
}
