internal import CLinux
internal import Glibc

/// The process that puts back what this one holds of a pool of tokens when it is killed; `keeper.h` says how.
final class TokenKeeper {
  private var changes: FileDescriptor?
  private let pid: Int32

  init(of pool: borrowing FileDescriptor) throws(SystemError) {
    let pipe = try FileDescriptor.pipe()
    let (raw, reading) = (pool.raw, pipe.read.raw)
    pid = try systemCall("cannot start a process") { sysbuild_start_keeper(raw, reading) }
    changes = try pipe.write.duplicate()
  }

  deinit {
    changes = nil
    while waitpid(pid, nil, 0) == -1, errno == EINTR {}
  }

  /// It does not act before all that have this open are gone.
  var rawDescriptor: CInt { changes?.raw ?? -1 }

  func noteTaken(_ token: UInt8) { note(UInt8(sysbuild_token_taken), token) }
  func notePutBack(_ token: UInt8) { note(UInt8(sysbuild_token_put_back), token) }

  /// Without a keeper, which somebody may have killed, all goes on as well.
  private func note(_ change: UInt8, _ token: UInt8) {
    try? changes?.writeAll([change, token])
  }
}
