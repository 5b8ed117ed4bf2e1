internal import Glibc
internal import Platform

/// The log of one target's run, `O/logs/<target>.log`, begun anew by each run: why the target runs, each
/// command as a shell would take it, and all that the commands print.
struct LogFile: ~Copyable {
  private let file: FileDescriptor
  private let path: Path

  static func path(of target: String, in build: Path) -> Path {
    build / "logs" / (target + ".log")
  }

  init(_ target: String, in build: Path) throws(SystemError) {
    path = Self.path(of: target, in: build)
    try Directory.create(path.parent, intermediates: true)
    file = try FileDescriptor.open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND, mode: 0o644)
  }

  borrowing func write(_ bytes: [UInt8]) throws(SystemError) {
    do throws(SystemError) {
      try file.writeAll(bytes)
    } catch {
      throw SystemError(error.action, path, code: error.code)
    }
  }

  borrowing func write(_ text: String) throws(SystemError) {
    try write(Array(text.utf8))
  }
}
