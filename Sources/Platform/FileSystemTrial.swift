import CLinux
import Glibc

/// Finds out what a file system can do by doing it, in a folder of its own that is gone afterwards. It knows nothing
/// of what for.
///
/// What the kernel says about itself is no substitute: a share that the host gives read-only passes access(2), and a
/// refused mapping shows in no mount option.
public struct FileSystemTrial: ~Copyable {
  private let folder: Path

  /// mkdir(2) in `place`.
  public init(in place: Path) throws(SystemError) {
    folder = place / ".sysbuild-trial.\(getpid())"
    try? Directory.removeTree(folder)
    try Directory.create(folder)
  }

  deinit { try? Directory.removeTree(folder) }

  /// mmap(2) of a file, shared and for writing, as a kernel's build does.
  public func mapShared() throws(SystemError) {
    let path = folder / "mapped"
    let size = 4096
    let file = try FileDescriptor.open(path, O_RDWR | O_CREAT | O_TRUNC)
    try file.truncate(to: Int64(size))
    let start = mmap(nil, size, PROT_READ | PROT_WRITE, MAP_SHARED, file.raw, 0)
    let code = errno
    guard let start, start != MAP_FAILED else { throw SystemError("cannot map", path, code: code) }
    munmap(start, size)
  }

  /// Replaces a file in one step and for good, as an artifact is published.
  public func replace() throws(SystemError) {
    for text in ["one", "two"] { try AtomicFile.write(Array(text.utf8), to: folder / "replaced") }
  }

  /// link(2).
  public func link() throws(SystemError) {
    let (path, other) = (folder / "linked", folder / "link")
    try File.write([], to: path)
    try path.withCString { (name) throws(SystemError) in
      try other.withCString { (otherName) throws(SystemError) in
        _ = try systemCall("cannot link", other) { Glibc.link(name, otherName) }
      }
    }
  }

  /// setxattr(2) of one that every user may have.
  public func setAttribute() throws(SystemError) {
    let path = folder / "attribute"
    try File.write([], to: path)
    try path.withCString { (name) throws(SystemError) in
      _ = try systemCall("cannot set an attribute of", path) { setxattr(name, "user.sysbuild", "1", 1, 0) }
    }
  }

  /// Whether `a` and `A` are two names.
  public func isCaseSensitive() throws(SystemError) -> Bool {
    try File.write([], to: folder / "case")
    return !File.exists(folder / "CASE")
  }

  /// How far the time of a new file lies ahead of this machine's clock, in nanoseconds; behind it if negative.
  ///
  /// Times of files advance in ticks of up to 10 ms, so a file of now may look that much older.
  public func clockDifference() throws(SystemError) -> Int64 {
    let before = Clock.wall
    try File.write([0], to: folder / "time")
    let time = try FileStatus(folder / "time").modified
    let after = Clock.wall
    return time > after ? time - after : time < before ? time - before : 0
  }

  /// statvfs(3): the bytes that this user may still write.
  public static func freeSpace(at path: Path) throws(SystemError) -> Int64 {
    var status = statvfs()
    try path.withCString { (name) throws(SystemError) in
      _ = try systemCall("cannot ask for the free space of", path) { statvfs(name, &status) }
    }
    return Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
  }
}
