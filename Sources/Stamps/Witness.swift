public import Platform

/// Reads the file system and the environment, and remembers what it was asked and what state it found, so
/// that what was concluded from the answers can be known to stand without reading anything again.
///
/// It does not know what is concluded. While every path that it looked at has the status it had ("nothing is
/// there" being one), and every variable its value, all its answers would be the same: `FileIndex` keeps
/// conclusions on these grounds. Each path is remembered as it was before the first look at its content.
public final class Witness {
  /// What must stay as it is at a path.
  enum Aspect: UInt64 {
    case status
    /// Of what links at the path lead to.
    case statusBehindLinks
    /// What kind of thing is there.
    case kind
  }

  struct Sighting {
    let place: Place
    /// Nil if nothing was there.
    let status: FileStatus?
  }

  struct Place: Hashable {
    let path: Path
    let aspect: Aspect
  }

  private(set) var sightings: [Sighting] = []
  private(set) var variables: [String: [UInt8]?] = [:]
  /// Whether an answer may change without a trace: a path could not be looked up, or its status is racy
  /// (`FileStatus.isRacy`).
  private(set) var isDoubtful = false
  private var seen: Set<Place> = []

  public init() {}

  /// The paths that it looked at, in the order of the first look, each once; without those of which it only
  /// asked whether they are links.
  public var paths: [Path] {
    var known: Set<Path> = []
    return sightings.map(\.place).filter { $0.aspect != .kind && known.insert($0.path).inserted }.map(\.path)
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
      // Only of what is missing can it be known that it still is.
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

  /// What the symbolic link at `path` holds, nil for anything else: then no more is remembered than that it is
  /// no link, or every folder on the way to a file would have to stay as it is.
  public func linkTarget(of path: Path) throws(SystemError) -> [UInt8]? {
    if let status = try? FileStatus(path), status.kind != .symbolicLink {
      note(path, .kind, status)
      return nil
    }
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

  private func note(_ path: Path, _ aspect: Aspect, _ status: FileStatus?) {
    let place = Place(path: path, aspect: aspect)
    if seen.insert(place).inserted { sightings.append(Sighting(place: place, status: status)) }
  }
}
