internal import CLinux
internal import Glibc
internal import Synchronization

/// A helper process that kills the process groups of the commands still running when this process ends
/// without having reaped them, be it by SIGKILL or a crash. It knows nothing of the commands.
///
/// What a command moves to another group or session escapes it. Costs a fork(2), so it is started before the
/// first command and not for a run with nothing to do.
public final class ProcessGuard: Sendable {
  private let pipe: CInt
  private let pid: CInt
  private let table: Table

  /// mmap(2), pipe(2), fork(2).
  public init() throws(SystemError) {
    var started = sysbuild_guard()
    let code = sysbuild_guard_start(&started)
    guard code == 0, let groups = started.groups else {
      throw SystemError("cannot start the process guard", code: code)
    }
    pipe = started.pipe
    pid = started.pid
    table = Table(groups: UnsafeMutableBufferPointer(start: groups, count: Int(started.count)))
  }

  /// Ends the guard, which kills the groups of commands that still run, and waits for it.
  deinit {
    close(pipe)
    var info = siginfo_t()
    _ = try? systemCall("cannot wait for the process guard") { waitid(P_PID, id_t(pid), &info, WEXITED) }
  }

  /// A place for a group that is about to be; nil when all are taken.
  func claim() -> Place? {
    table.claim().map { Place(table: table, index: $0) }
  }

  /// Where a group is entered, from the time it is claimed until it is given up.
  struct Place {
    fileprivate let table: Table
    fileprivate let index: Int

    var pointer: UnsafeMutablePointer<CInt>? { table.groups.baseAddress?.advanced(by: index) }

    /// From here on the guard does not know the group.
    func giveUp() {
      table.giveUp(index)
    }
  }

  /// The memory that this process and the guard share. Its one page is never unmapped, since places
  /// may outlast the guard.
  fileprivate final class Table: @unchecked Sendable {
    let groups: UnsafeMutableBufferPointer<CInt>
    private let lock = Mutex(())

    init(groups: UnsafeMutableBufferPointer<CInt>) {
      self.groups = groups
    }

    func claim() -> Int? {
      lock.withLock { _ in
        guard let index = groups.firstIndex(of: 0) else { return nil }
        groups[index] = -1
        return index
      }
    }

    func giveUp(_ index: Int) {
      lock.withLock { _ in groups[index] = 0 }
    }
  }
}
