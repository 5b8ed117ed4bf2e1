public import Platform

/// Reads the file system and the environment, and remembers what it was asked and what state it found, so
/// that what was concluded from the answers can be known to stand without reading anything again.
///
/// It does not know what is concluded. While every path that it looked at has the status it had ("nothing is
/// there" being one), and every variable its value, all its answers would be the same: `FileIndex` keeps
/// conclusions on these grounds. Each path is remembered as it was before the first look at its content.
public final class Witness {
  struct Sighting {
    let path: Path
    let followsLinks: Bool
    /// Nil if nothing was there.
    let status: FileStatus?
  }

  private struct Key: Hashable {
    let path: Path
    let followsLinks: Bool
  }

  private(set) var sightings: [Sighting] = []
  private(set) var variables: [String: [UInt8]?] = [:]
  /// Whether an answer may change without a trace: a path that could not be looked up, or one that changed
  /// within the tick of the kernel's clock in which it was seen.
  private(set) var isDoubtful = false
  private var seen: Set<Key> = []

  public init() {}

  /// getenv(3).
  public func variable(_ name: String) -> [UInt8]? {
    let value = Environment.value(name)
    variables.updateValue(value, forKey: name)
    return value
  }

  /// lstat(2), or stat(2) when `followingLinks`.
  public func status(of path: Path, followingLinks: Bool = true) throws(SystemError) -> FileStatus {
    let now = Clock.coarseWall
    do {
      let status = try FileStatus(path, followingLinks: followingLinks)
      if max(status.modified, status.changed) >= now { isDoubtful = true }
      note(path, followingLinks, status)
      return status
    } catch {
      // Only of what is missing can it be known that it still is.
      if error.isMissing { note(path, followingLinks, nil) } else { isDoubtful = true }
      throw error
    }
  }

  /// The content of the file at `path`, links followed.
  public func content(of path: Path) throws(SystemError) -> [UInt8] {
    _ = try status(of: path)
    return try File.read(path)
  }

  /// The names in the directory at `path`, links followed, and their kinds.
  public func entries(of path: Path) throws(SystemError) -> [Directory.Entry] {
    _ = try status(of: path)
    return try Directory.entries(of: path)
  }

  /// readlink(2).
  public func linkTarget(of path: Path) throws(SystemError) -> [UInt8] {
    _ = try status(of: path, followingLinks: false)
    return try File.readLink(path)
  }

  /// Whether anything is at `path`, a link to nowhere included.
  public func exists(_ path: Path) -> Bool {
    (try? status(of: path, followingLinks: false)) != nil
  }

  /// Whether a regular file that this process may execute is at `path`, links followed.
  public func isExecutable(_ path: Path) -> Bool {
    (try? status(of: path))?.kind == .file && File.isExecutable(path)
  }

  private func note(_ path: Path, _ followsLinks: Bool, _ status: FileStatus?) {
    if seen.insert(Key(path: path, followsLinks: followsLinks)).inserted {
      sightings.append(Sighting(path: path, followsLinks: followsLinks, status: status))
    }
  }
}
