import Platform
import Testing

@testable import TextKit

private let repository = "profiles/tiny/repository"
private let configuration = "profiles/tiny/target/etc/portage"

/// What the repositories have, and the flags of packages: real Portage, and emerge says the same.
@Suite struct EbuildTests {
  @Test("packages are found by name and description, with what emerge would take")
  func search() async throws {
    let tree = try await ImageTree()
    let ebuild = try tree.read("\(repository)/app-misc/extra/extra-1.ebuild")
    func add(_ name: String, _ keywords: String, _ description: String, _ licence: String = "MIT") throws {
      let parts = name.split(separator: "/")
      let (package, file) = (parts[1].prefix { $0 != "-" }, parts[1])
      try tree.write(
        "\(repository)/\(parts[0])/\(package)/\(file).ebuild",
        ebuild.replacing("\"amd64\"", with: "\"\(keywords)\"").replacing("\"MIT\"", with: "\"\(licence)\"")
          .replacing("No sources: a file", with: description))
    }
    try add("app-misc/lamp-1", "amd64", "Lights a room: a file")
    try add("app-misc/lamp-2", "~amd64", "Lights a room: a file")
    try add("app-misc/lamp-9999", "", "Lights a room: a file")
    try add("app-misc/torch-1", "~amd64", "LIGHTS a cave")
    try add("app-misc/candle-1", "amd64", "lights a room, too")
    try add("dev-util/lights-1", "-*", "of a room")
    try tree.write("\(repository)/app-misc/bulb/bulb-1.ebuild", "EAPI=8\nDESCRIPTION=\"")
    try tree.append("app-misc/candle", to: "\(configuration)/package.mask")
    try tree.append("PROPERTIES=\"live\"", to: "\(repository)/app-misc/lamp/lamp-9999.ebuild")
    let before = try tree.listing()

    let found = try tree.sysbuild(["search", "Lights", "room"])
    #expect(
      found.output.split(separator: "\n").map { $0.split(separator: " ").prefix(4).joined(separator: " ") } == [
        "package newest taken sysroot", "app-misc/candle 1 none: package.mask", "app-misc/lamp 2 1 Lights",
        "dev-util/lights 1 none: keyword",
      ], "\(found.output)")
    let torch = try tree.sysbuild(["search", "torch", "--json"]).output
    #expect(torch.contains("\"taken\": null") && torch.contains("\"mask\": \"~amd64 keyword\""), "\(torch)")
    // What emerge says of them.
    for (package, mask) in [
      ("app-misc/candle", "package.mask"), ("dev-util/lights", "missing keyword"),
      ("app-misc/torch", "~amd64 keyword"),
    ] {
      #expect(
        try tree.sysbuild(["emerge", "-p", package]).output.contains("(masked by: \(mask))"), "\(package)")
    }
    #expect(try tree.sysbuild(["emerge", "-p", "app-misc/lamp"]).output.contains(" app-misc/lamp-1 "))
    #expect(try tree.sysbuild(["search", "bulb"]).output.contains("app-misc/bulb  1       none: corruption"))
    #expect(
      try tree.sysbuild(["uses", "bulb"]).output
        == "sysbuild: the ebuild of app-misc/bulb-1 cannot be read: 'sysbuild ebuild FILE depend' says why\n")
    let leaf = try tree.sysbuild(["search", "--json", "leaf"]).output
    #expect(leaf.contains("\"sysroot\": [\"1\"]") && leaf.contains("\"rootfs\": [\"1\"]"), "\(leaf)")

    let none = try tree.sysbuild(["search", "no-such-thing"])
    #expect(
      none.status == 1 && none.output == "sysbuild: no package of the repositories has 'no-such-thing'\n",
      "\(none.output)")
    #expect(try tree.sysbuild(["search"]).status == 2)
    #expect(try tree.listing() == before)
  }

  @Test("each flag of a package has its state, its description and what decides")
  func flags() async throws {
    let tree = try await ImageTree()
    try tree.edit(
      "\(repository)/app-misc/leaf/leaf-1.ebuild", "IUSE=\"colour\"",
      "IUSE=\"colour +wide tall +deep round locked test nls py_x1 py_x2\"\nREQUIRED_USE=\"wide? ( !tall )\"")
    try tree.write("\(repository)/profiles/use.desc", "colour - Paint it\nwide - For all: be wide\n")
    try tree.write(
      "\(repository)/app-misc/leaf/metadata.xml",
      """
      <pkgmetadata><use>
      <flag name="wide">Be as wide as
        <pkg>sys-libs/pam</pkg></flag>
      <flag name="tall" restrict="&gt;=app-misc/leaf-2">Not yet</flag>
      </use></pkgmetadata>
      """)
    try tree.append("USE_EXPAND=\"PY\"", to: "\(repository)/profiles/base/make.defaults")
    try tree.append("app-misc/leaf round", to: "\(repository)/profiles/base/package.use.force")
    try tree.append("app-misc/leaf locked", to: "\(repository)/profiles/base/package.use.mask")
    try tree.append("app-misc/leaf test", to: "\(repository)/profiles/base/package.use")
    try tree.append("USE=\"${USE} nls\"", to: "\(configuration)/make.conf")
    // The more specific atom counts, wherever it stands.
    try tree.write("\(configuration)/package.use/z", "=app-misc/leaf-1 -deep\n*/* tall\n")
    try tree.write("\(configuration)/package.use/zz", "# why\napp-misc/leaf deep PY: x1\n")
    let before = try tree.listing()
    let said = try tree.sysbuild(["uses", "leaf"]).output
    let rows = said.split(separator: "\n").map { $0.split(separator: " ").joined(separator: " ") }
    #expect(
      rows == [
        "app-misc/leaf-1::tiny", "flag state set by description", "colour off ebuild Paint it",
        "deep off \(configuration)/package.use/z:1", "locked off masked by the profile",
        "nls on \(configuration)/make.conf:3", "py_x1 on \(configuration)/package.use/zz:2", "py_x2 off ebuild",
        "round on forced by the profile",
        "tall on \(configuration)/package.use/z:2", "test on profile",
        "wide on ebuild Be as wide as sys-libs/pam", "required: wide? ( !tall )",
      ], "\(said)")
    // What emerge makes of it.
    let emerge = try tree.sysbuild(["emerge", "-pv", "app-misc/leaf"]).output
    #expect(
      emerge.contains("USE=\"nls (round) tall test wide -colour -deep (-locked)\" PY=\"x1 -x2\""), "\(emerge)")
    let json = try #require(
      JSONReader.value(of: tree.sysbuild(["uses", "app-misc/leaf-1", "--json"]).output.utf8))
    #expect(json["package"]?.text == "app-misc/leaf-1" && json["requiredUse"]?.text == "wide? ( !tall )")
    #expect(json["flags"]?.elements.first { $0["name"]?.text == "deep" }?["origin"]?.text == "package.use")

    for (words, error) in [
      (["laef"], "no repository has a package 'laef'; did you mean 'app-misc/leaf'?"),
      (["leaf-2"], "no repository has a package 'leaf-2'; did you mean 'app-misc/leaf-1'?"),
      (["leaf", "--if", "clour"], "app-misc/leaf has no USE flag 'clour'; did you mean 'colour'?"),
      (["leaf", "--if", "-colour"], "'colour' of app-misc/leaf is off already"),
      (["leaf", "--if", "locked"], "'locked' of app-misc/leaf is masked by the profile"),
      (["leaf", "greeting"], "'uses' needs one package"),
    ] {
      let ran = try tree.sysbuild(["uses"] + words)
      #expect(ran.status == 2 && ran.output.contains("sysbuild: " + error), "\(ran.output)")
    }
    // Portage refuses.
    let refused = try tree.sysbuild(["uses", "leaf", "--if", "colour"]).output
    #expect(
      refused.contains(
        "app-misc/leaf-1 cannot be built with these USE flags: it requires -tall, since wide is set"),
      "\(refused)")
    #expect(try tree.listing() == before)
  }

  @Test("what another flag would change is what the dry run says after the edit")
  func trial() async throws {
    let tree = try await ImageTree()
    // A variant that builds on another has its package.use beside that one's.
    try tree.write("profiles/board/variant.conf", "BASE=tiny\n")
    for variant in ["tiny", "board"] {
      let edited = "profiles/\(variant)/target/etc/portage/package.use/z"
      let before = try tree.listing()
      let words = ["VARIANT=\(variant)", "uses", "util-linux", "--if", "nls"]
      let text = try tree.sysbuild(words).output
      #expect(text.hasPrefix("with 'sys-apps/util-linux nls' in package.use:\n"), "\(text)")
      #expect(text.contains("rebuild  sys-apps/util-linux-2.38.1  ebuild "), "\(text)")
      let trial = try tree.sysbuild(words + ["--json"]).output
      #expect(try tree.listing() == before)
      try tree.write(edited, "sys-apps/util-linux nls\n")
      let edit = try tree.sysbuild(["VARIANT=\(variant)", "-n", "--packages", "--json", "image"]).output
      let (tried, done) = try (packages(trial), packages(edit))
      #expect(tried == done && tried["world"]?.isEmpty == false, "\(trial)\(edit)")
      try File.remove(tree.source / edited)
    }
    let several = try tree.sysbuild(["uses", "util-linux", "--if", "nls", "--if", "-pam"]).output
    #expect(several.hasPrefix("with 'sys-apps/util-linux nls -pam' in package.use:\n"), "\(several)")
  }

  /// What a dry run says of packages, by target, without times.
  private func packages(_ output: String) throws -> [String: [String]] {
    let targets = try #require(JSONReader.value(of: output.utf8)?["targets"]).elements
    var found: [String: [String]] = [:]
    for target in targets {
      found[target["name"]?.text ?? ""] = (target["emerge"]?["packages"]?.elements ?? []).map { package in
        ["change", "root", "name", "version", "flags", "source", "reason"].map { package[$0]?.line ?? "" }
          .joined(separator: " ")
      }
    }
    return found
  }
}
