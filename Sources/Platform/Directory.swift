import Glibc

/// Operations on whole directories: listing one, making it, removing the tree below it.
public enum Directory {
  /// A name in a directory, and the kind of what it names; links are not followed.
  public typealias Entry = (name: Path, kind: FileStatus.Kind)

  /// The names in `path`, unsorted, without `.` and `..`. A link at the end of `path` is followed.
  public static func entries(of path: Path) throws(SystemError) -> [Entry] {
    var stream = try DirectoryStream(path)
    var entries: [Entry] = []
    while let entry = try stream.next() {
      var kind = entry.kind
      if kind == .unknown, case .success(let status) = FileStatus.of(entry.name, in: stream.descriptor) {
        kind = status.kind
      }
      entries.append((entry.path, kind))
    }
    return entries
  }

  /// mkdir(2) with mode 0777 less the umask. With `intermediates`, missing parents are made too, and it is no
  /// error if the directory, or a link to one, exists.
  public static func create(_ path: Path, intermediates: Bool = false) throws(SystemError) {
    guard intermediates else { return try makeDirectory(path) }
    do {
      try makeDirectoryUnlessThere(path)
    } catch {
      if error.code != ENOENT || path.isEmpty || path.parent == path { throw error }
      try create(path.parent, intermediates: true)
      // Try once only: below /proc, and in a directory that was removed, ENOENT is not about the parent.
      try makeDirectoryUnlessThere(path)
    }
  }

  /// mkdtemp(3): makes a new folder that only this user may enter. Its name is `prefix` and six characters.
  public static func createTemporary(prefix: Path) throws(SystemError) -> Path {
    var name = prefix.bytes.map { CChar(bitPattern: $0) } + "XXXXXX".utf8CString
    guard mkdtemp(&name) != nil else { throw SystemError("cannot make a folder like", prefix, code: errno) }
    return name.withUnsafeBufferPointer { $0.baseAddress.map { Path(cString: $0) } } ?? prefix
  }

  private static func makeDirectoryUnlessThere(_ path: Path) throws(SystemError) {
    do {
      try makeDirectory(path)
    } catch {
      let isThere = error.code == EEXIST && (try? FileStatus(path, followingLinks: true))?.kind == .directory
      if !isThere { throw error }
    }
  }

  private static func makeDirectory(_ path: Path) throws(SystemError) {
    try path.withCString { (name) throws(SystemError) in
      _ = try systemCall("cannot make directory", path) { mkdir(name, 0o777) }
    }
  }

  /// rmdir(2): removes a directory unless something is in it. It is no error if it is missing, or no directory.
  public static func removeIfEmpty(_ path: Path) throws(SystemError) {
    do {
      try path.withCString { (name) throws(SystemError) in
        _ = try systemCall("cannot remove directory", path) { rmdir(name) }
      }
    } catch {
      if !error.isMissing && error.code != ENOTEMPTY && error.code != EEXIST { throw error }
    }
  }

  /// getcwd(3).
  public static func current() throws(SystemError) -> Path {
    guard let name = getcwd(nil, 0) else {
      throw SystemError("cannot find the working directory", code: errno)
    }
    defer { free(name) }
    return Path(cString: name)
  }
}
