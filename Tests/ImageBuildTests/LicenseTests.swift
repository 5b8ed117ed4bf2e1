import Platform
import TestSupport
import Testing

@testable import ImageBuild
@testable import PortageFiles

@Suite struct LicenseTests {
  @Test(
    "LICENSE as an expression of SPDX",
    arguments: [
      ("", nil), ("MIT", "MIT"), ("GPL-2+ MIT", "GPL-2+ AND MIT"), ("|| ( BSD GPL-2 )", "BSD OR GPL-2"),
      ("|| ( BSD GPL-2 ) MIT", "(BSD OR GPL-2) AND MIT"), ("|| ( ( a b ) c )", "(a AND b) OR c"),
      ("( a ( b ) ) a", "(a AND b) AND a"), ("|| ( a )", "a"), ("a a", "a"), ("|| ( )", nil), ("( ) a", "a"),
      (") a", nil), ("|| ( a ( b", "a OR b"),
    ] as [(String, String?)])
  func expression(_ text: String, _ expected: String?) {
    #expect(LicenseExpression(text)?.text { $0 } == expected)
  }

  @Test(
    "a name that SPDX does not have",
    arguments: [
      ("public-domain", "LicenseRef-public-domain"), ("a_b+", "LicenseRef-a-b-plus"), ("ä/b", "LicenseRef---b"),
    ])
  func reference(_ name: String, _ expected: String) { #expect(LicenseExpression.reference(name) == expected) }

  /// Lines as Gentoo's own repository has them.
  @Test("the licences of repositories")
  func repositories() throws {
    let tree = try TestTree()
    try tree.write(
      "gentoo/metadata/license-mapping.conf",
      """
      # Apache-3.0 = GPL-2
      [spdx-to-ebuild]
      Apache-2.0 WITH LLVM-exception = Apache-2.0-with-LLVM-exceptions
      Artistic-1.0 = Artistic
      Artistic-1.0-cl8 = Artistic
      BSD-2-Clause = BSD-2
      BSD-2-Clause-Views = BSD-2
      GFDL-1.1 = FDL-1.1
      GFDL-1.1-invariants-only = FDL-1.1
      GFDL-1.1-only = FDL-1.1
      GPL-2.0 = GPL-2
      GPL-2.0+ = GPL-2+
      GPL-2.0-only = GPL-2
      GPL-2.0-or-later = GPL-2+
      GPL-2.0-with-font-exception = GPL-2-with-font-exception
      GPL-2.0-only WITH Font-exception-2.0 = GPL-2-with-font-exception
      Two = a b

      """)
    try tree.write("own/metadata/license-mapping.conf", "Other = GPL-2\nOwn-1.0 = own\n")
    try tree.write("gentoo/licenses/text", "The text.\n")
    let licenses = try RepositoryLicenses(
      Repositories([
        Repository(name: "gentoo", path: tree.path / "gentoo"),
        Repository(name: "own", path: tree.path / "own"),
      ]))
    let expected: [(String, Provenance.License)] = [
      ("Apache-2.0-with-LLVM-exceptions", .spdx("Apache-2.0 WITH LLVM-exception")),
      ("Artistic", .spdx("Artistic-1.0")), ("BSD-2", .spdx("BSD-2-Clause")),
      ("FDL-1.1", .spdx("GFDL-1.1-only")),
      ("GPL-2", .spdx("GPL-2.0-only")), ("GPL-2+", .spdx("GPL-2.0-or-later")),
      ("GPL-2-with-font-exception", .spdx("GPL-2.0-only WITH Font-exception-2.0")), ("own", .spdx("Own-1.0")),
      ("a", .text("")), ("text", .text("The text.\n")),
    ]
    for (name, license) in expected { #expect(licenses[name] == license, "\(name)") }
  }
}
