internal import Glibc

/// This process's own view of the mounts, which it and its children alone see and which ends with them. It
/// knows nothing of what is mounted where, and why.
public enum MountNamespace {
  /// Enters a mount namespace in which `folder` is read-only, but for the folders of `writable` below it.
  ///
  /// unshare(2), then mount(2) with `MS_BIND`. To be called before the first thread is made, since a thread
  /// keeps the namespace that it began in; and paths have to be looked up anew: a working directory or
  /// descriptor from before still leads to the old mount.
  ///
  /// - Returns: false where the system grants no such thing, as it does to nobody but root; then nothing
  ///   has changed.
  public static func makeReadOnly(_ folder: Path, except writable: [Path]) -> Bool {
    guard unshare(CLONE_NEWNS) == 0 else { return false }
    // 1. Private first: a mount made before this would appear to everybody else, too.
    guard change("/", UInt(MS_REC | MS_PRIVATE)) else { return false }
    // 2. What stays writable becomes a mount of its own, which the folder's flags do not reach.
    for path in writable where path.isInside(folder) && path != folder {
      guard bind(path) else { return false }
    }
    // 3. The folder over itself with all its mounts, and then only its own flags are changed.
    guard bind(folder) else { return false }
    return change(folder, UInt(MS_BIND | MS_REMOUNT | MS_RDONLY) | keptFlags(of: folder))
  }

  private static func bind(_ path: Path) -> Bool {
    path.withCString { mount($0, $0, nil, UInt(MS_BIND | MS_REC), nil) } == 0
  }

  private static func change(_ path: Path, _ flags: UInt) -> Bool {
    path.withCString { mount(nil, $0, nil, flags, nil) } == 0
  }

  /// statvfs(3): the flags of the mount that a remount would otherwise take away. The `ST_` flags have the
  /// values of their `MS_` namesakes.
  private static func keptFlags(of path: Path) -> UInt {
    var status = statvfs()
    guard path.withCString({ statvfs($0, &status) }) == 0 else { return 0 }
    return UInt(status.f_flag) & UInt(MS_NOSUID | MS_NODEV | MS_NOEXEC)
  }
}
