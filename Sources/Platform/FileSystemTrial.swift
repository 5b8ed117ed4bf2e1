import CLinux
import Glibc

/// Finds out what a file system can do by doing it, in a folder that is removed afterwards.
///
/// Asking the kernel is no substitute: on a share that the host exports read-only access(2) succeeds, and no
/// mount option tells that shared mappings are refused.
public struct FileSystemTrial: ~Copyable {
  private let folder: Path

  /// mkdir(2) in `place`.
  public init(in place: Path) throws(SystemError) {
    folder = place / ".sysbuild-trial.\(getpid())"
    try? Directory.removeTree(folder)
    try Directory.create(folder)
  }

  deinit { try? Directory.removeTree(folder) }

  /// mmap(2) of a file, shared and for writing, as the build of a kernel needs it.
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

  /// Replaces a file in one durable step, as artifacts are published.
  public func replace() throws(SystemError) {
    for text in ["one", "two"] { try AtomicFile.write(Array(text.utf8), to: folder / "replaced") }
  }

  /// link(2).
  public func link() throws(SystemError) {
    let (path, other) = (folder / "linked", folder / "link")
    try File.write([], to: path)
    try File.link(path, as: other)
  }

  /// setxattr(2) of an attribute that every user may set.
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

  /// How many nanoseconds the time of a new file lies ahead of this machine's clock; negative if it lies
  /// behind.
  ///
  /// Times of files advance in ticks of up to 10 ms, so a new file may look that much older.
  public func clockDifference() throws(SystemError) -> Int64 {
    let before = Clock.wall
    try File.write([0], to: folder / "time")
    let time = try FileStatus(folder / "time").modified
    let after = Clock.wall
    return time > after ? time - after : time < before ? time - before : 0
  }

  /// statvfs(3): the bytes that are free for this user.
  public static func freeSpace(at path: Path) throws(SystemError) -> Int64 {
    var status = statvfs()
    try path.withCString { (name) throws(SystemError) in
      _ = try systemCall("cannot ask for the free space of", path) { statvfs(name, &status) }
    }
    return Int64(clamping: UInt64(status.f_bavail) * UInt64(status.f_frsize))
  }
}
