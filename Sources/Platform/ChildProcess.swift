import CLinux
import Glibc

/// One running process: started, signalled, waited for. It knows nothing of targets, logs and retries.
///
/// It leads its own process group unless it is in the foreground, blocks and ignores no signal, and has no descriptor of this process's but
/// the three streams and those it is given. When the thread that started it dies, above all with a SIGKILL to
/// this process, the kernel kills it (`PR_SET_PDEATHSIG`). So start processes on a thread that lasts.
/// What it has started itself goes on then: see `SupervisedProcess`.
public final class ChildProcess {
  /// Also the id of its process group, unless it is in the foreground.
  public let pid: Int32
  private let handle: ProcessHandle

  /// Starts `program`; `arguments` begins with the name it sees as its own.
  ///
  /// - Parameters:
  ///   - program: An absolute path, or one relative to `directory`; there is no search.
  ///   - environment: `NAME=value`, exactly as it is to be.
  ///   - directory: Where it starts; nil for this process's own.
  ///   - output: The descriptor that becomes its standard output.
  ///   - error: The descriptor that becomes its standard error.
  ///   - inherited: Descriptors from 3 on that it keeps under the same numbers.
  ///   - isForeground: Whether it reads this process's standard input and is one of its process group.
  /// - Throws: The error of the step that failed: clone(2), chdir(2) with the directory, execve(2) with the
  ///   program. `EINVAL` for a NUL byte in an argument or variable, which the kernel would take for its end.
  public init(
    program: Path, arguments: [[UInt8]], environment: [[UInt8]], directory: Path? = nil,
    output: CInt, error: CInt, inheriting inherited: [CInt] = [], isForeground: Bool = false
  ) throws(SystemError) {
    let program = SpawnedProgram(
      program: program, arguments: arguments, environment: environment, directory: directory,
      inherited: inherited, isForeground: isForeground)
    let started = try program.start(output: output, error: error, sysbuild_spawn_start)
    pid = started.pid
    handle = ProcessHandle(descriptor: FileDescriptor(raw: started.pidfd))
  }

  /// poll(2) calls it readable once the process has ended.
  public var pollDescriptor: CInt { handle.raw }

  /// kill(2) to the whole group; false when nobody is left in it, or when the process has been reaped, since
  /// its id may be another's then. A group outlives its leader: signal it before `reap`.
  @discardableResult
  public func signalGroup(_ signal: CInt) -> Bool {
    !handle.isReaped && kill(-pid, signal) == 0
  }

  /// Waits until the process has ended, and forgets it. A second call returns the same.
  public func reap() throws(SystemError) -> ExitStatus { try handle.reap() }

  /// As `reap`, but nil at once while the process runs.
  public func tryReap() throws(SystemError) -> ExitStatus? { try handle.tryReap() }
}

/// A command with a supervisor between it and this process, which ends all that the command has started when
/// this process dies, SIGKILL included, or asks for it; what left the command's process group, too.
///
/// It knows nothing of targets, logs and retries. `supervisor.h` says how, and how far it reaches. What the command
/// leaves behind when it ends by itself goes on.
public final class SupervisedProcess {
  private let handle: ProcessHandle

  /// As a `ChildProcess` is started.
  ///
  /// - Parameters:
  ///   - kept: two descriptors at most that stay open until all that has to be killed is gone, though this process
  ///     be dead: one with a lock.
  ///   - isForeground: whether it reads this process's standard input and is one of its process group, so that
  ///     what is typed at the terminal reaches both.
  public init(
    program: Path, arguments: [[UInt8]], environment: [[UInt8]], directory: Path? = nil,
    output: CInt, error: CInt, inheriting inherited: [CInt] = [], keeping kept: [CInt] = [],
    isForeground: Bool = false
  ) throws(SystemError) {
    let program = SpawnedProgram(
      program: program, arguments: arguments, environment: environment, directory: directory,
      inherited: inherited, kept: kept, isForeground: isForeground)
    let started = try program.start(output: output, error: error, sysbuild_supervised_start)
    handle = ProcessHandle(descriptor: FileDescriptor(raw: started.pidfd))
  }

  /// poll(2) calls it readable once the command has ended.
  public var pollDescriptor: CInt { handle.raw }

  /// SIGTERM to the command's group (to itself alone in the foreground), and, when the command has ended, SIGKILL to all that is left of it.
  public func end() { order(SIGUSR2) }

  /// SIGKILL to the command and all its descendants.
  public func kill() { order(SIGUSR1) }

  /// SIGSTOP to the command's group, and SIGCONT.
  public func suspend() { order(SIGTSTP) }
  public func resume() { order(SIGCONT) }

  private func order(_ signal: CInt) {
    if !handle.isReaped { _ = sysbuild_send(handle.raw, signal) }
  }

  /// As `ChildProcess.reap`.
  public func reap() throws(SystemError) -> ExitStatus { try handle.reap() }

  /// As `ChildProcess.tryReap`.
  public func tryReap() throws(SystemError) -> ExitStatus? { try handle.tryReap() }
}

/// A process that was started and the end of which is awaited.
private final class ProcessHandle {
  private let descriptor: FileDescriptor
  private var status: ExitStatus?

  init(descriptor: consuming FileDescriptor) {
    self.descriptor = descriptor
  }

  var raw: CInt { descriptor.raw }
  var isReaped: Bool { status != nil }

  func reap() throws(SystemError) -> ExitStatus {
    while true {
      if let status = try reap(options: 0) { return status }
    }
  }

  func tryReap() throws(SystemError) -> ExitStatus? { try reap(options: WNOHANG) }

  /// waitid(2) with `P_PIDFD`.
  private func reap(options: CInt) throws(SystemError) -> ExitStatus? {
    if let status { return status }
    var info = siginfo_t()
    let raw = descriptor.raw
    try systemCall("cannot wait for a process") { waitid(P_PIDFD, id_t(raw), &info, WEXITED | options) }
    if info._sifields._sigchld.si_pid == 0 { return nil }
    let value = info._sifields._sigchld.si_status
    // CLD_DUMPED is an end by a signal, too.
    status = info.si_code == CInt(CLD_EXITED) ? .exited(value) : .signalled(value)
    return status
  }
}
