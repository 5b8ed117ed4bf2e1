import Platform
import TestSupport
import Testing

@testable import PortageFiles

@Suite struct ConfigurationLayersTests {
  @Test("of two profiles the nearest counts, and whatever else both have but cannot be joined")
  func nearest() throws {
    let tree = try TestTree([
      "one/target/etc/portage/make.profile/make.defaults": "ONE=1\n",
      "one/target/etc/portage/hooks": ":\n",
      "two/target/etc/portage/make.profile/make.conf": "", "two/target/etc/portage/hooks/x": ":\n",
      "two/target/etc/portage/make.profile/eapi": "8\n",
    ])
    let layers = ConfigurationLayers(
      path: tree.path / "O/target", roots: ["one", "two"].map { tree.path / "\($0)/target" })
    let reader = try SourceReader(sourceTree: tree.path)
    try layers.mount(in: reader)
    let portage = layers.path / "etc/portage"
    #expect(try reader.names(in: portage / "make.profile") == ["eapi", "make.conf"])
    #expect(try reader.names(in: portage / "hooks") == ["x"])
    #expect(reader.name(of: portage / "hooks/x") == "two/target/etc/portage/hooks/x")
    #expect(
      try reader.realPath(portage / "make.profile/../hooks") == tree.path / "two/target/etc/portage/hooks")
  }
}
