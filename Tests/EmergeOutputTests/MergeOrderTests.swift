import Platform
import Testing

@testable import EmergeOutput

@Suite struct MergeOrderTests {
  /// Written by Portage 3.0.83 with two jobs, shortened.
  private let order = MergeOrder(
    Array(
      """
      1795734440: Started emerge on: Nov 26, 2026 23:07:20
      1795734441:  >>> emerge (1 of 3) dev-libs/a-1 to /O/sysroot/
      1795734441:  >>> emerge (2 of 3) dev-libs/b-1 to /O/sysroot/
      1795734442:  === (1 of 3) Merging (dev-libs/a-1::/r/dev-libs/a/a-1.ebuild)
      1795734443:  ::: completed emerge (1 of 3) dev-libs/a-1 to /O/sysroot/
      1795734443:  >>> emerge (3 of 3) dev-libs/c-1-r2 to /O/sysroot/
      1795734443:  >>> emerge (1 of 1) dev-libs/d-1 to /
      1795734443:  ::: completed emerge (1 of 1) dev-libs/d-1 to /
      1795734444:  ::: completed emerge (2 of 3) dev-libs/b-1 to /O/sysroot/

      """.utf8)[...], root: "/O/sysroot")

  @Test("what had been merged before something else was begun") func known() {
    #expect(order.isMerged("dev-libs/a-1", before: "dev-libs/c-1-r2"))
    #expect(!order.isMerged("dev-libs/a-1", before: "dev-libs/b-1"))
    #expect(!order.isMerged("dev-libs/b-1", before: "dev-libs/c-1-r2"))
    #expect(!order.isMerged("dev-libs/c-1-r2", before: "dev-libs/a-1"))
  }

  @Test("what the log does not tell: other roots, other runs") func unknown() {
    #expect(!order.isMerged("dev-libs/d-1", before: "dev-libs/c-1-r2"))
    #expect(!order.isMerged("dev-libs/a-1", before: "dev-libs/x-1"))
  }
}
