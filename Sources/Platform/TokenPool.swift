import Glibc

/// The tokens of a jobserver, which several processes share: bytes in a pipe or FIFO that are taken out and put
/// back.
///
/// A read would block if another process takes the last token first, and `O_NONBLOCK` is a property of the open
/// file that all processes share. So the pool opens the pipe or FIFO anew and has an open file of its own.
///
/// The tokens taken are put back when the pool ends; with a keeper, also when this process is killed.
public final class TokenPool {
  private let descriptor: FileDescriptor
  /// The tokens taken and not yet put back, without those that a keeper has. Each is put back unchanged, since
  /// the process that made them may tell them apart.
  public private(set) var held: [UInt8] = []
  private var keeper: TokenKeeper?

  /// open(2) of the FIFO at `path`, or of a device that behaves like one.
  ///
  /// - Throws: `ENOSTR` if it is neither.
  public init(at path: Path) throws(SystemError) {
    let kind = try FileStatus(path, followingLinks: true).kind
    // Check first, since opening a device can have effects.
    guard kind == .fifo || kind == .characterDevice else { throw SystemError("cannot use", path, code: ENOSTR) }
    descriptor = try FileDescriptor.open(path, O_RDWR | O_NONBLOCK | O_NOCTTY)
  }

  /// The pipe whose ends are these descriptors, which this process inherited.
  ///
  /// - Throws: `EBADF` if they are not: make closes them for commands that it does not take for a make, and
  ///   their numbers may be those of other files by now.
  public convenience init(inheritedReading reading: CInt, writing: CInt) throws(SystemError) {
    guard let first = Self.inheritedPipe(reading), let second = Self.inheritedPipe(writing),
      first.device == second.device, first.inode == second.inode
    else { throw SystemError("cannot use descriptors \(reading) and \(writing)", code: EBADF) }
    try self.init(at: Path("/proc/self/fd/\(reading)"))
  }

  /// mkfifo(3), replacing a file at `path`, and puts `count` tokens into it; at most 4096, which a pipe is sure
  /// to hold.
  public convenience init(makingFIFO path: Path, tokens count: Int) throws(SystemError) {
    try File.remove(path, missingIsFine: true)
    try path.withCString { (name) throws(SystemError) in
      _ = try systemCall("cannot make FIFO", path) { mkfifo(name, 0o600) }
    }
    try self.init(at: path)
    do throws(SystemError) {
      try fill(to: count)
    } catch {
      throw error.about(path)
    }
  }

  /// From now on a separate process takes the tokens, and puts them back if this process is killed. For a pool
  /// of another process, which goes on using it. Call it before any token is taken.
  public func keep() throws(SystemError) {
    if keeper == nil { keeper = try TokenKeeper(of: descriptor) }
  }

  /// After `keep`, a descriptor that defers the return of tokens: while another process has it open, the keeper
  /// puts none back by itself.
  public var keeperDescriptor: CInt? { keeper?.rawDescriptor }

  deinit {
    while !held.isEmpty, (try? putBack()) != nil {}
  }

  /// The pipe that a descriptor belongs to; nil if it is none or was not inherited, as those that are
  /// close-on-exec.
  private static func inheritedPipe(_ raw: CInt) -> FileStatus? {
    let flags = fcntl(raw, F_GETFD)
    var buffer = stat()
    guard flags >= 0, flags & FD_CLOEXEC == 0, fstat(raw, &buffer) == 0 else { return nil }
    let status = FileStatus(buffer)
    return status.kind == .fifo ? status : nil
  }

  /// A descriptor that becomes readable for poll(2) when there is a token, which another process may take
  /// first.
  public var pollDescriptor: CInt { descriptor.raw }

  /// read(2) of one token. Returns false if there is none now.
  public func take() throws(SystemError) -> Bool {
    if let keeper { return keeper.take() }
    do throws(SystemError) {
      let token = try descriptor.read(upTo: 1)
      held += token
      return !token.isEmpty
    } catch {
      if error.code == EAGAIN { return false }
      throw error
    }
  }

  /// write(2) of the token taken last.
  public func putBack() throws(SystemError) {
    if let keeper { return keeper.putBack() }
    guard let token = held.last else { return }
    try descriptor.writeAll([token])
    held.removeLast()
  }

  /// ioctl(2) `FIONREAD`: how many tokens can be taken.
  public func count() throws(SystemError) -> Int {
    var count: CInt = 0
    let raw = descriptor.raw
    try systemCall("cannot count tokens") { ioctl(raw, UInt(FIONREAD), &count) }
    return Int(count)
  }

  /// Adds or removes tokens until there are `count`, to replace lost ones. Only for the process that made the
  /// pool, and while no one holds a token.
  public func fill(to count: Int) throws(SystemError) {
    let present = try self.count()
    if present < count {
      try descriptor.writeAll([UInt8](repeating: UInt8(ascii: "+"), count: count - present))
    } else if present > count {
      _ = try descriptor.read(upTo: present - count)
    }
  }
}
