public import Glibc

/// An open file descriptor, owned: it is closed when the value ends. Every descriptor made here is
/// close-on-exec.
///
/// Its errors name no path; see `SystemError.about`.
@frozen
public struct FileDescriptor: ~Copyable, Sendable {
  public let raw: CInt

  /// Takes ownership of `raw`.
  public init(raw: CInt) {
    self.raw = raw
  }

  deinit {
    _ = Glibc.close(raw)
  }

  /// open(2) with `O_CLOEXEC` added. With `O_CREAT`, a new file gets `mode` less the umask.
  public static func open(
    _ path: Path, _ flags: CInt, mode: mode_t = 0o666, action: String = "cannot open"
  ) throws(SystemError) -> FileDescriptor {
    let raw = try path.withCString { (name) throws(SystemError) in
      try systemCall(action, path) { Glibc.open(name, flags | O_CLOEXEC, mode) }
    }
    return FileDescriptor(raw: raw)
  }

  /// pipe2(2) with `O_CLOEXEC`.
  public static func pipe() throws(SystemError) -> Pipe {
    var ends: [CInt] = [-1, -1]
    try systemCall("cannot make a pipe") { pipe2(&ends, O_CLOEXEC) }
    return Pipe(read: FileDescriptor(raw: ends[0]), write: FileDescriptor(raw: ends[1]))
  }

  /// fcntl(2) `F_DUPFD_CLOEXEC`: a second descriptor for the same open file, whose number is at least `lowest`.
  public func duplicate(from lowest: CInt = 0) throws(SystemError) -> FileDescriptor {
    FileDescriptor(
      raw: try systemCall("cannot duplicate a descriptor") { fcntl(raw, F_DUPFD_CLOEXEC, lowest) })
  }

  /// A copy of another descriptor with which this process can write to the same file; nil if there is none.
  public func writingTwin() throws(SystemError) -> FileDescriptor? {
    let file = try status()
    let numbers = (try? Directory.entries(of: "/proc/self/fd"))?.compactMap { CInt("\($0.name)") } ?? [0, 1, 2]
    let twin = numbers.sorted().first { number in
      var buffer = stat()
      let flags = fcntl(number, F_GETFL, 0)
      guard number != raw, flags != -1, flags & O_ACCMODE != O_RDONLY, fstat(number, &buffer) == 0 else {
        return false
      }
      let other = FileStatus(buffer)
      return other.inode == file.inode && other.device == file.device
    }
    guard let twin else { return nil }
    return FileDescriptor(
      raw: try systemCall("cannot duplicate a descriptor") { fcntl(twin, F_DUPFD_CLOEXEC, 0) })
  }

