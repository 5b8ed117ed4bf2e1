import Platform
import Stamps
import Testing

@testable import Caching

@Suite struct CacheRecordTests {
  private static let digest = SHA256.digest(of: "x")
  private static let record = CacheRecord(
    unit: "rootfs", key: digest,
    parts: [
      .archive(digest, size: 12, unpacked: 10240, folders: ["rootfs", "assembly"]),
      .file(digest, size: 3, name: "${O}/kernel/vm\tlinuz"),
    ],
    stamps: [Array("sysbuild stamp 1\n".utf8), []], listings: [Array("a\nb\n".utf8)])

  @Test("a record says what was written, with names and texts of any kind")
  func roundTrip() throws {
    let again = try #require(CacheRecord(Self.record.text))
    #expect(again.text == Self.record.text)
    #expect(again.parts == Self.record.parts)
    #expect(again.stamps == Self.record.stamps && again.listings == Self.record.listings)
  }

  @Test("a record that is cut short anywhere is none, or has less in it")
  func cutShort() {
    let text = Self.record.text
    for length in 0..<text.count {
      guard let cut = CacheRecord(Array(text.prefix(length))) else { continue }
      #expect(cut.stamps.count + cut.listings.count + cut.parts.count < 5, "\(length) bytes")
    }
  }

  @Test(
    "a record whose names lead out of O and IMAGESDIR is none",
    arguments: [
      "archive\tHEX\t1\t1\t/etc", "archive\tHEX\t1\t1\t../x", "archive\tHEX\t1\t1\ta/../../x",
      "archive\tHEX\t1\t1\t.",
      "archive\tHEX\t1\t1", "archive\tHEX\t-1\t1\ta", "archive\tHEX\t1\t99999999999999999999\ta",
      "archive\tx\t1\t1\ta",
      "file\tHEX\t1\t/etc/passwd", "file\tHEX\t1\tprofiles/x", "file\tHEX\t1\t${O}/../x", "file\tHEX\t1\t${O}",
      "file\tHEX\t1\t${IMAGESDIR}/a/../../x", "file\tHEX\t1\t${HOME}/x", "stamp\t9", "listing\t-1", "other\tx",
    ])
  func leadsOut(_ line: String) {
    let text =
      "\(CacheRecord.header)\nunit\tx\nkey\t\(Self.digest.hex)\n\(line.replacing("HEX", with: Self.digest.hex))\n"
    #expect(CacheRecord(Array(text.utf8)) == nil)
  }
}

@Suite struct ActionResultTests {
  /// By hand from the encoding's specification: field 2 (`output_files`) with the fields 1 (`path`), 2 (`digest` with 1
  /// `hash` and 2 `size_bytes`) and 5 (`contents`).
  @Test("the bytes are those of the message ActionResult")
  func bytes() throws {
    let digest = SHA256.digest(of: "x")
    let result = ActionResult([
      .init(name: "a", digest: digest, size: 300), .init(name: "b", digest: digest, size: 1, content: [0x78]),
    ])
    let hex = Array(digest.hex.utf8)
    #expect(
      result.bytes == [0x12, 74, 0x0A, 1, 0x61, 0x12, 69, 0x0A, 64] + hex + [0x10, 0xAC, 0x02]
        + [0x12, 76, 0x0A, 1, 0x62, 0x12, 68, 0x0A, 64] + hex + [0x10, 0x01, 0x2A, 1, 0x78])
    #expect(ActionResult(result.bytes) == result)
  }

  @Test("fields that other programs write are passed over; what is cut short is no message")
  func foreign() throws {
    let result = ActionResult([.init(name: "a", digest: SHA256.digest(of: "x"), size: 0)])
    // exit_code = 0, stdout_raw, and a field of eight bytes.
    let more: [UInt8] = [0x20, 0x00, 0x2A, 2, 1, 2, 0x49, 0, 0, 0, 0, 0, 0, 0, 0]
    #expect(ActionResult(more + result.bytes + more) == result)
    for length in 1..<result.bytes.count { #expect(ActionResult(Array(result.bytes.prefix(length))) == nil) }
    for bytes in [[0x12, 0xFF], [0x0B], [0x12, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0x01]]
      as [[UInt8]]
    {
      #expect(ActionResult(bytes) == nil)
    }
  }
}
