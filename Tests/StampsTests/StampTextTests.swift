import Platform
import Testing

@testable import Stamps

private let d1 = SHA256.digest(of: "1")
private let d2 = SHA256.digest(of: "2")

let sampleStamp = Stamp(
  target: "world", state: .failed("exit status 1\nand\tmore \\ é"),
  success: .init(
    recipe: ["run emerge ${set:x}", "run \u{7F}\u{301}", "", " "],
    inputs: [
      .init(Artifact(.file, "a\tb\nc"), Observation(d1, isExecutable: true)),
      .init(Artifact(.tree, "t", excluding: ["x", "!y", ""]), Observation(d2), .listing(d1)),
      .init(Artifact(.value, "V"), Observation(d1), .text("")),
      .init(Artifact(.value, "W"), Observation(d1), .text("a\0b\r\n")),
      .init(Artifact(.file, "gone"), nil),
    ],
    outputs: [.init(Artifact(.file, "${O}/x"), Observation(d2))],
    started: 1_795_222_314_000_000_001, duration: 41_220_000_000))

private let stamps = [
  sampleStamp,
  Stamp(target: "a", state: .started, success: nil),
  Stamp(target: "a", state: .failed(""), success: nil),
  Stamp(
    target: "b", state: .complete,
    success: .init(recipe: [], inputs: [], outputs: [], started: -1, duration: 999_999_999)),
]

@Test(arguments: stamps) func stampsSurvive(_ stamp: Stamp) throws {
  let text = StampText.text(of: stamp)
  #expect(try StampText.stamp(from: text) == stamp)
  #expect(String(validating: text, as: UTF8.self) != nil && text.last == 10)
}

@Test func theFormat() {
  let text = String(decoding: StampText.text(of: sampleStamp), as: UTF8.self)
  #expect(
    text.hasPrefix(
      """
      sysbuild stamp 1
      target\tworld
      state\tfailed\texit status 1\\x0aand\\x09more \\x5c é
      started\t2026-11-21T00:51:54.000000001Z
      seconds\t41.220000000
      recipe\trun emerge ${set:x}
      recipe\trun \\x7f\u{301}
      recipe\t
      recipe\t 
      input\tfile\ta\\x09b\\x0ac\t\(d1) executable
      input\ttree\tt\t\(d2)\t!\t!!y\t!x
      \tlisting\t\(d1.hex)
      input\tvalue\tV\t\(d1)
      \ttext\t
      input\tvalue\tW\t\(d1)
      \ttext\ta\\x00b\\x0d\\x0a
      input\tfile\tgone\tmissing
      output\tfile\t${O}/x\t\(d2)
      checksum\t
      """), "\(text)")
}

/// A clock that was set back makes no stamp that cannot be read.
@Test func durations() throws {
  for (duration, expected) in [(-1, 0), (-1_500_000_000, 0), (Int64(1), 1), (86_400_000_000_000 * 400, nil)]
    as [(Int64, Int64?)]
  {
    var stamp = sampleStamp
    stamp.success?.duration = duration
    #expect(try StampText.stamp(from: StampText.text(of: stamp)).success?.duration == expected ?? duration)
  }
}

@Test func stampsCutShort() throws {
  for stamp in stamps {
    let text = StampText.text(of: stamp)
    for length in 0..<text.count {
      #expect(throws: StampError.self, "\(length) bytes") { try StampText.stamp(from: Array(text[..<length])) }
    }
  }
}

@Test func stampsWithABitFlipped() throws {
  let text = StampText.text(of: sampleStamp)
  for place in text.indices {
    for flip: UInt8 in [1, 0x20, 0x80, 0xFF] {
      var damaged = text
      damaged[place] ^= flip
      #expect(throws: StampError.self, "byte \(place)") { try StampText.stamp(from: damaged) }
    }
    var shorter = text
    shorter.remove(at: place)
    #expect(throws: StampError.self, "without byte \(place)") { try StampText.stamp(from: shorter) }
  }
}

private func sealed(_ lines: [String]) -> [UInt8] {
  let body = Array(lines.map { $0 + "\n" }.joined().utf8)
  return body + Array("checksum\t\(SHA256.digest(of: body))\n".utf8)
}

