import CLinux
import Glibc

/// A process that takes tokens of a pool on behalf of this one, and puts them back if this one is killed;
/// `keeper.h` says how.
final class TokenKeeper {
  private var requests: FileDescriptor?
  private let answers: FileDescriptor
  private let pid: Int32

  /// - Parameter pool: must be non-blocking.
  init(of pool: borrowing FileDescriptor) throws(SystemError) {
    let down = try FileDescriptor.pipe()
    let up = try FileDescriptor.pipe()
    // Before the keeper starts: nobody would reap it if they failed later.
    requests = try down.write.duplicate()
    answers = try up.read.duplicate()
    let raw = (pool: pool.raw, requests: down.read.raw, answers: up.write.raw)
    pid = try systemCall("cannot start a process") {
      sysbuild_start_keeper(raw.pool, raw.requests, raw.answers)
    }
  }

  /// The keeper puts back all tokens.
  deinit {
    requests = nil
    while waitpid(pid, nil, 0) == -1, errno == EINTR {}
  }

  /// The keeper puts tokens back by itself only when every process that has this open is gone.
  var rawDescriptor: CInt { requests?.raw ?? -1 }

  /// Takes a token. Returns false if there was none, or if the keeper died.
  func take() -> Bool { ask(UInt8(sysbuild_take_token)) }

  /// Puts back the token taken last.
  func putBack() { _ = ask(UInt8(sysbuild_put_token_back)) }

  /// Whether the keeper did what it was asked. Returns false if it died.
  private func ask(_ request: UInt8) -> Bool {
    guard (try? requests?.writeAll([request])) != nil else { return false }
    return (try? answers.read(upTo: 1)) == [1]
  }
}
