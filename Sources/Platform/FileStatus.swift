public import Glibc

/// What stat(2) says of a file, as far as it matters to a build.
@frozen
public struct FileStatus: Hashable, Sendable {
  @frozen
  public enum Kind: UInt8, Sendable {
    case file
    case directory
    case symbolicLink
    case fifo
    case socket
    case characterDevice
    case blockDevice
    /// A kind that is not among these, or a directory entry whose kind the file system does not report.
    case unknown
  }

  public let kind: Kind
  public let device: UInt64
  public let inode: UInt64
  /// Bytes.
  public let size: Int64
  /// The time of the last change of the content (mtime), in nanoseconds since the epoch.
  public let modified: Int64
  /// The time of the last change of content, name, links, mode or owner (ctime), in nanoseconds since the
  /// epoch. The file system sets it; unlike `modified`, users cannot.
  public let changed: Int64
  /// The mode's lower twelve bits.
  public let permissions: UInt32
  /// The ids of the user and the group that it belongs to.
  public let user: UInt32
  public let group: UInt32

  /// Whether the owner's execute bit is set: the only one that git and listings record.
  @inlinable public var isExecutable: Bool { permissions & 0o100 != 0 }

  @inlinable
  public init(_ buffer: stat) {
    kind = Kind(mode: buffer.st_mode)
    device = UInt64(buffer.st_dev)
    inode = UInt64(buffer.st_ino)
    size = Int64(buffer.st_size)
    modified = Int64(buffer.st_mtim.tv_sec) &* 1_000_000_000 &+ Int64(buffer.st_mtim.tv_nsec)
    changed = Int64(buffer.st_ctim.tv_sec) &* 1_000_000_000 &+ Int64(buffer.st_ctim.tv_nsec)
    permissions = UInt32(buffer.st_mode) & 0o7777
    user = buffer.st_uid
    group = buffer.st_gid
  }

  /// Whether a file that had this status when `Clock.coarseWall` was `time` could change after that and have
  /// this very status still: the racy case of git's index (racy-git.adoc in its documentation).
  ///
  /// Each change of a file sets `changed` to the present tick of the file system's clock. So a change after
  /// `time` shows, unless `changed` was at `time` or ahead of it. `modified` says nothing here: users set it to
  /// any time, and a file that is dated in the future would be racy until then.
  ///
  /// Some file systems round `changed` down: FAT to 2 s, ext4 with inodes of 128 bytes to 1 s, NTFS and CIFS to
  /// 100 ns. So a time that ends in zeros stands for every time that is rounded to it.
  ///
  /// Where `changed` is in the future, since this clock was set back or a server's clock is ahead (NFS, 9p),
  /// the file is racy until this clock has caught up. What goes unnoticed: if a server's clock is behind, a
  /// change in the same tick of that clock as the one before, a few milliseconds, if it also keeps the size;
  /// and after a clock was set back, a change at the very nanosecond of the one before.
  public func isRacy(at time: Int64) -> Bool {
    var unit: Int64 = 1
    while unit < 1_000_000_000, changed % (unit * 10) == 0 { unit *= 10 }
    if unit == 1_000_000_000 { unit *= 2 }
    return changed &+ unit > time
  }

  /// lstat(2), or stat(2) when `followingLinks`.
  public init(_ path: Path, followingLinks: Bool = false) throws(SystemError) {
    var buffer = stat()
    try path.withCString { (name) throws(SystemError) in
      _ = try systemCall("cannot stat", path) {
        fstatat(AT_FDCWD, name, &buffer, followingLinks ? 0 : AT_SYMLINK_NOFOLLOW)
      }
    }
    self.init(buffer)
  }

  /// fstatat(2) of `name`, relative to `directory`. A run in which nothing has changed spends its time here, so
  /// this allocates nothing and fails with `errno` alone.
  @inlinable
  public static func of(
    _ name: UnsafePointer<CChar>, in directory: CInt, followingLinks: Bool = false
  ) -> Result<FileStatus, ErrorNumber> {
    var buffer = stat()
    while fstatat(directory, name, &buffer, followingLinks ? 0 : AT_SYMLINK_NOFOLLOW) != 0 {
      let code = errno
      if code != EINTR { return .failure(ErrorNumber(code: code)) }
    }
    return .success(FileStatus(buffer))
  }
}

extension FileStatus.Kind {
  @inlinable
  public init(mode: mode_t) {
    switch mode & S_IFMT {
    case S_IFREG: self = .file
    case S_IFDIR: self = .directory
    case S_IFLNK: self = .symbolicLink
    case S_IFIFO: self = .fifo
    case S_IFSOCK: self = .socket
    case S_IFCHR: self = .characterDevice
    case S_IFBLK: self = .blockDevice
    default: self = .unknown
    }
  }

  /// The kind of a directory entry's `d_type`; `unknown` if the file system does not report it.
  init(entryType: UInt8) {
    // d_type is the mode's type, twelve bits down: DTTOIF(3).
    self.init(mode: mode_t(entryType) << 12)
  }

  /// The kind with its article, for messages.
  public var name: String {
    switch self {
    case .file: "a file"
    case .directory: "a directory"
    case .symbolicLink: "a symbolic link"
    case .fifo: "a FIFO"
    case .socket: "a socket"
    case .characterDevice: "a character device"
    case .blockDevice: "a block device"
    case .unknown: "of unknown kind"
    }
  }
}

/// An `errno` alone, for a call that is too frequent to describe its failures.
@frozen
public struct ErrorNumber: Error, Hashable, Sendable {
  public let code: CInt

  @inlinable
  public init(code: CInt) {
    self.code = code
  }

  @inlinable public var isMissing: Bool { code == ENOENT || code == ENOTDIR }
}
