import Glibc
package import Platform
import TextKit

/// What fills O, and how room is made there without losing anything. It reads sizes and removes nothing.
package struct BuildRoom {
  private let build: Path
  /// What lies in O, the largest first, in bytes; of hard links each counts.
  private let parts: [(name: Path, size: Int64)]

  package init(_ build: Path) {
    self.build = build
    let names = ((try? Directory.entries(of: build)) ?? []).map(\.name).filter { !$0.isHidden }
    parts = names.map { ($0, Self.size(of: build / $0)) }.filter { $0.1 > 0 }
      .sorted { ($1.size, $0.name) < ($0.size, $1.name) }
  }

  /// As far as it can be read.
  private static func size(of path: Path) -> Int64 {
    guard let status = try? FileStatus(path) else { return 0 }
    guard status.kind == .directory else { return status.size }
    return ((try? Directory.entries(of: path)) ?? []).reduce(0) { $0 + size(of: path / $1.name) }
  }

  /// `it holds 1.4 GiB: 1.3 GiB in tmp, 42 MiB in host, …`; nil if nothing is there.
  package var contents: String? {
    if parts.isEmpty { return nil }
    let total = parts.reduce(0) { $0 + $1.size }
    let largest = parts.prefix(3).filter { $0.size > total / 100 }
      .map { "\(Quantity.size($0.size)) in \($0.name)" }
    return "it holds \(Quantity.size(total)): " + largest.joined(separator: ", ")
      + (parts.count > largest.count ? ", …" : "")
  }

  /// What to do about it.
  package var remedy: String {
    // Emerge removes the work folder of a package when it has built it, or when it begins to build it again.
    guard let left = parts.first(where: { $0.name == "tmp" }) else { return "make room, or use another folder" }
    return
      "remove '\(build / "tmp")' (\(Quantity.size(left.size)), left by builds that failed or were cut off), or use "
      + "another folder"
  }

  /// Whether an error means that there is no room.
  package static func isFull(_ code: CInt) -> Bool { code == ENOSPC || code == EDQUOT }

  /// Whether a command that prints this found no room.
  package static func isRefusal(_ line: ArraySlice<UInt8>) -> Bool {
    line.position(of: Array("No space left on device".utf8)) != nil
  }

  /// Below this nothing can be built, in bytes.
  package static let least: Int64 = 1 << 30

  /// What is to be said after an error that came of a full O; nil if there is room.
  package static func explanation(_ build: Path) -> String? {
    guard let free = try? FileSystemTrial.freeSpace(at: build), free < least else { return nil }
    let room = BuildRoom(build)
    return
      "O ('\(build)') has \(Quantity.size(free)) free\(room.contents.map { ", and \($0)" } ?? ""): \(room.remedy)"
  }
}
