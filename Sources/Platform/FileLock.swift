import Glibc
import TextKit

/// An exclusive lock on a file, held until the value ends or the process dies.
///
/// flock(2): the kernel releases it with the last descriptor of the open file. Those made here are
/// close-on-exec, so a child holds the lock only if the descriptor is passed to it. The file says who holds the
/// lock, in four lines: `pid N`, `in NAMESPACE` (the pid namespace, as the kernel names it), `since TIME` (ISO
/// 8601, UTC) and `doing TEXT`. That text is for people; it does not tell whether the lock is held.
public struct FileLock: ~Copyable {
  public enum Attempt: ~Copyable {
    case acquired(FileLock)
    case busy(Holder)
  }

  /// What the file says of the process that holds the lock. As that process writes it, any part may be missing.
  public struct Holder: Hashable, Sendable, CustomStringConvertible {
    public let pid: Int32?
    /// The pid namespace in which it has that id: `pid:[4026531836]`.
    public let namespace: String?
    /// Nanoseconds since the epoch.
    public let since: Int64?
    public let doing: String

    /// Whether its id means another process here, or none: as for one in another container.
    public var isInOtherNamespace: Bool { namespace != nil && namespace != FileLock.pidNamespace }

    /// Whether this process can see it. If not, it is in another pid namespace, or it has ended and processes that
    /// it started hold the lock.
    public var isVisible: Bool {
      !isInOtherNamespace && pid.map { kill($0, 0) == 0 || errno == EPERM } ?? true
    }

    public var description: String {
      var text = pid.map { "process \($0)" } ?? "another process"
      if !doing.isEmpty { text += ", \(doing)" }
      if let since { text += ", since \(Clock.localTime(since))" }
      return text
    }
  }

  /// Nil if /proc is missing or belongs to another pid namespace.
  fileprivate static let pidNamespace = (try? File.readLink("/proc/self/ns/pid")).map { printable($0) }

  private let descriptor: FileDescriptor
  private let path: Path
  private let since: Int64

  /// open(2) with `O_CREAT`, then flock(2) with `LOCK_EX | LOCK_NB`: does not wait.
  public static func tryLock(_ path: Path, doing: String = "") throws(SystemError) -> Attempt {
    try attempt(path, doing, LOCK_EX | LOCK_NB)
  }

  /// As `tryLock`, but waits until the lock is free.
  public static func lock(_ path: Path, doing: String = "") throws(SystemError) -> FileLock {
    while true {
      if case .acquired(let lock) = try attempt(path, doing, LOCK_EX) { return lock }
    }
  }

  private static func attempt(
    _ path: Path, _ doing: String, _ operation: CInt
  ) throws(SystemError) -> Attempt {
    while true {
      let descriptor = try FileDescriptor.open(
        path, O_RDWR | O_CREAT | O_NOFOLLOW | O_NOCTTY, mode: 0o644, action: "cannot open lock")
      let raw = descriptor.raw
      do {
        try systemCall("cannot lock", path) { flock(raw, operation) }
      } catch {
        if error.code == EWOULDBLOCK { return .busy(Holder(text: try descriptor.readAll())) }
        throw error
      }
      // The file may have been removed between open and flock, and a lock on a file without a name excludes no
      // one.
      guard try isNamed(descriptor, path) else { continue }
      let lock = FileLock(descriptor: descriptor, path: path, since: Clock.wall)
      try lock.update(doing)
      return .acquired(lock)
    }
  }

  /// Whether the lock still excludes others. If its file was removed or replaced, they lock a new one.
  public var isInPlace: Bool { (try? Self.isNamed(descriptor, path)) ?? false }

  private static func isNamed(_ descriptor: borrowing FileDescriptor, _ path: Path) throws(SystemError) -> Bool
  {
    let held = try descriptor.status()
    guard let named = try? FileStatus(path) else { return false }
    return named.inode == held.inode && named.device == held.device
  }

  private init(descriptor: consuming FileDescriptor, path: Path, since: Int64) {
    self.descriptor = descriptor
    self.path = path
    self.since = since
  }

  /// The descriptor that holds the lock; so does any copy of it until all are closed.
  public var rawDescriptor: CInt { descriptor.raw }

  deinit {
    // Left behind, the text would name a process that is gone.
    try? descriptor.truncate(to: 0)
    // Closing would not release it while another thread starts a child, which has a copy of the descriptor
    // until it executes its program.
    _ = flock(descriptor.raw, LOCK_UN)
  }

  /// Replaces what the file says this process is doing. In this one line a line feed becomes a space.
  public borrowing func update(_ doing: String) throws(SystemError) {
    let line = doing.utf8.map { $0 == UInt8(ascii: "\n") ? UInt8(ascii: " ") : $0 }
    let namespace = Self.pidNamespace.map { "in \($0)\n" } ?? ""
    let text =
      Array("pid \(getpid())\n\(namespace)since \(Clock.iso8601(since))\ndoing ".utf8) + line
      + [UInt8(ascii: "\n")]
    // Write before truncating, so that the file is never empty.
    let raw = descriptor.raw
    try systemCall("cannot write", path) { pwrite(raw, text, text.count, 0) }
    try descriptor.truncate(to: Int64(text.count))
  }
}

extension FileLock.Holder {
  init(text: [UInt8]) {
    var fields: [String: String] = [:]
    for line in text.split(separator: UInt8(ascii: "\n")) {
      let parts = line.split(separator: UInt8(ascii: " "), maxSplits: 1)
      if parts.count == 2 { fields[printable(parts[0])] = printable(parts[1]) }
    }
    pid = fields["pid"].flatMap { Int32($0) }
    namespace = fields["in"]
    since = fields["since"].flatMap { Clock.parseISO8601($0) }
    doing = fields["doing"] ?? ""
  }
}

extension FileDescriptor {
  /// fcntl(2), `F_OFD_SETLK`: marks the open file, which must be open for writing, as this process's until it
  /// is closed or the process ends. Returns false if another process has done so.
  public func tryHold() throws(SystemError) -> Bool {
    var lock = Self.wholeFile
    do throws(SystemError) {
      try systemCall("cannot lock") { fcntl(raw, F_OFD_SETLK, &lock) }
      return true
    } catch {
      if error.code == EAGAIN || error.code == EACCES { return false }
      throw error
    }
  }

  /// fcntl(2), `F_OFD_GETLK`: whether another process holds the file by `tryHold`. This locks nothing, so that
  /// a process that calls `tryHold` at the same moment does not fail.
  public func isHeldElsewhere() throws(SystemError) -> Bool {
    var lock = Self.wholeFile
    try systemCall("cannot ask for a lock") { fcntl(raw, F_OFD_GETLK, &lock) }
    return lock.l_type != Int16(F_UNLCK)
  }

  private static var wholeFile: flock {
    var lock = flock()
    lock.l_type = Int16(F_WRLCK)
    lock.l_whence = Int16(SEEK_SET)
    return lock
  }
}
