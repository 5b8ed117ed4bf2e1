internal import CLinux
internal import Glibc

/// One running command: started, signalled, waited for. It knows nothing of targets, logs and retries.
///
/// The command leads its own process group, blocks and ignores no signal, and has no descriptor of this
/// process's but the three streams and those it is given. When the thread that started it dies, above all
/// with a SIGKILL to this process, the kernel kills the command too (`PR_SET_PDEATHSIG`), and a
/// `ProcessGuard` the rest of its group. So start commands on a thread that lasts.
public final class ChildProcess {
  /// Also the id of its process group.
  public let pid: Int32
  private let pidfd: FileDescriptor
  private var status: ExitStatus?
  private let guarded: ProcessGuard.Place?

  /// Starts `program`; `arguments` begins with the name it sees as its own.
  ///
  /// - Parameters:
  ///   - program: An absolute path, or one relative to `directory`; there is no search.
  ///   - environment: `NAME=value`, exactly as it is to be.
  ///   - directory: Where it starts; nil for this process's own.
  ///   - output: The descriptor that becomes its standard output.
  ///   - error: The descriptor that becomes its standard error.
  ///   - inheriting: Descriptors from 3 on that it keeps under the same numbers.
  ///   - guardian: What kills the group should this process end before the command is reaped.
  /// - Throws: The error of the step that failed: clone(2), chdir(2) with the directory, execve(2) with the
  ///   program. `EINVAL` for a NUL byte in an argument or variable, which the kernel would take for its end.
  public init(
    program: Path, arguments: [[UInt8]], environment: [[UInt8]], directory: Path? = nil,
    output: CInt, error: CInt, inheriting: [CInt] = [], guardedBy guardian: ProcessGuard? = nil
  ) throws(SystemError) {
    if arguments.joined().contains(0) || environment.joined().contains(0) {
      throw SystemError("cannot start, an argument or variable holds a NUL byte", program, code: EINVAL)
    }
    let input = try FileDescriptor.open("/dev/null", O_RDONLY)
    var outcome: Result<sysbuild_spawn, SystemError> = .failure(
      SystemError("cannot start", program, code: EINVAL))
    let place = guardian?.claim()
    let streams = (input.raw, output, error)
    program.withCString { program in
      withOptionalCString(directory) { directory in
        withCStringArray(arguments) { arguments in
          withCStringArray(environment) { environment in
            inheriting.withUnsafeBufferPointer { inherited in
              var spawn = sysbuild_spawn(
                program: program, arguments: arguments, environment: environment, directory: directory,
                streams: streams, inherited: inherited.baseAddress, inherited_count: inherited.count,
                guarded: place?.pointer, pid: -1, pidfd: -1, failed_step: sysbuild_spawn_step_fork,
                failed_errno: 0, parent: 0)
              _ = sysbuild_spawn_start(&spawn)
              outcome = .success(spawn)
            }
          }
        }
      }
    }
    let spawn = try outcome.get()
    if spawn.failed_errno != 0 {
      place?.giveUp()
      throw Self.failure(spawn.failed_step, spawn.failed_errno, program: program, directory: directory)
    }
    pid = spawn.pid
    guarded = place
    pidfd = FileDescriptor(raw: spawn.pidfd)
  }

  private static func failure(
    _ step: sysbuild_spawn_step, _ code: CInt, program: Path, directory: Path?
  ) -> SystemError {
    switch step {
    case sysbuild_spawn_step_directory:
      SystemError("cannot enter directory", directory, code: code)
    case sysbuild_spawn_step_execute:
      SystemError("cannot run", program, code: code)
    case sysbuild_spawn_step_descriptors:
      SystemError("cannot set up the streams of", program, code: code)
    default:
      SystemError("cannot start a process for", program, code: code)
    }
  }

  /// The pidfd: poll(2) calls it readable once the command has ended.
  public var pollDescriptor: CInt { pidfd.raw }

  /// kill(2) to the whole group; false when nobody is left in it, or when the command has been reaped, since
  /// its id may be another's then. A group outlives its leader: signal it before `reap`.
  @discardableResult
  public func signalGroup(_ signal: CInt) -> Bool {
    status == nil && kill(-pid, signal) == 0
  }

  /// waitid(2) with `P_PIDFD`: waits until the command has ended, and forgets it. With `killingGroup`, what
  /// it has left running in its group is killed first. A second call returns the same.
  public func reap(killingGroup: Bool = false) throws(SystemError) -> ExitStatus {
    while true {
      if let status = try reap(waiting: true, killingGroup: killingGroup) { return status }
    }
  }

  /// As `reap`, but nil at once while the command runs (`WNOHANG`).
  public func tryReap(killingGroup: Bool = false) throws(SystemError) -> ExitStatus? {
    try reap(waiting: false, killingGroup: killingGroup)
  }

  private func reap(waiting: Bool, killingGroup: Bool) throws(SystemError) -> ExitStatus? {
    if let status { return status }
    if try !hasEnded(waiting: waiting) { return nil }
    // Before the command is reaped, since its id is free for others then.
    if killingGroup { signalGroup(SIGKILL) }
    guarded?.giveUp()
    var info = siginfo_t()
    let raw = pidfd.raw
    try systemCall("cannot wait for process \(pid)") {
      waitid(P_PIDFD, id_t(raw), &info, WEXITED)
    }
    let value = info._sifields._sigchld.si_status
    // CLD_DUMPED is an end by a signal, too.
    status = info.si_code == CInt(CLD_EXITED) ? .exited(value) : .signalled(value)
    return status
  }

  private func hasEnded(waiting: Bool) throws(SystemError) -> Bool {
    var info = siginfo_t()
    let raw = pidfd.raw
    try systemCall("cannot wait for process \(pid)") {
      waitid(P_PIDFD, id_t(raw), &info, WEXITED | WNOWAIT | (waiting ? 0 : WNOHANG))
    }
    return info._sifields._sigchld.si_pid != 0
  }
}

private func withOptionalCString<Value>(_ path: Path?, _ body: (UnsafePointer<CChar>?) -> Value) -> Value {
  guard let path else { return body(nil) }
  return path.withCString { body($0) }
}

/// Calls `body` with pointers to the strings, each with its NUL, and a null pointer at the end.
private func withCStringArray<Value>(
  _ strings: [[UInt8]], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Value
) -> Value {
  var characters: [CChar] = []
  characters.reserveCapacity(strings.reduce(strings.count + 1) { $0 + $1.count })
  var offsets: [Int] = []
  for string in strings {
    offsets.append(characters.count)
    characters.append(contentsOf: string.lazy.map(CChar.init(bitPattern:)))
    characters.append(0)
  }
  return characters.withUnsafeMutableBufferPointer { buffer in
    let pointers = offsets.map { buffer.baseAddress?.advanced(by: $0) } + [nil]
    return pointers.withUnsafeBufferPointer { pointers in
      guard let start = pointers.baseAddress else { fatalError("an array with its end is not empty") }
      return body(start)
    }
  }
}
