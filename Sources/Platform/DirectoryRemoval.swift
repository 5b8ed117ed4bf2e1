import Glibc

extension Directory {
  /// Removes `path` and, if it is a directory, everything below it. It is no error if `path` is missing.
  ///
  /// Links are removed, never followed. A mount point, even a bind mount of the same file system or `path`
  /// itself, is never entered: it stops the removal with `EBUSY`. Each directory is held open while its entries
  /// are removed (unlinkat(2), openat(2), statx(2)), so that nothing outside is removed even if another process
  /// moves directories meanwhile.
  public static func removeTree(_ path: Path) throws(SystemError) {
    let status: FileStatus
    do {
      status = try FileStatus(path)
    } catch {
      if error.isMissing { return }
      throw error
    }
    try path.withCString { (name) throws(SystemError) in
      try remove(name, kind: status.kind, in: AT_FDCWD, path: path)
    }
  }

  private static func remove(
    _ name: UnsafePointer<CChar>, kind: FileStatus.Kind, in directory: CInt, path: Path
  ) throws(SystemError) {
    if kind != .directory {
      do {
        try systemCall("cannot remove", path) { unlinkat(directory, name, 0) }
        return
      } catch {
        // EISDIR: the entry's kind was unknown, or it has become a directory.
        if error.code == ENOENT { return }
        if error.code != EISDIR { throw error }
      }
    }
    try empty(name, in: directory, path: path)
    do {
      try systemCall("cannot remove directory", path) { unlinkat(directory, name, AT_REMOVEDIR) }
    } catch {
      if error.code != ENOENT { throw error }
    }
  }

  private static func empty(
    _ name: UnsafePointer<CChar>, in directory: CInt, path: Path
  ) throws(SystemError) {
    let descriptor = FileDescriptor(
      raw: try systemCall("cannot open directory", path) {
        openat(directory, name, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
      })
    if try isMountPoint(descriptor, path: path) {
      throw SystemError("cannot remove mount point", path, code: EBUSY)
    }
    var stream = try DirectoryStream(descriptor, path: path)
    while let entry = try stream.next() {
      try remove(entry.name, kind: entry.kind, in: stream.descriptor, path: path / entry.path)
    }
  }

  /// statx(2): whether the descriptor is the root of a mount, which Linux reports since 5.8. The device number
  /// does not show a bind mount.
  private static func isMountPoint(
    _ descriptor: borrowing FileDescriptor, path: Path
  ) throws(SystemError) -> Bool {
    var buffer = statx()
    let raw = descriptor.raw
    try systemCall("cannot stat", path) { statx(raw, "", AT_EMPTY_PATH | AT_NO_AUTOMOUNT, 0, &buffer) }
    return buffer.stx_attributes & UInt64(STATX_ATTR_MOUNT_ROOT) != 0
  }
}
