import Platform
import Stamps
import Testing

@testable import EmergeOutput
@testable import ImageBuild
@testable import PortageFiles

/// Tests of the reader of emerge's answers. `EditTests` compares the predictions with what then happens.
@Suite struct PreviewTests {
  /// Printed by Portage 3.0.83, except for the last two.
  private static let output = """

    These are the packages that would be merged, in order:

    Calculating dependencies ... done!
    [ebuild  N     ] app-misc/extra-1::tiny to /O/sysroot/ 0 KiB
    [ebuild   R    ] app-misc/leaf-1:2/2.2::tiny [1:0::tiny] to /O/sysroot/ USE="-colour" 0 KiB
    [ebuild     U  ] app-misc/leaf-1.5_rc1-r2::tiny [1::tiny] to /O/sysroot/ USE="bright%* -shiny% (-colour%)" 0 KiB
    [binary     UD ] app-misc/leaf-1-3:2/2.2::tiny [1.2:2/2.2::tiny] to /O/sysroot/ USE="-colour" 0 KiB
    [binary  N     ] sys-libs/libcap-2.66-1::tiny to /T/ USE="pam" 0 KiB
    [ebuild  N     ] dev-lang/python-3.13.1:3.13::gentoo  USE="ssl* (-test)" PYTHON_TARGETS="python3_13%* -pypy3" 1,234 KiB
    [blocks B      ] <sys-apps/x-1 ("<sys-apps/x-1" is blocking sys-apps/y-2)
    [uninstall     ] sys-apps/x-0.5::gentoo

    Total: 2 packages (1 new, 1 reinstall), Size of downloads: 0 KiB
    """

