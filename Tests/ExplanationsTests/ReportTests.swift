import BuildGraph
import Platform
import Stamps
import Testing

@testable import ArtifactKinds
@testable import Explanations
@testable import TextKit

@Suite struct ReportTests {
  private static let file = Artifact(.file, "src/a")

  @Test(
    arguments: [
      (Reason.neverBuilt, "never built"), (.forced, "forced"),
      (.lastRunFailed("'sh' exited with status 1"), "last run failed: 'sh' exited with status 1"),
      (.lastRunFailed("its last run was interrupted"), "its last run was interrupted"),
      (.stampUnreadable(.foreign), "its stamp cannot be used: it is not a sysbuild stamp"),
      (
        .stampUnreadable(.otherVersion(7)), "its stamp cannot be used: it has version 7, this sysbuild writes 1"
      ),
      (
        .stampUnreadable(.malformed(line: 3)),
        "its stamp cannot be used: its line 3 is not one that sysbuild writes"
      ),
      (.assumed(Artifact(.file, "a")), "a is assumed to have changed"),
      (.assumed(Artifact(.installed, "a")), "packages in a are assumed to have changed"),
      (.outputMissing(Artifact(.file, "${O}/x")), "output ${O}/x is missing"),
      (.outputAltered(Artifact(.file, "${O}/x"), [Change(.changed, "")]), "output ${O}/x was altered"),
      (
        .outputAltered(Artifact(.tree, "${O}/t"), [Change(.removed, "f")]),
        "output ${O}/t was altered: f removed"
      ),
      (.recipeChanged([]), "recipe changed"),
      (
        .recipeChanged([Change(.removed, "run a"), Change(.added, "run b")]),
        "recipe changed: run a removed, run b added"
      ),
      (.inputChanged(file, []), "src/a changed"),
      (.inputChanged(file, [Change(.changed, "")]), "src/a changed"),
      (.inputChanged(file, [Change(.added, "")]), "src/a is there now"),
      (.inputChanged(file, [Change(.removed, "")]), "src/a is gone"),
      (
        .inputChanged(file, [Change(.added, "executable bit"), Change(.changed, "")]),
        "src/a changed: executable bit added, content changed"
      ),
      (.inputChanged(Artifact(.value, "V"), [Change(.changed, "", from: "a", to: "")]), "variable V: 'a' → ''"),
      (.inputChanged(Artifact(.environment, "V"), [Change(.removed, "")]), "environment variable V is gone"),
      (
        .inputChanged(Artifact(.tool, "cc"), [Change(.changed, "", from: "/a 1", to: "/b 2")]),
        "program cc: '/a 1' → '/b 2'"
      ),
      (.inputChanged(Artifact(.result, "x"), [Change(.changed, "")]), "target x changed"),
      (
        .inputChanged(.init(.installed, "${O}/sysroot"), [Change(.changed, "a/b", from: "1", to: "2")]),
        "packages in ${O}/sysroot changed: a/b: 1 → 2"
      ),
      (
        .inputChanged(.init(.set, "sets/b.packages"), [Change(.added, "a/b", place: "sets/b.packages:3")]),
        "sets/b.packages changed: a/b added (sets/b.packages:3)"
      ),
      (
        .inputChanged(
          .init(.configuration, "profiles/p/target"),
          [
            Change(
              .changed, "target/etc/portage/u: a/b x", from: "on", to: "off",
              place: "profiles/p/target/etc/portage/u:2"),
            Change(.added, "repo:base/u: a/b", place: "/usr/repo/profiles/base/u:1"),
          ]),
        "profiles/p/target changed: a/b x: on → off (profiles/p/target/etc/portage/u:2), "
          + "repo:base/u: a/b added (/usr/repo/profiles/base/u:1)"
      ),
      (
        .inputChanged(
          .init(.tree, "t"),
          [
            Change(.added, "a"), Change(.removed, "b"), Change(.changed, "c"), Change(.added, "d"),
            Change(.added, "e"),
          ]),
        "t changed: a added, b removed, c changed, and 2 more"
      ),
    ] as [(Reason, String)])
  func reason(_ reason: Reason, _ text: String) { #expect(Wording.text(reason) == text) }

  @Test(arguments: [
    ("short", "other", "short", "other"),
    ("", "1234567890123456789012345678901", "", "12345678901234567890123456789…"),
    (
      "the very same beginning of words, a and the end", "the very same beginning of words, b and the end",
      "…of words, a and the end", "…of words, b and the end"
    ),
    (
      "a then a long rest that is the same in both", "bc then a long rest that is the same in both",
      "a then a long…", "bc then a long…"
    ),
    (String(repeating: "a", count: 40), String(repeating: "a", count: 41), "…aaaaaaaaaaaa", "…aaaaaaaaaaaaa"),
    (String(repeating: "x", count: 40), "y", "xxxxxxxxxxxxxxxxxxxxxxxxxxxxx…", "y"),
  ])
  func excerpts(_ old: String, _ new: String, _ oldPart: String, _ newPart: String) {
    let parts = Excerpt.of(old, new, width: 30)
    #expect(parts.old == oldPart)
    #expect(parts.new == newPart)
  }

  @Test(
    arguments: [
      (0, "0.0 s"), (49_999_999, "0.0 s"), (50_000_000, "0.1 s"), (9_949_999_999, "9.9 s"),
      (9_950_000_000, "10 s"),
      (59_499_999_999, "59 s"), (59_500_000_000, "1:00"), (101_000_000_000, "1:41"),
      (3599_500_000_000, "1:00:00"),
      (3_727_000_000_000, "1:02:07"), (360_000_000_000_000, "100:00:00"),
    ] as [(Int64, String)])
  func duration(_ nanoseconds: Int64, _ text: String) { #expect(Quantity.duration(nanoseconds) == text) }

  @Test func counts() {
    #expect([0, 1, 2].map { Quantity.count($0, "target") } == ["0 targets", "1 target", "2 targets"])
  }

  @Test func table() {
    let table = Table(["name", "what"], [["ünïcödé", "a"], ["b", ""], ["", "c"]])
    #expect(table.text == "name     what\nünïcödé  a\nb\n         c\n")
    #expect(Table(["name"], []).text == "name\n")
  }

  // MARK: Plans

  /// Knows only what it is told.
  private final class FixedObserver: Observer {
    var digests: [String: Digest] = [:]
    func look(at nodes: [Graph.ArtifactNode]) {}
    func observation(of node: Graph.ArtifactNode) -> Observation? {
      digests[node.artifact.name].map { Observation($0) }
    }
    func detail(of node: Graph.ArtifactNode) -> Detail { .none }
  }

  private struct Memory: StampStore {
    var stamps: [String: Stamp] = [:]
    func stamp(of target: String) -> Stamp? { stamps[target] }
    func listing(_ digest: Digest) -> Listing? { nil }
    func write(_ stamp: Stamp) {}
    func keep(_ listing: Listing) -> Digest { listing.digest }
  }

  private func plan(_ targets: [Target], _ stamps: [Stamp] = []) throws -> PlanReport {
    var builder = GraphBuilder(
      variables: Variables(), locations: Locations(source: "/s", build: "/s/out", images: "/s/out/images"))
    let graph = try builder.build(targets)
    let store = Memory(stamps: Dictionary(uniqueKeysWithValues: stamps.map { ($0.target, $0) }))
    let state = BuildState(graph: graph, observer: FixedObserver(), store: store)
    return PlanReport(plan: try Plan(state, goals: graph.nodes.map(\.id)), graph: graph)
  }

  private func stamp(_ name: String, _ state: Stamp.State = .complete, _ inputs: [Stamp.Record] = []) -> Stamp {
    Stamp(
      target: name, state: state,
      success: Stamp.Success(recipe: ["run true"], inputs: inputs, outputs: [], started: 0, duration: 0))
  }

  @Test func everyVerdict() throws {
    let report = try plan(
      [
        Target("fresh", run: ["true"]), Target("a", run: ["true"]),
        Target("long-name", inputs: ["file:x"], run: ["true"]),
        Target("all", needs: ["fresh", "a", "long-name"]),
      ],
      [
        stamp("fresh"),
        stamp(
          "long-name", .failed("why"), [Stamp.Record(Artifact(.file, "x"), Observation(SHA256.digest(of: "x")))]
        ),
      ])
    #expect(
      report.text
        == """
        a          stale    never built
        long-name  stale    last run failed: why
                            x is gone
        all        pending  on a, long-name
        2 stale, 1 pending, 1 fresh

        """)
    #expect(
      report.json
        == """
        {
          "version": 1,
          "targets": [
            {
              "name": "fresh",
              "verdict": "fresh",
              "pendingOn": [],
              "reasons": []
            },
            {
              "name": "a",
              "verdict": "stale",
              "pendingOn": [],
              "reasons": [
                {
                  "kind": "neverBuilt"
                }
              ]
            },
            {
              "name": "long-name",
              "verdict": "stale",
              "pendingOn": [],
              "reasons": [
                {
                  "kind": "lastRunFailed",
                  "message": "why"
                },
                {
                  "kind": "inputChanged",
                  "input": {
                    "kind": "file",
                    "name": "x"
                  },
                  "changes": [
                    {
                      "change": "removed",
                      "item": ""
                    }
                  ]
                }
              ]
            },
            {
              "name": "all",
              "verdict": "pending",
              "pendingOn": ["a", "long-name"],
              "reasons": []
            }
          ]
        }

        """)
  }

