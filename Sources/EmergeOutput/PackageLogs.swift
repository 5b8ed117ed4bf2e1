import Glibc
import Platform

/// Portage's build logs, `PORTAGE_LOGDIR/<category>:<package>:<time>.log`, which show the phase of each package
/// while several are built at once. A log that cannot be read is ignored.
package struct PackageLogs {
  private let folder: Path
  /// How far each log was read, and the phase it had reached.
  private var known: [Path: (size: Int64, phase: String?)] = [:]
  /// The number of bytes seen so far; while it grows, a build makes progress.
  package private(set) var size: Int64 = 0
  /// When the run began, by the clock that file times come from.
  private let began = Clock.coarseWall

  /// - Parameter environment: the environment of emerge. The result is nil if it does not set PORTAGE_LOGDIR.
  package init?(_ environment: [(name: String, value: String)]) {
    guard let folder = environment.last(where: { $0.name == "PORTAGE_LOGDIR" })?.value else { return nil }
    self.folder = Path(folder)
  }

  /// The phase that the build of a package (`sys-libs/pam-1.5.3`) has reached.
  package mutating func phase(of version: String) -> String? {
    let prefix = version.replacing("/", with: ":") + ":"
    let names = ((try? Directory.entries(of: folder)) ?? []).map { "\($0.name)" }.filter {
      $0.hasPrefix(prefix)
    }
    guard let name = names.max() else { return nil }
    let path = folder / Path(name)
    // A log of an earlier build says nothing about this one.
    guard let status = try? FileStatus(path), status.modified >= began else { return nil }
    let before = known[path] ?? (0, nil)
    var phase = before.phase
    if let file = try? FileDescriptor.open(path, O_RDONLY | O_NOCTTY),
      let bytes = try? file.read(from: max(before.size, status.size - 1 << 16), upTo: 1 << 16)
    {
      let lines = bytes.split(separator: 0x0A)
      phase = lines.last { EmergeTracker.phase($0) != nil }.flatMap(EmergeTracker.phase) ?? phase
      // The next read starts after the last line feed, since the last line may be incomplete.
      let whole = bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
      let end = max(before.size, status.size - 1 << 16) + Int64(whole)
      size += end - before.size
      known[path] = (end, phase)
    }
    return phase
  }
}
