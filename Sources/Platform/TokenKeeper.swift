import CLinux
import Glibc

/// The process that takes tokens of a pool for this one, so that they are put back when this one is killed; `keeper.h`
/// says how.
final class TokenKeeper {
  private var requests: FileDescriptor?
  private let answers: FileDescriptor
  private let pid: Int32

  /// - Parameter pool: does not block.
  init(of pool: borrowing FileDescriptor) throws(SystemError) {
    let down = try FileDescriptor.pipe()
    let up = try FileDescriptor.pipe()
    let raw = (pool: pool.raw, requests: down.read.raw, answers: up.write.raw)
    pid = try systemCall("cannot start a process") {
      sysbuild_start_keeper(raw.pool, raw.requests, raw.answers)
    }
    requests = try down.write.duplicate()
    answers = try up.read.duplicate()
  }

  /// It puts back what is taken.
  deinit {
    requests = nil
    while waitpid(pid, nil, 0) == -1, errno == EINTR {}
  }

  /// It does not put back anything on its own before all that have this open are gone.
  var rawDescriptor: CInt { requests?.raw ?? -1 }

  /// Whether there was one to take.
  func take() -> Bool { ask(UInt8(sysbuild_take_token)) }

  func putBack() { _ = ask(UInt8(sysbuild_put_token_back)) }

  /// Of a keeper that somebody has killed there is nothing to be had.
  private func ask(_ request: UInt8) -> Bool {
    guard (try? requests?.writeAll([request])) != nil else { return false }
    return (try? answers.read(upTo: 1)) == [1]
  }
}