  /// read(2): returns the number of bytes read, 0 at the end. Throws `EAGAIN` for a non-blocking descriptor.
  public func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
    try systemCall("cannot read") { Glibc.read(raw, buffer.baseAddress, buffer.count) }
  }

  /// read(2) of up to `count` bytes; empty at the end.
  public func read(upTo count: Int) throws(SystemError) -> [UInt8] {
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    defer { block.deallocate() }
    return Array(block[..<(try read(into: block))])
  }

  /// As `read(upTo:)` of a non-blocking descriptor, but nil if there is nothing to read now.
  public func readNow(upTo count: Int) throws(SystemError) -> [UInt8]? {
    do throws(SystemError) {
      return try read(upTo: count)
    } catch {
      if error.code == EAGAIN { return nil }
      throw error
    }
  }

  /// pread(2) of up to `count` bytes from `offset` on; empty at the end.
  public func read(from offset: Int64, upTo count: Int) throws(SystemError) -> [UInt8] {
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: count, alignment: 16)
    defer { block.deallocate() }
    let read = try systemCall("cannot read") { pread(raw, block.baseAddress, count, off_t(offset)) }
    return Array(block[..<read])
  }

  /// Everything from here to the end.
  public func readAll() throws(SystemError) -> [UInt8] {
    // One byte more than the size, so that the read that finds the end needs no second block.
    let size = try status().size
    var block = Int(clamping: max(size, 4095)) + 1
    var bytes: [UInt8] = []
    while true {
      let before = bytes.count
      bytes.reserveCapacity(before + block)
      let count = try appendRead(upTo: block, to: &bytes)
      if count == 0 { return bytes }
      if count == block { block = max(65536, bytes.count) } else { block -= count }
    }
  }

  private func appendRead(upTo count: Int, to bytes: inout [UInt8]) throws(SystemError) -> Int {
    var outcome: Result<Int, SystemError> = .success(0)
    bytes.append(addingCapacity: count) { span in
      span.withUnsafeMutableBufferPointer { buffer, initialized in
        outcome = Result { () throws(SystemError) in
          try read(into: UnsafeMutableRawBufferPointer(.init(rebasing: buffer[..<count])))
        }
        initialized = (try? outcome.get()) ?? 0
      }
    }
    return try outcome.get()
  }

  /// write(2) until all of `bytes` is written, in as few calls as the kernel allows.
  public func writeAll(_ bytes: UnsafeRawBufferPointer) throws(SystemError) {
    var rest = bytes[...]
    while !rest.isEmpty {
      let buffer = UnsafeRawBufferPointer(rebasing: rest)
      let count = try systemCall("cannot write") { write(raw, buffer.baseAddress, buffer.count) }
      rest = rest.dropFirst(count)
    }
  }

  /// write(2) until all of `bytes` is written.
  public func writeAll(_ bytes: [UInt8]) throws(SystemError) {
    try bytes.withUnsafeBufferPointer { (buffer) throws(SystemError) in
      try writeAll(UnsafeRawBufferPointer(buffer))
    }
  }

  /// lseek(2): moves on by `count` bytes. They are zero, and take no room, where the file had ended before.
  public func skip(_ count: Int) throws(SystemError) {
    try systemCall("cannot seek") { lseek(raw, off_t(count), SEEK_CUR) }
  }

  /// fstat(2).
  public func status() throws(SystemError) -> FileStatus {
    var buffer = stat()
    try systemCall("cannot stat") { fstat(raw, &buffer) }
    return FileStatus(buffer)
  }

  /// fsync(2). Some file systems (9p with a cache) report a full disk only here.
  public func synchronize() throws(SystemError) {
    try systemCall("cannot synchronize") { fsync(raw) }
  }

  /// ftruncate(2); `size` in bytes.
  public func truncate(to size: Int64) throws(SystemError) {
    try systemCall("cannot truncate") { ftruncate(raw, off_t(size)) }
  }

  /// fcntl(2) `F_SETFL`: whether reads and writes that would block fail with `EAGAIN` instead. This is a
  /// property of the open file, which other processes may share.
  public func setNonBlocking(_ isNonBlocking: Bool) throws(SystemError) {
    let flags = try systemCall("cannot read descriptor flags") { fcntl(raw, F_GETFL, 0) }
    try systemCall("cannot set descriptor flags") {
      fcntl(raw, F_SETFL, isNonBlocking ? flags | O_NONBLOCK : flags & ~O_NONBLOCK)
    }
  }

  /// Gives the descriptor to the caller, who must close it.
  public consuming func relinquish() -> CInt {
    let descriptor = raw
    discard self
    return descriptor
  }

  /// close(2) with its result, in which some network file systems report a failed write. It is not called again
  /// after EINTR: on Linux the descriptor is closed by then, and another thread may have its number.
  public consuming func close() throws(SystemError) {
    let descriptor = raw
    discard self
    let outcome = Glibc.close(descriptor)
    let code = errno
    if outcome != 0, code != EINTR { throw SystemError("cannot close", code: code) }
  }
}

/// The two ends of a pipe.
@frozen
public struct Pipe: ~Copyable, Sendable {
  public let read: FileDescriptor
  public let write: FileDescriptor

  public init(read: consuming FileDescriptor, write: consuming FileDescriptor) {
    self.read = read
    self.write = write
  }
}
