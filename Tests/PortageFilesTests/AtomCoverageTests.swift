import Testing

@testable import PortageFiles

/// Held against `portage.dep.match_from_list` of 3.0.83.
@Suite struct AtomCoverageTests {
  @Test(
    "the versions that an atom stands for",
    arguments: [
      ("a/b", "0.9 1 1-r1 1.2 12 2"), ("=a/b-1", "1"), ("~a/b-1", "1 1-r1"), ("=a/b-1*", "1 1-r1 1.2"),
      (">=a/b-1.2", "1.2 12 2"), (">a/b-1", "1-r1 1.2 12 2"), ("<a/b-1-r1", "0.9 1"),
      ("<=a/b-1.2", "0.9 1 1-r1 1.2"),
      ("a/c", ""),
    ])
  func coverage(_ text: String, _ expected: String) throws {
    let atom = try Atom(parsing: text)
    let covered = ["0.9", "1", "1-r1", "1.2", "12", "2"].filter {
      atom.covers(PackageVersion(category: "a", name: "b", version: $0))
    }
    #expect(covered.joined(separator: " ") == expected)
  }
}
