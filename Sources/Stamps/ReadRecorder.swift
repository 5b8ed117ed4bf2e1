import Glibc
public import Platform

/// Reads the file system and the environment, and records each path with its status and each variable with its
/// value.
///
/// While no path has another status than the one recorded, "missing" included, and no variable another value,
/// reading them again would return the same. So `FileIndex` keeps answers drawn from them. A path's status
/// is the one from before its content was first read.
public final class ReadRecorder {
  /// What about a path must not change.
  enum Aspect: UInt64 {
    case status
    /// The status with links followed.
    case statusBehindLinks
    /// Only the kind of what is there.
    case kind
  }

  struct Lookup {
    let place: Place
    /// Nil if the path was missing.
    let status: FileStatus?
  }

  struct Place: Hashable {
    let path: Path
    let aspect: Aspect
  }

  private(set) var lookups: [Lookup] = []
  private(set) var variables: [String: [UInt8]?] = [:]
  /// Whether something may change without being noticed: a path could not be looked up, or its status is racy
  /// (`FileStatus.isRacy`).
  private(set) var isDoubtful = false
  private var seen: Set<Place> = []

  public init() {}

  /// The paths that were read or looked up, each once, in the order of the first time. Those that were only
  /// checked for being a link are left out.
  public var paths: [Path] {
    var known: Set<Path> = []
    return lookups.map(\.place).filter { $0.aspect != .kind && known.insert($0.path).inserted }.map(\.path)
  }

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
      if status.isRacy(at: now) { isDoubtful = true }
      note(path, followingLinks ? .statusBehindLinks : .status, status)
      return status
    } catch {
      // After any other error it cannot be told whether the path changed.
      if error.isMissing {
        note(path, followingLinks ? .statusBehindLinks : .status, nil)
      } else {
        isDoubtful = true
      }
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

  /// The target of the symbolic link at `path`; nil for anything else. In that case only the kind is recorded:
  /// otherwise a change in any folder on the way to a file would count.
  public func linkTarget(of path: Path) throws(SystemError) -> [UInt8]? {
    if let status = try? FileStatus(path), status.kind != .symbolicLink {
      note(path, .kind, status)
      return nil
    }
    _ = try status(of: path, followingLinks: false)
    do {
      return try File.readLink(path)
    } catch {
      // readlink(2): it is no link any more. It changes while it is read.
      guard error.code == EINVAL else { throw error }
      isDoubtful = true
      return nil
    }
  }

  /// Whether anything is at `path`, a dangling link included.
  public func exists(_ path: Path) -> Bool {
    (try? status(of: path, followingLinks: false)) != nil
  }

  /// Whether a regular file that this process may execute is at `path`, links followed.
  public func isExecutable(_ path: Path) -> Bool {
    (try? status(of: path))?.kind == .file && File.isExecutable(path)
  }

  private func note(_ path: Path, _ aspect: Aspect, _ status: FileStatus?) {
    let place = Place(path: path, aspect: aspect)
    if seen.insert(place).inserted { lookups.append(Lookup(place: place, status: status)) }
  }
}
