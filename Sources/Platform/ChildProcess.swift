import CLinux
import Glibc

/// One running process: started, signalled, waited for.
///
/// It leads its own process group unless it is in the foreground, blocks and ignores no signal, and inherits
/// only the three streams and the descriptors it is given. When the thread that started it ends, above all
/// because this process got SIGKILL, the kernel kills it (`PR_SET_PDEATHSIG`). So start processes on a thread
/// that lasts. Processes that it has started itself live on: see `SupervisedProcess`.
public final class ChildProcess {
  /// Also the id of its process group, unless it is in the foreground.
  public let pid: Int32
  private let handle: ProcessHandle

  /// Starts `program`; `arguments` begins with the name it sees as its own.
  ///
  /// - Parameters:
  ///   - program: An absolute path, or one relative to `directory`; there is no search.
  ///   - environment: `NAME=value`; the process gets these variables and no others.
  ///   - directory: Its working directory; nil for this process's own.
  ///   - output: The descriptor that becomes its standard output.
  ///   - error: The descriptor that becomes its standard error.
  ///   - inherited: Descriptors of 3 and above that it keeps under the same numbers.
  ///   - isForeground: Whether it reads this process's standard input and joins its process group.
  /// - Throws: The error of the step that failed: clone(2), chdir(2) with the directory's path, execve(2) with
  ///   the program's. `EINVAL` for a NUL byte in an argument or variable, where the kernel would cut it off.
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

  /// A descriptor that becomes readable for poll(2) when the process has ended.
  public var pollDescriptor: CInt { handle.raw }

  /// kill(2) to the whole group. Returns false if the group is empty, or if the process has been reaped, since
  /// then its id may belong to another process. A group outlives its leader, so signal it before `reap`.
  @discardableResult
  public func signalGroup(_ signal: CInt) -> Bool {
    !handle.isReaped && kill(-pid, signal) == 0
  }

  /// waitid(2): waits until the process has ended. A second call returns the same.
  public func reap() throws(SystemError) -> ExitStatus { try handle.reap() }

  /// As `reap`, but returns nil at once while the process runs.
  public func tryReap() throws(SystemError) -> ExitStatus? { try handle.tryReap() }
}

/// A command with a supervisor between it and this process. When this process asks for it or dies, even of
/// SIGKILL, the supervisor ends everything that the command has started, in whatever process group.
///
/// `supervisor.h` says how, and what is out of its reach. If the command ends by itself, what it leaves behind
/// lives on.
public final class SupervisedProcess {
  private let handle: ProcessHandle

  /// Starts the command; the parameters are those of `ChildProcess` and these:
  ///
  /// - Parameters:
  ///   - kept: At most two descriptors that stay open until everything that has to be killed is gone, even if
  ///     this process is dead. A lock's, for example.
  ///   - isForeground: Whether the command reads this process's standard input and joins its process group, so
  ///     that signals from the terminal reach both.
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

  /// A descriptor that becomes readable for poll(2) when the command has ended.
  public var pollDescriptor: CInt { handle.raw }

  /// Sends SIGTERM to the command's group (in the foreground, to the command alone), and when the command has
  /// ended, SIGKILL to all its descendants that are left.
  public func end() { order(SIGUSR2) }

  /// Sends SIGKILL to the command and all its descendants.
  public func kill() { order(SIGUSR1) }

  /// Sends SIGSTOP to the command's group.
  public func suspend() { order(SIGTSTP) }

  /// Sends SIGCONT to the command's group.
  public func resume() { order(SIGCONT) }

  private func order(_ signal: CInt) {
    if !handle.isReaped { _ = sysbuild_send(handle.raw, signal) }
  }

  /// As `ChildProcess.reap`.
  public func reap() throws(SystemError) -> ExitStatus { try handle.reap() }

  /// As `ChildProcess.tryReap`.
  public func tryReap() throws(SystemError) -> ExitStatus? { try handle.tryReap() }
}

/// A child process by its pidfd, and its exit status once it has been reaped.
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
