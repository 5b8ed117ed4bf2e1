import Glibc
package import Platform

/// The log of one target's run as it is written: `O/logs/<target>/<time>.log`, of which the newest five are
/// kept. `latest` is a link to the last one, if the last run began its commands. `LogText` reads the lines.
///
/// Each line is the local time to the millisecond, a mark, and the text, so that the text begins at column 16:
///
///     00:04:43.123 # world, 2026-11-21
///     00:04:43.123 $ emerge --oneshot app-misc/hello
///     00:04:45.017 | >>> Emerging (1 of 3) sys-libs/pam-1.5.3::demo
///
/// `#` is what sysbuild says: why the target runs, the environment, how it ended; `$` a command, as a shell
/// takes it; `|` what a command prints, byte for byte, with the time at which the line began. A line is there
/// as soon as its first part is. While the run goes on the file is held (`FileDescriptor.tryHold`), so that
/// who follows it learns of the end even when sysbuild is killed.
package struct LogFile: ~Copyable {
  package enum Mark: UInt8 {
    case note = 0x23
    case command = 0x24
    case output = 0x7C
  }

  /// How many runs of a target have their logs kept.
  package static let kept = 5
  /// The bytes of a line in front of its text.
  static let prefixLength = 15

  package let path: Path
  private let file: FileDescriptor
  private var isAtLineStart = true

  package static func folder(of target: String, in build: Path) -> Path { build / "logs" / Path(target) }

  /// The log of the last run, by its own name; nil if that run has none.
  package static func latest(of target: String, in build: Path) -> Path? {
    let folder = folder(of: target, in: build)
    guard let name = try? File.readLink(folder / "latest") else { return nil }
    let path = folder / Path(bytes: name)
    return File.exists(path) ? path : nil
  }

  /// Removes the link to the latest log, because the last run has none.
  package static func forgetLatest(of target: String, in build: Path) throws(SystemError) {
    try File.remove(folder(of: target, in: build) / "latest", missingIsFine: true)
  }

  package init(_ target: String, in build: Path) throws(SystemError) {
    let folder = Self.folder(of: target, in: build)
    try Directory.create(folder, intermediates: true)
    // A target that fails at once is tried again within the same millisecond, and a clock can be set back.
    var time = Clock.wall
    while File.exists(folder / Path(Self.name(time))) { time += 1_000_000 }
    let name = Path(Self.name(time))
    let file = try Self.create(name, in: folder)
    try Self.removeOld(in: folder, sparing: name)
    path = folder / name
    self.file = file
  }

  private static func create(_ name: Path, in folder: Path) throws(SystemError) -> FileDescriptor {
    let file = try FileDescriptor.open(
      folder / name, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, mode: 0o644)
    // Held before it is linked: a follower, who comes by the link, must not find it free.
    do throws(SystemError) {
      _ = try file.tryHold()
    } catch {
      throw error.about(folder / name)
    }
    try AtomicFile.replaceLink(name, at: folder / "latest")
    return file
  }

  /// `20261121-000443.123.log`: in the order of time.
  private static func name(_ time: Int64) -> String {
    Clock.localTime(time, format: "%Y%m%d-%H%M%S") + ".\(milliseconds(time)).log"
  }

  private static func milliseconds(_ time: Int64) -> String {
    String(String(1000 + time / 1_000_000 % 1000).dropFirst())
  }

  private static func removeOld(in folder: Path, sparing name: Path) throws(SystemError) {
    let logs = try Directory.entries(of: folder).map { "\($0.name)" }
      .filter { $0.hasSuffix(".log") && $0 != "\(name)" }.sorted()
    for old in logs.dropLast(kept - 1) { try File.remove(folder / Path(old), missingIsFine: true) }
    try AtomicFile.removeTemporaries(in: folder)
  }

  /// A line of sysbuild's own.
  package mutating func write(_ mark: Mark, _ text: String) throws(SystemError) {
    let end: [UInt8] = isAtLineStart ? [] : [0x0A]
    isAtLineStart = true
    // One line, so that what follows a line feed in a word is not taken for output.
    let text = Array(text.utf8).split(separator: 0x0A, omittingEmptySubsequences: false)
    var bytes = end
    for line in text { bytes += Self.prefix(mark) + line + [0x0A] }
    try write(bytes)
  }

  /// What a command printed, which may end within a line.
  package mutating func write(output bytes: [UInt8]) throws(SystemError) {
    let prefix = Self.prefix(.output)
    var text: [UInt8] = []
    text.reserveCapacity(bytes.count + bytes.count / 2)
    for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
      if line.offset > 0 {
        // An empty line has its time, too.
        if isAtLineStart { text += prefix }
        text.append(0x0A)
        isAtLineStart = true
      }
      if line.element.isEmpty { continue }
      if isAtLineStart { text += prefix }
      text += line.element
      isAtLineStart = false
    }
    try write(text)
  }

  private static func prefix(_ mark: Mark) -> [UInt8] {
    let now = Clock.wall
    let time = Clock.localTime(now, format: "%H:%M:%S") + ".\(milliseconds(now)) "
    return Array(time.utf8) + [mark.rawValue, 0x20]
  }

  private func write(_ bytes: [UInt8]) throws(SystemError) {
    do throws(SystemError) {
      try file.writeAll(bytes)
    } catch {
      throw error.about(path)
    }
  }
}
