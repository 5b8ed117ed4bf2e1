import CLinux
public import Glibc

/// Operations on whole files by path. None is durable: `AtomicFile` has those that are.
public enum File {
  /// The content of the file at `path`, links followed.
  public static func read(_ path: Path) throws(SystemError) -> [UInt8] {
    let descriptor = try FileDescriptor.open(path, O_RDONLY | O_NOCTTY, action: "cannot read")
    do throws(SystemError) {
      return try descriptor.readAll()
    } catch {
      throw SystemError(error.action, path, code: error.code)
    }
  }

  /// Makes or overwrites the file at `path`, links followed; a new one gets `mode` less the umask. Meanwhile a
  /// reader may see a part of the content.
  public static func write(_ bytes: [UInt8], to path: Path, mode: mode_t = 0o666) throws(SystemError) {
    let descriptor = try FileDescriptor.open(
      path, O_WRONLY | O_CREAT | O_TRUNC | O_NOCTTY, mode: mode, action: "cannot write")
    do throws(SystemError) {
      try descriptor.writeAll(bytes)
      try descriptor.close()
    } catch {
      throw SystemError(error.action, path, code: error.code)
    }
  }

  /// readlink(2): what the symbolic link at `path` holds.
  public static func readLink(_ path: Path) throws(SystemError) -> [UInt8] {
    var capacity = 256
    while true {
      var target = [UInt8](repeating: 0, count: capacity)
      let count = try path.withCString { (name) throws(SystemError) in
        try systemCall("cannot read link", path) {
          target.withUnsafeMutableBytes { buffer in
            buffer.withMemoryRebound(to: CChar.self) { characters in
              guard let start = characters.baseAddress else { return 0 }
              return readlink(name, start, characters.count)
            }
          }
        }
      }
      // If the buffer is full, the target may be longer.
      if count < capacity { return Array(target.prefix(count)) }
      capacity *= 2
    }
  }

  /// realpath(3): `path` with all links resolved; nil if it does not exist.
  public static func resolve(_ path: Path) -> Path? {
    path.withCString { name in
      let resolved = realpath(name, nil)
      defer { free(resolved) }
      return resolved.map { Path(cString: $0) }
    }
  }

  /// Sets the times of access and modification to now.
  public static func touch(_ path: Path) throws(SystemError) {
    try path.withCString { (name) throws(SystemError) in
      _ = try systemCall("cannot set the times of", path) { utimensat(AT_FDCWD, name, nil, 0) }
    }
  }

  /// Sets the time of modification, in whole seconds since the epoch, and that of access to now (`UTIME_NOW`).
  public static func setModified(_ path: Path, _ seconds: Int) throws(SystemError) {
    let times = [timespec(tv_sec: 0, tv_nsec: (1 << 30) - 1), timespec(tv_sec: seconds, tv_nsec: 0)]
    try path.withCString { (name) throws(SystemError) in
      _ = try systemCall("cannot set the times of", path) { utimensat(AT_FDCWD, name, times, 0) }
    }
  }

  /// symlink(2): a symbolic link at `path` that holds `target`.
  public static func symlink(_ target: Path, at path: Path) throws(SystemError) {
    try path.withCString { (name) throws(SystemError) in
      try target.withCString { (content) throws(SystemError) in
        _ = try systemCall("cannot make link", path) { Glibc.symlink(content, name) }
      }
    }
  }

  /// link(2): makes `name` another name of the file at `path`.
  public static func link(_ path: Path, as name: Path) throws(SystemError) {
    try path.withCString { (original) throws(SystemError) in
      try name.withCString { (other) throws(SystemError) in
        _ = try systemCall("cannot link", name) { Glibc.link(original, other) }
      }
    }
  }

  /// chown(2), then chmod(2), as the first takes special bits of the mode away. Links are followed.
  public static func set(mode: UInt32, user: UInt32, group: UInt32, of path: Path) throws(SystemError) {
    try path.withCString { (name) throws(SystemError) in
      _ = try systemCall("cannot set the owner of", path) { chown(name, user, group) }
      _ = try systemCall("cannot set the mode of", path) { chmod(name, mode) }
    }
  }

  /// lchown(2): the owner of a file, or of a link itself.
  public static func setOwner(user: UInt32, group: UInt32, of path: Path) throws(SystemError) {
    try path.withCString { (name) throws(SystemError) in
      _ = try systemCall("cannot set the owner of", path) { lchown(name, user, group) }
    }
  }

  /// unlink(2): removes anything but a directory.
  public static func remove(_ path: Path, missingIsFine: Bool = false) throws(SystemError) {
    do {
      try path.withCString { (name) throws(SystemError) in
        _ = try systemCall("cannot remove", path) { unlink(name) }
      }
    } catch {
      if !(missingIsFine && error.isMissing) { throw error }
    }
  }

  /// renameat2(2) with `RENAME_EXCHANGE`: exchanges two files or folders in one step, or, on a file system that cannot,
  /// in three.
  public static func exchange(_ path: Path, with other: Path) throws(SystemError) {
    do {
      try path.withCString { (first) throws(SystemError) in
        try other.withCString { (second) throws(SystemError) in
          _ = try systemCall("cannot exchange", path) {
            renameat2(AT_FDCWD, first, AT_FDCWD, second, UInt32(RENAME_EXCHANGE))
          }
        }
      }
    } catch {
      if error.code != EINVAL && error.code != ENOSYS { throw error }
      let third = Path(bytes: other.bytes + Array(".exchanged".utf8))
      try rename(other, to: third)
      try rename(path, to: other)
      try rename(third, to: path)
    }
  }

  /// rename(2): replaces a file at `destination` in one step.
  public static func rename(_ source: Path, to destination: Path) throws(SystemError) {
    try source.withCString { (from) throws(SystemError) in
      try destination.withCString { (name) throws(SystemError) in
        _ = try systemCall("cannot rename to", destination) { Glibc.rename(from, name) }
      }
    }
  }

  /// Whether anything is at `path`, a dangling link included. False if it cannot be looked up.
  public static func exists(_ path: Path) -> Bool {
    (try? FileStatus(path)) != nil
  }

  /// Whether a directory is at `path`, links followed.
  public static func isDirectory(_ path: Path) -> Bool {
    (try? FileStatus(path, followingLinks: true))?.kind == .directory
  }

  /// access(2) with `X_OK`, on a regular file behind any links.
  public static func isExecutable(_ path: Path) -> Bool {
    guard (try? FileStatus(path, followingLinks: true))?.kind == .file else { return false }
    return path.withCString { access($0, X_OK) == 0 }
  }
}
