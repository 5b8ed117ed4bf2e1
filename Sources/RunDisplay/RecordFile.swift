import Glibc
import Platform

/// A file that a run writes piece by piece for programs to read. A write error does not end the run: the first error
/// is kept, and nothing more is written.
final class RecordFile {
  private let file: FileDescriptor
  private let path: Path
  private(set) var problem: SystemError?

  /// - Parameter path: relative to the folder in which sysbuild was started. An existing file is overwritten.
  init(_ path: Path) throws(SystemError) {
    self.path = path
    file = try FileDescriptor.open(
      path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_NOCTTY, mode: 0o666, action: "cannot write")
  }

  func write(_ text: String) {
    if problem != nil { return }
    do throws(SystemError) {
      try file.writeAll(Array(text.utf8))
    } catch {
      problem = SystemError(error.action, path, code: error.code)
    }
  }
}
