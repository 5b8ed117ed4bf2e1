import Platform
import Stamps
import TestSupport
import Testing

@testable import PortageFiles

private let depth = 4_000

private func nested(_ opening: String, _ inner: String = "", _ closing: String = "") -> String {
  String(repeating: opening, count: depth) + inner + String(repeating: closing, count: depth)
}

/// Brackets and quotes, closed and not, that are nested so deep that a reader which walks once for each level would not
/// end, and one that recurses would overflow the stack.
private let nestings = [
  nested("$(", "source x", ")"), nested("$("), nested("$( "), nested("\"$("), nested("\"$(", "source x", ")\""),
  nested("${"), nested("${a:-", "x", "}"), nested("${a:=", "x", "}"), nested("\"${a:-", "x", "}\""),
  nested("\"${"),
  nested("("), nested("( ", "", ") "), nested("a=("), nested("a=( ", "x", ")"), nested("["), nested("[["),
  nested("[ "), nested("[", "", "]"), nested("{"), nested("{", "", "}"), nested("`"), nested("'"), nested("\""),
  nested("\"'"), nested("'\""), nested("$(" + "'\"`"), nested("$(${\""), nested("`$(\"${", "x", "}\")`"),
  nested("$(("), nested("<("), nested("\\"), nested("a$"), "source " + nested("a"), "source " + nested("$a"),
  "a=" + nested("${a}"), nested("read "), nested("local "), nested("source ${b:-", "x", "}"),
]

@Suite struct NestingTests {
  @Test("bash is read in one walk, however deep it is nested", arguments: nestings.indices)
  func bash(_ index: Int) {
    let text = nestings[index] + "\nsource /etc/portage/after.sh\n"
    let reads = BashReads(
      Array(text.utf8), of: "/tree/etc/portage/bashrc", folder: "/tree/etc/portage",
      areas: ["/tree/etc/portage"]
    ) { _ in nil }
    #expect(reads.places.contains { $0.path == "/etc/portage/after.sh" && $0.isExact })
  }

  @Test("a read that is nested too deep to be followed stands for the whole folder")
  func tooDeep() {
    for text in [nested("$(", "source $x/y", ")"), nested("$(", "x=/other", ")") + "\nx=/a\nsource $x/y"] {
      let reads = BashReads(
        Array(text.utf8), of: "/tree/etc/portage/bashrc", folder: "/tree/etc/portage", areas: []
      ) { _ in nil }
      #expect(reads.places.contains { $0.path == "/tree/etc/portage" && !$0.isExact }, "\(text.suffix(20))")
    }
  }

  @Test("variables that lead to each other in a long row")
  func chain() {
    let text = (0..<depth).map { "v\($0)=$v\($0 + 1)\n" }.joined() + "source $v0\n"
    let reads = BashReads(
      Array(text.utf8), of: "/tree/etc/portage/bashrc", folder: "/tree/etc/portage", areas: []
    ) { _ in nil }
    #expect(reads.places.map(\.path) == ["/tree/etc/portage"])
  }

  @Test("make.conf, an ebuild, a set and a configuration", arguments: nestings.indices.prefix(8))
  func files(_ index: Int) throws {
    let text = nestings[index]
    let tree = try TestTree([
      "root/etc/portage/make.profile/eapi": "8\n", "root/etc/portage/make.conf": "A=\"\(text)\"\n",
      "root/etc/portage/bashrc": text, "root/etc/portage/package.use": "a/b \(text)\n\(text) x\n",
      "root/etc/portage/package.env": "a/b x\n", "root/etc/portage/package.license": "a/b \(text)\n",
      "root/etc/portage/env/x": "B=\(text)\n",
      "sets/x.packages": "\(text)/\(text)\n",
    ])
    let root = ConfigurationRoot(path: tree.path / "root", sourceTree: tree.path, repositories: [:])
    #expect(try !root.listing().entries.isEmpty)
    #expect(throws: SourceError.self) { try PackageSet(named: "x", in: tree.path / "sets", variants: []) }
  }

  @Test("atoms, dependencies and patterns", arguments: nestings.indices)
  func atoms(_ index: Int) {
    let text = nestings[index]
    for atom in ["\(text)/b", "a/\(text)", ">=a/\(text)-1", "a/b:\(text)", "a/b[\(text)]", "a/b::\(text)"] {
      _ = try? Atom(parsing: atom)
      _ = PackagePattern(atom.utf8)
    }
    #expect(
      PackageDependencies.atoms(Array("|| ( \(text) a/b ) a/\(text)".utf8)).contains { $0.package == "a/b" })
  }

  @Test("long atoms")
  func longAtoms() throws {
    let name = "b" + nested("-a")
    #expect(try Atom(parsing: "a/\(name)").package == "a/\(name)")
    let flags = (0..<depth).map { "f\($0)" }.joined(separator: ",")
    #expect(try Atom(parsing: "a/b[\(flags)]").description.contains("f\(depth - 1)"))
  }

  @Test("a pattern with many stars")
  func stars() throws {
    let build = PackageBuild(
      id: PackageVersion(category: "sys-libs", name: String(repeating: "a", count: 200), version: "1"),
      slot: "0",
      repository: "r", time: 0)
    #expect(try #require(PackagePattern("sys-libs/\(nested("*"))".utf8)).matches(build))
    #expect(try #require(PackagePattern("sys-libs/\(nested("*a"))".utf8)).matches(build) == false)
    #expect(
      try #require(PackagePattern("*/\(String(repeating: "a*", count: 100))b".utf8)).matches(build) == false)
    #expect(try #require(PackagePattern("*/\(String(repeating: "a*", count: 100))a".utf8)).matches(build))
  }
}
