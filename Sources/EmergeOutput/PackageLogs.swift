import Glibc
import Platform

/// Portage's own logs of packages, `PORTAGE_LOGDIR/<category>:<package>:<time>.log`, which tell the phase of each
/// while several are built at once. What cannot be read tells nothing.
package struct PackageLogs {
  private let folder: Path
  /// How far each log was read, and the phase it had reached.
  private var known: [Path: (size: Int64, phase: String?)] = [:]
  /// The bytes seen so far: what grows is alive.
  package private(set) var size: Int64 = 0
  /// By the clock that file times are taken from.
  private let began = Clock.coarseWall

  /// - Parameter environment: that of emerge; nil without logs in it.
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
    // One of an earlier build tells nothing of this one.
    guard let status = try? FileStatus(path), status.modified >= began else { return nil }
    let before = known[path] ?? (0, nil)
    var phase = before.phase
    if let file = try? FileDescriptor.open(path, O_RDONLY | O_NOCTTY),
      let bytes = try? file.read(from: max(before.size, status.size - 1 << 16), upTo: 1 << 16)
    {
      let lines = bytes.split(separator: 0x0A)
      phase = lines.last { EmergeTracker.phase($0) != nil }.flatMap(EmergeTracker.phase) ?? phase
      // From the last line feed on, since the line may go on.
      let whole = bytes.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0
      let end = max(before.size, status.size - 1 << 16) + Int64(whole)
      size += end - before.size
      known[path] = (end, phase)
    }
    return phase
  }
}
