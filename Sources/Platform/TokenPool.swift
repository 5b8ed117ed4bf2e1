import Glibc

/// The tokens of a jobserver, as one of those that share them: bytes in a pipe or FIFO, which are taken out and
/// put back. It knows neither jobs nor MAKEFLAGS.
///
/// A read from a pipe that another process empties first would wait, and `O_NONBLOCK` is a property of the open
/// file that all share. So the pool opens the pipe or FIFO anew, and is the only one with that open file.
///
/// What it has taken is put back when it ends; of a pool with a keeper also when this process is killed.
public final class TokenPool {
  private let descriptor: FileDescriptor
  /// The tokens taken and not yet put back, but for those that a keeper has. Different ones may mean different things
  /// to whoever made them, so each is put back as it was.
  public private(set) var held: [UInt8] = []
  private var keeper: TokenKeeper?

  /// open(2) of the FIFO at `path`, or of a device that behaves like one.
  ///
  /// - Throws: `ENOSTR` if something else is there.
  public init(at path: Path) throws(SystemError) {
    let kind = try FileStatus(path, followingLinks: true).kind
    // Looked at before, since opening a device can have effects.
    guard kind == .fifo || kind == .characterDevice else { throw SystemError("cannot use", path, code: ENOSTR) }
    descriptor = try FileDescriptor.open(path, O_RDWR | O_NONBLOCK | O_NOCTTY)
  }

  /// The pipe whose ends are these descriptors that this process was started with.
  ///
  /// - Throws: `EBADF` if they are no such thing: a make closes them for commands that it takes for none of its
  ///   kind, and their numbers may be other files by now.
  public convenience init(inheritedReading reading: CInt, writing: CInt) throws(SystemError) {
    guard let first = Self.inheritedPipe(reading), let second = Self.inheritedPipe(writing),
      first.device == second.device, first.inode == second.inode
    else { throw SystemError("cannot use descriptors \(reading) and \(writing)", code: EBADF) }
    try self.init(at: Path("/proc/self/fd/\(reading)"))
  }

  /// mkfifo(3), over what is at `path`, with `count` tokens in it; at most as many as a pipe holds, 4096.
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

  /// Has a process of its own take the tokens, and put them back when this one is killed. For a pool that others live
  /// on with; before any is taken.
  public func keep() throws(SystemError) {
    if keeper == nil { keeper = try TokenKeeper(of: descriptor) }
  }

  /// What other processes keep open, with `keep`, so that no token is put back before they are gone, too.
  public var keeperDescriptor: CInt? { keeper?.rawDescriptor }

  deinit {
    while !held.isEmpty, (try? putBack()) != nil {}
  }

  /// What a descriptor is a pipe of. One that is closed on exec was made by this process itself.
  private static func inheritedPipe(_ raw: CInt) -> FileStatus? {
    let flags = fcntl(raw, F_GETFD)
    var buffer = stat()
    guard flags >= 0, flags & FD_CLOEXEC == 0, fstat(raw, &buffer) == 0 else { return nil }
    let status = FileStatus(buffer)
    return status.kind == .fifo ? status : nil
  }

  /// poll(2) calls it readable when there seems to be a token; another process may be faster.
  public var pollDescriptor: CInt { descriptor.raw }

  /// read(2) of one token; false if there is none now.
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

  /// FIONREAD of ioctl(2): how many tokens there are to be taken.
  public func count() throws(SystemError) -> Int {
    var count: CInt = 0
    let raw = descriptor.raw
    try systemCall("cannot count tokens") { ioctl(raw, UInt(FIONREAD), &count) }
    return Int(count)
  }

  /// Makes it `count` tokens: what lost ones there were is made up for. For the one who made the pool, while
  /// nobody holds any.
  public func fill(to count: Int) throws(SystemError) {
    let present = try self.count()
    if present < count {
      try descriptor.writeAll([UInt8](repeating: UInt8(ascii: "+"), count: count - present))
    } else if present > count {
      _ = try descriptor.read(upTo: present - count)
    }
  }
}
