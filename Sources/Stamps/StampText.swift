import Platform
import TextKit

/// The text of a stamp, version 1. People can read and compare it.
///
///     sysbuild stamp 1
///     target   world
///     state    complete                      or: started, failed <why>, elsewhere <record>
///     started  2026-11-20T23:40:11.123456789Z
///     seconds  41.220000000
///     recipe   run emerge --oneshot ${set:sets/build.packages}
///     input    set   sets/build.packages   9f86d08…
///              listing  60303ae…
///     input    value CFLAGS   2c26b46…
///              text  -O2 -pipe
///     output   file  ${O}/rootfs.squashfs  fcde2b2… executable
///     checksum <SHA-256 of every byte before this line>
///
/// Fields are separated by one tab and escaped as in a listing. `missing` stands in the place of the digest if
/// there was no such artifact. What a tree leaves out follows the digest, each item with `!` before it. The
/// lines from `started` on are about the last success and absent if there was none. `listing` names a file in
/// the folder of the listings.
///
/// Damage of any kind is an error of `stamp(from:)`, and the target is out of date.
package enum StampText {
  static let header = "sysbuild stamp "
  static let version = 1

  package static func text(of stamp: Stamp) -> [UInt8] {
    var lines = [header + String(version), fields("target", stamp.target)]
    switch stamp.state {
    case .complete: lines.append(fields("state", "complete"))
    case .started: lines.append(fields("state", "started"))
    case .failed(let reason): lines.append(fields("state", "failed", reason))
    case .elsewhere(let record): lines.append(fields("state", "elsewhere", record))
    }
    if let success = stamp.success {
      lines.append(fields("started", Clock.iso8601(success.started)))
      lines.append(fields("seconds", seconds(success.duration)))
      lines += success.recipe.map { fields("recipe", $0) }
      lines += success.inputs.flatMap { record("input", $0) }
      lines += success.outputs.flatMap { record("output", $0) }
    }
    let body = Array((lines.joined(separator: "\n") + "\n").utf8)
    return body + Array("checksum\t\(SHA256.digest(of: body).hex)\n".utf8)
  }

  package static func stamp(from text: [UInt8]) throws(StampError) -> Stamp {
    guard text.starts(with: header.utf8) else { throw .foreign }
    var parser = try StampParser(lines: try verifiedLines(text))
    return try parser.stamp()
  }

  /// The lines of a text whose version is known and whose checksum is right, without the checksum's.
  private static func verifiedLines(_ text: [UInt8]) throws(StampError) -> ArraySlice<ArraySlice<UInt8>> {
    let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: true)
    let number = lines[0].dropFirst(header.utf8.count)
    guard let found = Int(String(decoding: number, as: UTF8.self)) else { throw .foreign }
    guard found == version else { throw .otherVersion(found) }
    guard let last = lines.last, lines.count > 1, text.last == UInt8(ascii: "\n") else { throw .torn }
    let digest = SHA256.digest(of: Array(text[..<last.startIndex]))
    guard last.elementsEqual("checksum\t\(digest.hex)".utf8) else { throw .torn }
    return lines.dropFirst().dropLast()
  }

  private static func fields(_ fields: String...) -> String { join(fields) }

  private static func join(_ fields: [String]) -> String {
    fields.map { String(decoding: escaped(Array($0.utf8)), as: UTF8.self) }.joined(separator: "\t")
  }

  private static func record(_ role: String, _ record: Stamp.Record) -> [String] {
    let artifact = record.artifact
    var observation = "missing"
    if let seen = record.observation {
      observation = seen.digest.hex + (seen.isExecutable ? " executable" : "")
    }
    let line = join(
      [role, artifact.kind.rawValue, artifact.name, observation] + artifact.excluding.map { "!" + $0 })
    switch record.detail {
    case .none: return [line]
    case .text(let text): return [line, fields("", "text", text)]
    case .listing(let digest): return [line, fields("", "listing", digest.hex)]
    }
  }

  private static func seconds(_ nanoseconds: Int64) -> String {
    // Negative if the clock was set back meanwhile.
    let (whole, part) = max(0, nanoseconds).quotientAndRemainder(dividingBy: 1_000_000_000)
    return "\(whole).\(part.zeroPadded(to: 9))"
  }
}

/// Why a stamp could not be read.
public enum StampError: Error, Hashable, Sendable, CustomStringConvertible {
  /// It is not a stamp.
  case foreign
  /// It was cut short or edited: its checksum is wrong.
  case torn
  /// Another version of sysbuild wrote it.
  case otherVersion(Int)
  /// Its checksum is right, but this version does not write such a line. Lines count from 1.
  case malformed(line: Int)
  /// The system's reason, in words.
  case unreadable(String)

  public var description: String {
    switch self {
    case .foreign: "it is not a sysbuild stamp"
    case .torn: "it is cut short or was edited (its checksum does not fit)"
    case .otherVersion(let version): "it has version \(version), this sysbuild writes \(StampText.version)"
    case .malformed(let line): "its line \(line) is not one that sysbuild writes"
    case .unreadable(let reason): reason
    }
  }
}