  @Test func allFresh() throws {
    #expect(try plan([Target("a", run: ["true"])], [stamp("a")]).text == "up to date: 1 target fresh\n")
    #expect(try plan([]).text == "up to date: 0 targets fresh\n")
  }

  @Test(arguments: [
    ("a", "\"a\""), ("\"\\\u{8}\u{C}\n\r\t", "\"\\\"\\\\\\b\\f\\n\\r\\t\""),
    ("\u{1}\u{7F}\u{85}\u{2028}", "\"\\u0001\\u007f\\u0085\\u2028\""),
    ("ü🦊e\u{301}", "\"ü🦊e\u{301}\""), ("\r\n", "\"\\r\\n\""),
  ])
  func jsonStrings(_ text: String, _ expected: String) { #expect(JSON.string(text).line == expected) }

  @Test func jsonShapes() {
    let value: JSON = ["a": 1, "b": [], "c": [true, .null], "d": [[:] as JSON], "e": ["f": -2]]
    #expect(value.line == #"{"a":1,"b":[],"c":[true,null],"d":[{}],"e":{"f":-2}}"#)
    #expect(
      value.pretty
        == """
        {
          "a": 1,
          "b": [],
          "c": [true, null],
          "d": [
            {}
          ],
          "e": {
            "f": -2
          }
        }
        """)
  }
}
