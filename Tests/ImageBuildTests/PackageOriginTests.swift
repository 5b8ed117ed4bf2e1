import Testing

@testable import ImageBuild
@testable import PortageFiles

private func package(
  _ name: String, _ version: String = "1", slot: String = "0", size: Int = 1, use: [String] = [],
  license: String = "MIT"
) -> PackageEntry {
  let names = name.split(separator: "/").map(String.init)
  return PackageEntry(
    id: PackageVersion(category: names[0], name: names[1], version: version), slot: slot, use: use, size: size,
    license: license,
    repository: "gentoo")
}

@Suite struct PackageOriginTests {
  private func atoms(_ text: String) -> [Atom] { PackageDependencies.atoms(Array(text.utf8)) }

  @Test(arguments: [
    ("", []), ("a/b", ["a/b"]), ("\n >=a/b-1:2=\tc/d[x(-)]\n", [">=a/b-1:2=", "c/d[x(-)]"]),
    ("|| ( a/b ( c/d e/f ) )", ["a/b", "c/d", "e/f"]), ("!a/b !!<c/d-1 e/f", ["e/f"]),
    ("x? ( a/b )", ["a/b"]), ("/ a/ /b a b/c/d ||(", []), ("=a/b-1.2*:0/3::r", ["=a/b-1.2*:0/3::r"]),
  ])
  func dependencyWords(_ text: String, _ expected: [String]) {
    #expect(atoms(text).map(\.description) == expected)
  }

  @Test(arguments: [
    ("a/b", true), (">=a/b-7", true), ("a/b:2", true), ("a/b:2/5=", true), ("a/b:=", true), ("a/b:3", false),
    ("a/c", false), ("c/b", false),
  ])
  func whichPackageAnAtomMeans(_ atom: String, _ expected: Bool) throws {
    #expect(try Atom(parsing: atom).mayMean(package("a/b", slot: "2/4")) == expected)
  }

  @Test func whyEachIsThere() throws {
    let packages = [package("a/a"), package("a/b", slot: "1"), package("a/c"), package("a/b", slot: "2")]
    let needs = [
      PackageDependencies(runtime: atoms("a/b:1 a/b a/a"), build: atoms("a/b:2 a/c a/c")),
      PackageDependencies(build: atoms("a/a")), PackageDependencies(build: atoms("a/a")),
      PackageDependencies(build: atoms("a/a a/absent")),
    ]
    let sets = try [("a/b", "s:1"), (">=a/b-1", "s:2"), ("a/c:7", "s:3")].map {
      PackageSet.Member(atom: try Atom(parsing: $0.0), place: $0.1)
    }
    #expect(
      PackageOrigin.origins(of: packages, needs, sets: sets) == [
        PackageOrigin(neededToBuild: ["a/b", "a/c"]), PackageOrigin(listed: ["s:1", "s:2"], neededBy: ["a/a"]),
        PackageOrigin(neededToBuild: ["a/a"]),
        PackageOrigin(listed: ["s:1", "s:2"], neededBy: ["a/a"]),
      ])
  }
}

@Suite struct PackageDifferencesTests {
  private typealias Pair = PackageDifferences.Pair

  private func pairs(_ old: [PackageEntry], _ new: [PackageEntry]) -> [Pair] {
    PackageDifferences(from: old, to: new).pairs
  }

  @Test func aSlotIsFoundAgain() {
    let (old, new) = (package("a/b", "1", slot: "0/1"), package("a/b", "2", slot: "0/2"))
    #expect(pairs([old], [new]) == [.kept(old: old, new: new)])
  }

  @Test func theOnlyOneOfANameMayChangeItsSlot() {
    let (three, four) = (package("a/b", "3", slot: "3"), package("a/b", "4", slot: "4"))
    let five = package("a/b", "5", slot: "5")
    #expect(pairs([three], [four]) == [.kept(old: three, new: four)])
    #expect(
      pairs([three, four], [four, five]) == [.kept(old: four, new: four), .kept(old: three, new: five)])
    #expect(pairs([three], [four, five]) == [.removed(three), .added(four), .added(five)])
  }

  @Test func sums() {
    let differences = PackageDifferences(
      from: [package("a/a", size: 5), package("a/b", size: 7)],
      to: [package("a/b", size: 1), package("a/c", size: 9)])
    #expect(differences.pairs.map(\.growth) == [-5, -6, 9])
    #expect(differences.oldSize == 12 && differences.newSize == 10 && differences.growth == -2)
  }

  @Test func everyDifferenceIsSaid() {
    let old = package("a/b", "1", slot: "0/1", size: 2048, use: ["x", "y"])
    let new = package("a/b", "2", slot: "0/2", size: 1024, use: ["y", "z"], license: "")
    let text = """
      package  size   difference  change
      a/b      1 KiB  -1 KiB      1 → 2, USE +z -x, slot 0/1 → 0/2, licence MIT → none
      total    1 KiB  -1 KiB      0 added, 0 removed, 1 changed, 0 the same

      """
    let comparison = PackageComparison(old: "o", new: "n", differences: .init(from: [old], to: [new]))
    #expect(comparison.text(bySize: false, width: nil) == text)
  }
}