  @Test func linesOfAnAnswer() {
    let merges = PretendedMerge.all(in: Self.output.utf8)
    let texts = merges.map { merge in
      [
        merge.package, merge.version, merge.slot, merge.repository, merge.isBinary ? "binary" : "ebuild",
        merge.isThere ? "there" : "not there", merge.isDowngrade ? "down" : "", merge.root ?? "host",
        merge.replaced.map { "\($0.version) in \($0.slot)" } ?? "",
        merge.flags.map { $0.text + ($0.isChanged ? "!" : "") }.joined(separator: ","), "\(merge.download)",
      ].joined(separator: " ")
    }
    #expect(
      texts == [
        "app-misc/extra 1 0 tiny ebuild not there  /O/sysroot   0",
        "app-misc/leaf 1 2 tiny ebuild there  /O/sysroot 1 in 0 -colour 0",
        "app-misc/leaf 1.5_rc1-r2 0 tiny ebuild there  /O/sysroot 1 in 0 +bright!,-shiny!,-colour! 0",
        "app-misc/leaf 1 2 tiny binary there down /O/sysroot 1.2 in 2 -colour 0",
        "sys-libs/libcap 2.66 0 tiny binary not there  /T  +pam 0",
        "dev-lang/python 3.13.1 3.13 gentoo ebuild not there  host  "
          + "+ssl!,-test,+python_targets_python3_13!,-python_targets_pypy3 1263616",
      ])
  }

  @Test func timesOfPackages() {
    let log = """
      100: Started emerge on: Nov 21, 2026 09:27:21
      100:  *** emerge --oneshot sys-libs/pam
      101:  >>> emerge (1 of 2) sys-libs/pam-1.5.3-r1 to /O/sysroot/
      101:  === (1 of 2) Compiling/Packaging (sys-libs/pam-1.5.3-r1::/repository/pam-1.5.3-r1.ebuild)
      102:  >>> emerge (2 of 2) app-misc/leaf-1 to /O/sysroot/
      103:  === (2 of 2) Merging Binary (app-misc/leaf-1::/packages/app-misc/leaf/leaf-1-1.gpkg.tar)
      104:  ::: completed emerge (2 of 2) app-misc/leaf-1 to /O/sysroot/
      161:  ::: completed emerge (1 of 2) sys-libs/pam-1.5.3-r1 to /O/sysroot/
      170:  >>> emerge (1 of 1) app-misc/cut-1 to /O/sysroot/
      not a line of Portage's
      200:  >>> emerge (1 of 1) app-misc/leaf-2 to /O/sysroot/
      203:  ::: completed emerge (1 of 1) app-misc/leaf-2 to /O/sysroot/
      """
    let times = BuildTimes(Array(log.utf8))
    #expect(times.seconds(of: "sys-libs/pam", isBinary: false) == 60)
    #expect(times.seconds(of: "sys-libs/pam", isBinary: true) == nil)
    #expect(times.seconds(of: "app-misc/leaf", isBinary: true) == 2)
    #expect(times.seconds(of: "app-misc/leaf", isBinary: false) == 3)
    #expect(times.seconds(of: "app-misc/cut", isBinary: false) == nil)
  }

  @Test(
    "of a damaged log what cannot be is left out",
    arguments: [("-9", "9223372036854775807"), ("0", "9223372036854775807"), ("1", "99999999"), ("5", "4")])
  func damagedTimes(_ began: String, _ ended: String) {
    let log = """
      \(began):  >>> emerge (1 of 1) app-misc/leaf-1 to /
      \(ended):  ::: completed emerge (1 of 1) app-misc/leaf-1 to /
      """
    #expect(BuildTimes(Array(log.utf8)).seconds(of: "app-misc/leaf", isBinary: false) == nil)
  }

  @Test func asAPersonReadsIt() {
    var preview = StagePreview(after: ["base"])
    preview.changes = [
      .init(
        kind: .update, root: "sysroot", package: "sys-libs/pam", version: "1.5.3", oldVersion: "1.5.2",
        flags: ["+nls", "-audit"], source: .ebuild, download: 3 << 20, seconds: 61),
      .init(kind: .new, root: "host", package: "dev-build/meson", version: "1.2", source: .binary),
      .init(kind: .remove, root: "sysroot", package: "app-misc/leaf", version: "1"),
    ]
    #expect(
      preview.lines(jobs: 2) == [
        "an estimate, as base runs first:",
        "update  sys-libs/pam-1.5.3   ebuild  1:01  from 1.5.2, USE +nls -audit",
        "new     dev-build/meson-1.2  binary  ?     on the host",
        "remove  app-misc/leaf-1",
        "2 packages to merge, 1 to remove, 3 MiB to fetch, over 1:01",
      ])
    preview = StagePreview(after: [])
    preview.unchanged = [nil, nil, nil, nil, nil, nil, nil]
    #expect(preview.lines(jobs: 1) == ["no package changes, 7 merged as they are"])
    preview.unchanged = [100, 20, nil]
    #expect(preview.lines(jobs: 2) == ["no package changes, 3 merged as they are, over 1:40"])
    preview.changes = [
      .init(kind: .rebuild, root: "rootfs", package: "a/b", version: "1", source: .binary, seconds: 40)
    ]
    #expect(
      preview.lines(jobs: 1) == [
        "rebuild  a/b-1  binary  40 s", "1 package to merge, 3 as they are, over 2:40",
      ])
    preview.changes = []
    preview.messages = [.warning("the update to x/y-2 was skipped")]
    preview.problem = "there is no ebuild for 'x/y'"
    #expect(
      preview.lines(jobs: 1) == [
        "warning: the update to x/y-2 was skipped", "there is no ebuild for 'x/y'",
      ])
  }

  @Test("many small packages share the jobs; one large one takes as long as it does")
  func timeOfAStage() {
    func time(_ seconds: [Int?]) -> String {
      var preview = StagePreview(after: [])
      preview.changes = seconds.map {
        StagePreview.Change(
          kind: .new, root: "sysroot", package: "a/b", version: "1", source: .ebuild, seconds: $0)
      }
      let (time, isAtLeast) = preview.time(jobs: 4)
      return "\(time)\(isAtLeast ? "+" : "")"
    }
    #expect(
      [time([10, 10, 10, 11]), time([100, 1, 1]), time([8, nil]), time([])] == ["11", "100", "8+", "0"])
  }
}