/// Right checksum, wrong content: what a person made who knows how, or a sysbuild that never was.
@Test(
  arguments: [
    ("", .foreign), ("hello", .foreign), ("sysbuild stamp ", .foreign), ("sysbuild stamp x\n", .foreign),
    ("sysbuild stamp 2\nwhatever", .otherVersion(2)), ("sysbuild stamp 99999999999999999999\n", .foreign),
    ("sysbuild stamp 1\n", .torn), ("sysbuild stamp 1", .torn), ("sysbuild stamp 1\nchecksum\t0\n", .torn),
  ] as [(String, StampError)])
func foreignStamps(_ text: String, _ error: StampError) {
  #expect(throws: error) { try StampText.stamp(from: Array(text.utf8)) }
}

@Test(
  arguments: [
    ([], 2), (["target"], 2), (["target\ta\tb"], 2), (["state\tcomplete"], 2), (["target\t\\"], 2),
    (["target\t\\xff"], 2),
    (["target\ta"], 3), (["target\ta", "state\tdone"], 3), (["target\ta", "state\tfailed"], 3),
    (["target\ta", "state\tcomplete\tx"], 3), (["target\ta", "state\tstarted", "x"], 4),
    (["target\ta", "state\tstarted", "started\tyesterday"], 4),
    (["target\ta", "state\tstarted", "started\t2026-01-01T00:00:00Z"], 5),
    (
      [
        "target\ta", "state\tstarted", "started\t2026-01-01T00:00:00Z",
        "seconds\t-9223372036854775808.000000000",
      ], 5
    ),
    (
      [
        "target\ta", "state\tstarted", "started\t2026-01-01T00:00:00Z",
        "seconds\t9223372036854775807.000000000",
      ], 5
    ),
    (["target\ta", "state\tstarted", "started\t2026-01-01T00:00:00Z", "seconds\t1.-00000001"], 5),
    (["target\ta", "state\tstarted", "started\t2026-01-01T00:00:00Z", "seconds\t1.+00000001"], 5),
    (["target\ta", "state\tstarted", "started\t2026-01-01T00:00:00Z", "seconds\t1..000000000"], 5),
    (["target\ta", "state\tstarted", "started\t2026-01-01T00:00:00Z", "seconds\t1.0"], 5),
    (
      ["target\ta", "state\tstarted", "started\t2026-01-01T00:00:00Z", "seconds\t1.000000000", "input\tfile"], 6
    ),
    (
      [
        "target\ta", "state\tstarted", "started\t2026-01-01T00:00:00Z", "seconds\t1.000000000",
        "input\tfile\ta\t12",
      ], 6
    ),
    (
      [
        "target\ta", "state\tstarted", "started\t2026-01-01T00:00:00Z", "seconds\t1.000000000",
        "input\tfile\ta\t\(d1) exec",
      ], 6
    ),
    (
      [
        "target\ta", "state\tstarted", "started\t2026-01-01T00:00:00Z", "seconds\t1.000000000",
        "input\tfile\ta\tmissing\tx",
      ], 6
    ),
    (
      [
        "target\ta", "state\tstarted", "started\t2026-01-01T00:00:00Z", "seconds\t1.000000000",
        "input\tfile\ta\tmissing", "\tpicture",
      ], 7
    ),
    (
      [
        "target\ta", "state\tstarted", "started\t2026-01-01T00:00:00Z", "seconds\t1.000000000",
        "output\tfile\ta\tmissing", "recipe\tx",
      ], 7
    ),
  ] as [([String], Int)])
func malformedStamps(_ lines: [String], _ line: Int) {
  #expect(throws: StampError.malformed(line: line)) {
    try StampText.stamp(from: sealed(["sysbuild stamp 1"] + lines))
  }
}

@Test func inputsDigestTellsInputsApart() {
  func digest(_ change: (inout Stamp.Success) -> Void) -> Digest? {
    var success = sampleStamp.success
    if success != nil { change(&success!) }
    return success?.inputsDigest
  }
  let plain = digest { _ in }
  #expect(digest { $0.recipe.append("run x") } != plain)
  #expect(digest { $0.recipe.swapAt(0, 1) } != plain)
  #expect(digest { $0.inputs.removeLast() } != plain)
  #expect(digest { $0.inputs[0] = .init($0.inputs[0].artifact, Observation(d1)) } != plain)
  #expect(digest { $0.inputs[4] = .init($0.inputs[4].artifact, Observation(d1)) } != plain)
  #expect(digest { $0.inputs.reverse() } == plain)
  #expect(digest { $0.started = 5 } == plain && digest { $0.duration = 5 } == plain)
  #expect(digest { $0.outputs = [] } == plain)
}
