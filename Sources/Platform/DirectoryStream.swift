import Glibc

/// The entries of one open directory, one after the other and unsorted, without `.` and `..`.
public struct DirectoryStream: ~Copyable {
  /// An entry, valid until the next call of `next()`.
  public struct Entry {
    /// The name, with NUL at its end.
    public let name: UnsafePointer<CChar>
    /// The kind; `unknown` if the file system does not report it.
    public let kind: FileStatus.Kind

    /// A copy of the name.
    public var path: Path { Path(cString: name) }
  }

  private let stream: OpaquePointer
  private let path: Path?

  /// open(2) with `O_DIRECTORY`, then fdopendir(3). A link at the end of `path` is followed.
  public init(_ path: Path) throws(SystemError) {
    let descriptor = try FileDescriptor.open(path, O_RDONLY | O_DIRECTORY, action: "cannot read directory")
    try self.init(descriptor, path: path)
  }

  /// fdopendir(3); `path` is for errors.
  public init(_ descriptor: consuming FileDescriptor, path: Path? = nil) throws(SystemError) {
    let raw = descriptor.raw
    guard let stream = fdopendir(raw) else {
      throw SystemError("cannot read directory", path, code: errno)
    }
    // The stream owns the descriptor now.
    _ = descriptor.relinquish()
    self.stream = stream
    self.path = path
  }

  deinit {
    closedir(stream)
  }

  /// The open directory, for calls such as fstatat(2).
  public var descriptor: CInt { dirfd(stream) }

  /// readdir(3): the next entry, or nil after the last.
  public mutating func next() throws(SystemError) -> Entry? {
    while true {
      errno = 0
      guard let entry = readdir(stream) else {
        let code = errno
        if code == 0 { return nil }
        throw SystemError("cannot read directory", path, code: code)
      }
      guard let name = UnsafePointer(entry).pointer(to: \.d_name.0), !isDotOrDotDot(name) else { continue }
      return Entry(name: name, kind: FileStatus.Kind(entryType: entry.pointee.d_type))
    }
  }
}

private func isDotOrDotDot(_ name: UnsafePointer<CChar>) -> Bool {
  let dot = CChar(bitPattern: UInt8(ascii: "."))
  return name[0] == dot && (name[1] == 0 || (name[1] == dot && name[2] == 0))
}
