import Platform
import Stamps
import Testing

@testable import EmergeOutput
@testable import ImageBuild
@testable import PortageFiles
@testable import TextKit

/// Tests of the reader of emerge's answers. `EditTests` compares the predictions with what then happens.
@Suite struct PreviewTests {
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

  @Test func timesOfEarlierRuns() throws {
    func run(_ outcome: String, _ seconds: Int64, emerging: Int64, leaf: Int64) -> JSON {
      [
        "name": "world", "outcome": .string(outcome), "seconds": .seconds(seconds),
        "emerging": .seconds(emerging),
        "packages": [["name": "app-misc/leaf-1", "binary": false, "seconds": .seconds(leaf)]],
      ]
    }
    let second: Int64 = 1_000_000_000
    let runs = EarlierRuns([
      run("succeeded", 10 * second, emerging: 9 * second, leaf: 9 * second),
      run("succeeded", 7 * second, emerging: 3 * second, leaf: 3 * second),
      run("succeeded", 6 * second, emerging: 4 * second, leaf: 4 * second),
      run("succeeded", 8 * second, emerging: 5 * second, leaf: 5 * second),
      // One that failed tells nothing.
      run("failed", second, emerging: second, leaf: second),
      ["name": "squashfs", "outcome": "succeeded", "seconds": .seconds(2 * second)],
    ])
    #expect(
      runs.seconds(of: "world") == 2 && runs.seconds(of: "squashfs") == 2 && runs.seconds(of: "image") == nil)
    #expect(runs.seconds(of: "app-misc/leaf", isBinary: false, in: "world") == 5)
    #expect(runs.seconds(of: "app-misc/leaf", isBinary: true, in: "world") == nil)
    #expect(runs.seconds(of: "app-misc/leaf", isBinary: false, in: "rootfs") == nil)
  }

  @Test func asAPersonReadsIt() {
    var preview = StagePreview()
    preview.after = ["base"]
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
    preview = StagePreview()
    preview.again = [nil, nil, nil, nil, nil, nil, nil]
    #expect(preview.lines(jobs: 1) == ["no package changes, 7 merged as they are"])
    preview.again = [100, 20, nil]
    #expect(preview.lines(jobs: 2) == ["no package changes, 3 merged as they are, over 1:40"])
    preview.changes = [
      .init(kind: .rebuild, root: "rootfs", package: "a/b", version: "1", source: .binary, seconds: 40)
    ]
    #expect(
      preview.lines(jobs: 1) == [
        "rebuild  a/b-1  binary  40 s", "1 package to merge, 3 merged as they are, over 2:40",
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
    func time(_ seconds: [Double?], isInOrder: Bool = false) -> String {
      var preview = StagePreview()
      preview.isInOrder = isInOrder
      preview.changes = seconds.map {
        StagePreview.Change(
          kind: .new, root: "sysroot", package: "a/b", version: "1", source: .ebuild, seconds: $0)
      }
      let (time, isAtLeast) = preview.time(jobs: 4)
      return "\(time.upperBound)\(isAtLeast ? "+" : "")"
    }
    #expect(
      [time([10, 10, 10, 11]), time([100, 1, 1]), time([8, nil]), time([])] == ["11.0", "100.0", "8.0+", "0.0"])
    #expect(time([10, 10, 10, 11], isInOrder: true) == "41.0")
  }
}
