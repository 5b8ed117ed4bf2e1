import Glibc
package import Platform
package import TextKit

/// `O/history`: one JSON object on each line, two lines for each run. The file keeps the newest runs. This
/// type knows the format of the file, but not how a run is carried out.
///
/// When a run begins: `version` (1), `run` (the time, which names it), `command` (how it was asked for) and
/// `goals`. When it ends: `run`, `seconds`, `outcome` (`succeeded`, `failed`, `interrupted` or `aborted`, with
/// `failed`, `signal` or `message` as in the events) and `targets`, each with `name`, `outcome` (`succeeded`,
/// `failed`, `interrupted`, `spared`, `recorded`, `skipped`), and if it ran `began` (seconds from the beginning of the run),
/// `seconds`, `reasons` (texts), `message` and `warnings` (texts). If it ran emerge, `emerging` has the seconds in which a
/// package was being built or merged, and `packages` those of each, with `name`, the name and version, `binary`, `began`
/// and `seconds`.
///
/// The process that has the lock on O appends each line with one write, and lines are never changed. If a loss of
/// power cuts a line off, the next writer ends it with a line feed. Readers ignore such lines, and lines of a later
/// version. A run without an end was killed or is still running. A process that is still running holds the file
/// (`FileDescriptor.tryHold`). If the file is larger than its limit when a run begins, it is replaced by its newer
/// half.
package struct HistoryFile: ~Copyable {
  package static let version = 1
  package static let limit = 1 << 20

  private let path: Path
  private let file: FileDescriptor

  package static func path(in build: Path) -> Path { build / "history" }

  /// Opens the file for one run. The caller must hold the lock on O.
  package init(in build: Path) throws(SystemError) {
    path = Self.path(in: build)
    try Self.shorten(path)
    file = try Self.open(path)
  }

  private static func open(_ path: Path) throws(SystemError) -> FileDescriptor {
    let file = try FileDescriptor.open(path, O_RDWR | O_CREAT | O_APPEND | O_NOFOLLOW, mode: 0o644)
    do throws(SystemError) {
      _ = try file.tryHold()
      let size = try file.status().size
      if size > 0, try file.read(from: size - 1, upTo: 1) != [0x0A] { try file.writeAll([0x0A]) }
    } catch {
      throw error.about(path)
    }
    return file
  }

  package func append(_ object: JSON) throws(SystemError) {
    do throws(SystemError) {
      try file.writeAll(Array((object.line + "\n").utf8))
    } catch {
      throw error.about(path)
    }
  }

  private static func shorten(_ path: Path) throws(SystemError) {
    guard let status = try? FileStatus(path), status.size > limit else { return }
    let bytes = try File.read(path)
    let half = bytes.suffix(limit / 2)
    let start = half.firstIndex(of: 0x0A).map { $0 + 1 } ?? half.endIndex
    try AtomicFile.write(Array(half[start...]), to: path, durable: false)
  }

  /// A run as the file has it.
  package struct Run {
    /// Nanoseconds since the epoch.
    package let began: Int64
    package let command: String
    package let goals: [String]
    /// The line that was written at its end.
    package var end: JSON?
    /// Whether a run without an end is still running.
    package var isRunning = false
  }

  /// The runs in the file, the oldest first.
  package static func runs(in build: Path) throws(SystemError) -> [Run] {
    let path = path(in: build)
    guard File.exists(path) else { return [] }
    let file = try FileDescriptor.open(path, O_RDONLY | O_NOCTTY, action: "cannot read")
    // Whether the file is held is asked after each reading, until a reading finds nothing new. Otherwise a run that
    // began or ended between the two would seem to have been killed.
    var text = try file.readAll()
    var isHeld = try file.isHeldElsewhere()
    while !isHeld, case let rest = try file.readAll(), !rest.isEmpty {
      text += rest
      isHeld = try file.isHeldElsewhere()
    }
    var runs: [Run] = []
    for line in text.split(separator: 0x0A) {
      guard let object = JSONReader.value(of: line), let id = object["run"]?.text,
        let began = Clock.parseISO8601(id)
      else { continue }
      if object["outcome"] != nil {
        if let place = runs.lastIndex(where: { $0.began == began }) { runs[place].end = object }
      } else if object["version"] == .integer(version) {
        let goals = object["goals"]?.elements.compactMap(\.text) ?? []
        runs.append(Run(began: began, command: object["command"]?.text ?? "", goals: goals))
      }
    }
    if isHeld, let last = runs.indices.last, runs[last].end == nil { runs[last].isRunning = true }
    return runs
  }
}
