import Glibc

/// A file's content as read-only memory, mapped privately.
///
/// The mapping stays that of the file that was opened if another is renamed over it. But if the file is
/// shortened in place, an access behind its new end raises SIGBUS. So map only files that are replaced and
/// never rewritten.
public struct MappedFile: ~Copyable, @unchecked Sendable {
  private let region: UnsafeRawBufferPointer

  /// open(2), fstat(2) and mmap(2) with `PROT_READ` and `MAP_PRIVATE`. Anything but a regular file is
  /// `EINVAL`; an empty one is an empty buffer.
  public init(_ path: Path) throws(SystemError) {
    let descriptor = try FileDescriptor.open(
      path, O_RDONLY | O_NONBLOCK | O_NOCTTY, action: "cannot read")
    let status = try descriptor.status()
    guard status.kind == .file, let size = Int(exactly: status.size) else {
      throw SystemError("cannot map", path, code: EINVAL)
    }
    if size == 0 {
      region = UnsafeRawBufferPointer(start: nil, count: 0)
      return
    }
    let start = mmap(nil, size, PROT_READ, MAP_PRIVATE, descriptor.raw, 0)
    let code = errno
    guard let start, start != MAP_FAILED else { throw SystemError("cannot map", path, code: code) }
    region = UnsafeRawBufferPointer(start: start, count: size)
  }

  deinit {
    if let start = region.baseAddress {
      munmap(UnsafeMutableRawPointer(mutating: start), region.count)
    }
  }

  /// Calls `body` with the content, which is valid only during the call.
  public borrowing func withBytes<Value: ~Copyable, Failure: Error>(
    _ body: (UnsafeRawBufferPointer) throws(Failure) -> Value
  ) throws(Failure) -> Value {
    try body(region)
  }
}
