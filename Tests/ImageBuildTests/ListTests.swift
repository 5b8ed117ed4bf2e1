import Stamps
import Testing

@testable import ImageBuild
@testable import PortageFiles

private func package(
  _ name: String, _ version: String = "1", slot: String = "0", subslot: String? = nil, repository: String = "r",
  use: [String] = []
) -> ResolvedPackage {
  ResolvedPackage(
    id: PackageVersion(category: "app-misc", name: name, version: version), slot: slot,
    subslot: subslot ?? slot,
    repository: repository, use: use, eclasses: [], bound: [], against: [], sources: [])
}

@Suite struct ResolvedListTests {
  @Test("a list reads back what it writes") func storedForm() throws {
    let full = ResolvedPackage(
      id: PackageVersion(category: "dev-libs", name: "x+y", version: "1.5_p3-r1"), slot: "2.1", subslot: "7",
      repository: "tiny", use: ["acl", "nls"], eclasses: ["meson", "versions"],
      bound: ["dev-libs/z:0/3.1", "dev-libs/z:2/2"],
      against: [Against("app-misc/a:0"), Against("dev-libs/z:2", .content)],
      sources: [.init(name: "x y.tar", size: 12, digests: ["BLAKE2B ab", "SHA512 cd"])])
    let ingredients =
      ResolvedList.ingredients(full)
      + ["eclass/meson.eclass", "eclass/versions.eclass"].map { Listing.Entry($0, "file 0") }
      + [Listing.Entry("CFLAGS", "-O2 -g", place: "make.conf:3"), Listing.Entry("files/a b", "file 1")]
    let list = ResolvedList(
      [
        .init(package: full, ingredients: ingredients),
        .init(package: package("x", slot: "0"), ingredients: []),
        .init(package: package("x", "2", slot: "0.1"), ingredients: []),
      ],
      common: [Listing.Entry("ARCH", "amd64", place: "a:1")], merging: [Listing.Entry("INSTALL_MASK", "/usr")])
    let stored = try #require(Listing(stored: list.listing.storedText))
    let read = try #require(ResolvedList(stored))
    #expect(read.packages == list.packages)
    for (one, other) in zip(read.members, list.members) {
      #expect(Listing(one.ingredients) == Listing(other.ingredients))
    }
    #expect(read.common == list.common && read.merging == list.merging)
    #expect(read.listing == list.listing)
    let build = PackageBuild(id: full.id, slot: "2.1", repository: "tiny", time: 3)
    #expect(read[build]?.package == full)
  }

  @Test(
    "what is no list",
    arguments: [
      "app-misc/x:0 USE a\n", "app-misc/x:0\t1\n", "app-misc/x:0\t1\n", "app-misc/x\t1\tr\n", "x\n",
    ])
  func foreign(_ text: String) throws {
    #expect(ResolvedList(try #require(Listing(stored: Array(text.utf8)))).map { _ in 0 } == nil)
  }
}

@Suite struct RootPlanTests {
  /// `merged` and `- removed` packages, with the reasons.
  private func plan(
    _ list: [ResolvedPackage], present: [ResolvedPackage], outOfDate: [String: String] = [:]
  ) -> [String] {
    let members = list.map { ResolvedList.Member(package: $0, ingredients: []) }
    let present = present.map { package in
      RootPlan.Present(
        id: package.id, slot: package.fullSlot, repository: package.repository, use: package.use,
        build: PackageBuild(id: package.id, slot: package.slot, repository: package.repository, time: 1))
    }
    let plan = RootPlan(ResolvedList(members, common: []), present: present) { outOfDate[$0.name] }
    return plan.merges.map { merge in
      ([merge.package.versionedName]
        + [merge.replaced.map { "for \($0.version)" }, merge.reason].compactMap(\.self)
        + merge.flags).joined(separator: " ")
    } + plan.removed.map { "- \($0.versionedName)" }
  }

  @Test func whatIsMergedAndRemoved() {
    let a = package("a", use: ["x"])
    #expect(plan([a], present: [a]) == [])
    #expect(plan([a], present: []) == ["app-misc/a-1"])
    #expect(plan([], present: [a]) == ["- app-misc/a-1"])
    #expect(plan([package("a", "2", use: ["x"])], present: [a]) == ["app-misc/a-2 for 1"])
    #expect(plan([a], present: [a], outOfDate: ["a": "CFLAGS"]) == ["app-misc/a-1 for 1 CFLAGS"])
    #expect(plan([package("a", use: ["y"])], present: [a]) == ["app-misc/a-1 for 1 +y -x"])
    let moved = package("a", repository: "s", use: ["x"])
    #expect(plan([moved], present: [a]) == [])
    #expect(plan([moved], present: [a], outOfDate: ["a": "a-1.ebuild"]) == ["app-misc/a-1 for 1 r → s"])
    #expect(
      plan([package("a", subslot: "2", use: ["x"])], present: [a]) == ["app-misc/a-1 for 1 slot 0 → 0/2"])
    // Two slots stand side by side; one version stands there once.
    #expect(
      plan([a, package("a", "2", slot: "2")], present: [a]) == ["app-misc/a-2"])
    #expect(plan([package("a", slot: "2", use: ["x"])], present: [a]) == ["app-misc/a-1 for 1 slot 0 → 2"])
  }
}
