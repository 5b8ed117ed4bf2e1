import CLinux
import Glibc

/// Signals that are blocked and read from a descriptor.
///
/// Threads that are started later inherit the mask, so make this before any. Children do not: `ChildProcess`
/// starts them with no signal blocked.
public struct SignalReader: ~Copyable {
  private let descriptor: FileDescriptor

  /// pthread_sigmask(3) with `SIG_BLOCK`, then signalfd(2). A signal that is ignored now, as under `nohup` or a
  /// shell's `&`, stays ignored: it is left out, since a signalfd delivers even ignored signals.
  public init(_ signals: [CInt] = Signals.ends) throws(SystemError) {
    var set = sigset_t()
    sigemptyset(&set)
    for signal in signals where !Signals.isIgnored(signal) { sigaddset(&set, signal) }
    let code = pthread_sigmask(SIG_BLOCK, &set, nil)
    if code != 0 { throw SystemError("cannot block signals", code: code) }
    let flags = CInt(SFD_CLOEXEC | SFD_NONBLOCK)
    descriptor = FileDescriptor(raw: try systemCall("cannot watch signals") { signalfd(-1, &set, flags) })
  }

  /// A descriptor that becomes readable for poll(2) when a signal is pending.
  public var pollDescriptor: CInt { descriptor.raw }

  /// The next pending signal, or nil.
  public func next() throws(SystemError) -> CInt? {
    var info = signalfd_siginfo()
    do throws(SystemError) {
      let count = try withUnsafeMutableBytes(of: &info) { (buffer) throws(SystemError) in
        try descriptor.read(into: buffer)
      }
      return count == MemoryLayout<signalfd_siginfo>.size ? CInt(info.ssi_signo) : nil
    } catch {
      if error.code == EAGAIN { return nil }
      throw error
    }
  }
}

/// A signal has asked this process to end. Whoever removes what is not to outlive the process passes this on.
public struct Interrupted: Error, Hashable, CustomStringConvertible, Sendable {
  public let signal: CInt

  public init(signal: CInt) { self.signal = signal }

  public var description: String { "interrupted by \(signalName(signal))" }
}

/// Signal dispositions of the whole process.
public enum Signals {
  /// The signals that ask a process to end, and leave it time to tidy up.
  public static let ends = [SIGINT, SIGTERM, SIGHUP]

  /// Calls `body`, which makes what must not outlive this process and removes it, with the signals of `ends` blocked:
  /// one that comes meanwhile takes effect afterwards, unless `body` reads it. Threads that run already still get them.
  public static func deferringEnds<Value>(_ body: () throws -> Value) rethrows -> Value {
    var set = sigset_t()
    var before = sigset_t()
    sigemptyset(&set)
    for signal in ends { sigaddset(&set, signal) }
    pthread_sigmask(SIG_BLOCK, &set, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    return try body()
  }

  /// sigaction(2): whether `signal` is ignored now.
  public static func isIgnored(_ signal: CInt) -> Bool {
    var action = sigaction()
    guard sigaction(signal, nil, &action) == 0 else { return false }
    return unsafeBitCast(action.__sigaction_handler.sa_handler, to: Int.self)
      == unsafeBitCast(SIG_IGN, to: Int.self)
  }

  /// signal(3): from now on a write to a pipe without a reader fails with EPIPE instead of killing the process.
  public static func ignoreBrokenPipes() {
    signal(SIGPIPE, SIG_IGN)
  }

  /// Stops this process as SIGTSTP does by default, which is not at all in an orphaned process group. Returns
  /// when it has been continued; at once if a SIGCONT is pending already.
  public static func stop() {
    var waiting = sigset_t()
    if sigpending(&waiting) == 0, sigismember(&waiting, SIGCONT) == 1 { return }
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, SIGTSTP)
    var before = sigset_t()
    pthread_sigmask(SIG_UNBLOCK, &set, &before)
    raise(SIGTSTP)
    pthread_sigmask(SIG_SETMASK, &before, nil)
  }

  /// Ends this process by signal `number`, so that its parent sees that as the cause: restores the default
  /// handler, unblocks the signal and raises it. If that does not end it, the exit status is 128 plus the
  /// number.
  public static func dieOf(_ number: CInt) -> Never {
    signal(number, SIG_DFL)
    var set = sigset_t()
    sigemptyset(&set)
    sigaddset(&set, number)
    pthread_sigmask(SIG_UNBLOCK, &set, nil)
    raise(number)
    _exit(128 + number)
  }
}
