import Platform
import Stamps
import TestSupport
import Testing

@testable import ImageBuild
@testable import PortageFiles
@testable import TextKit

/// A tree with a configuration root and a repository, which both Portage and our readers read.
struct ConfigurationWorld {
  let tree: TestTree
  let oracle: PortageOracle
  /// Returns the layer in which a file of this name lies; nil if there is only one root.
  let layer: ((String) -> Layer)?

  /// The variants, of which one builds on the other.
  enum Layer: String, CaseIterable {
    case board, above
  }

  init(_ oracle: PortageOracle, layer: ((String) -> Layer)? = nil) throws {
    self.oracle = oracle
    self.layer = layer
    tree = try TestTree()
    for (name, content) in Self.base { try tree.write(name, content) }
    if layer == nil {
      try tree.write("\(Self.portage)/make.profile", Self.profile)
    } else {
      try tree.write("board/\(Self.portage)/make.profile", "-> ../../../../repository/profiles/base")
      try tree.write("above/\(Self.portage)/", "")
    }
  }

  private static let portage = "target/etc/portage"
  private static let profile = "-> ../../../repository/profiles/base"

  var layers: ConfigurationLayers {
    let root = tree.path / "target"
    if layer == nil { return ConfigurationLayers(root) }
    return ConfigurationLayers(path: root, roots: Layer.allCases.map { tree.path / $0.rawValue / "target" })
  }

  private static let base: KeyValuePairs<String, String> = [
    "repository/profiles/repo_name": "tiny\n",
    "repository/metadata/layout.conf": "masters =\nprofile-formats = portage-2\n",
    "repository/profiles/categories": "app-misc\nsys-libs\n", "repository/profiles/arch.list": "amd64\nx86\n",
    "repository/profiles/base/eapi": "8\n", "repository/profiles/other/parent": "../base\n",
    "repository/profiles/base/parent": "../root\n", "repository/profiles/root/eapi": "8\n",
    "repository/profiles/root/make.defaults": """
    ARCH=amd64
    ACCEPT_KEYWORDS=amd64
    ACCEPT_LICENSE=MIT
    ACCEPT_PROPERTIES="* -interactive"
    ACCEPT_RESTRICT="* -bindist"
    USE_EXPAND="VIDEO_CARDS"
    KERNEL=linux
    ELIBC=glibc

    """,
  ]

  func path(_ name: String) -> String {
    if name.hasPrefix("/") { return String(name.dropFirst()) }
    return (layer.map { $0(name).rawValue + "/" } ?? "") + "\(Self.portage)/\(name)"
  }

  func write(_ files: [String: String?]) throws {
    for (name, content) in files.sorted(by: { $0.key < $1.key }) {
      let path = path(name)
      try? Directory.removeTree(tree.path / path)
      if let content, !content.isEmpty || name != "make.profile" { try tree.write(path, content) }
    }
  }

  struct View {
    let answer: JSON
    let listing: Listing
    let configuration: PackageConfiguration
    fileprivate let variables: [String: ConfigurationVariables.Value]

    /// Those of the variables whose value is not Portage's, as messages. Values that depend on variables which no file
    /// sets are left out.
    func wrongValues(of names: [String]) -> [String] {
      names.compactMap { name in
        guard let expected = answer["variables"]?[name]?.text else { return nil }
        let value = variables[name].map { String(decoding: $0.value, as: UTF8.self) } ?? ""
        return value == expected || value.contains("${") ? nil : "\(name): '\(value)' instead of '\(expected)'"
      }
    }
  }

  func answer() throws -> JSON {
    try layers.links(SourceReader(sourceTree: tree.path))?.write(to: layers.path)
    return try oracle.answer(root: tree.path / "target", repository: tree.path / "repository")
  }

  func view() throws -> View {
    let reading = try ConfigurationRoot(
      layers, sourceTree: tree.path, repositories: ["tiny": tree.path / "repository"]
    ).read()
    return View(
      answer: try answer(), listing: reading.listing, configuration: PackageConfiguration(reading),
      variables: reading.variables)
  }

  /// Where Portage's answers differ and those of our readers do not.
  static func missed(_ before: View, _ after: View) -> [String] {
    var missed: [String] = []
    if before.answer.line != after.answer.line, before.listing.digest == after.listing.digest {
      missed.append("the listing is the same")
    }
    if before.answer["error"] != nil || after.answer["error"] != nil { return missed }
    for (category, package, version) in [
      ("app-misc", "leaf", "1"), ("app-misc", "leaf", "2-r1"), ("sys-libs", "pam", "1.5"),
    ] {
      let id = PackageVersion(category: category, name: package, version: version)
      let build = PackageBuild(id: id, slot: "0", repository: "tiny", time: 0)
      let name = "\(category)/\(package)-\(version)"
      let what = { (view: View) in
        ["env", "hooks", "scripts"].map { view.answer["packages"]?[name]?[$0]?.line ?? "" }
          + ["CFLAGS", "LDFLAGS", "MINE"].map { view.answer["variables"]?[$0]?.line ?? "" }
      }
      let entries = { (view: View) in Listing(view.configuration.entries(for: build)).digest }
      if what(before) != what(after), entries(before) == entries(after) {
        missed.append("the ingredients of \(name) are the same")
      }
    }
    return missed
  }
}
