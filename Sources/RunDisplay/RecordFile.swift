import Glibc
import Platform

/// A file that a run writes piece by piece for programs to read. A write error does not end the run: the first error
/// is kept, and nothing more is written.
final class RecordFile {
  private let file: FileDescriptor
  private let path: Path
  private(set) var problem: SystemError?

  /// - Parameter path: relative to the folder in which sysbuild was started. An existing file is overwritten, unless
  ///   this process has it open for writing, as `/dev/stderr` may be: then what was written there stays.
  init(_ path: Path) throws(SystemError) {
    self.path = path
    let opened = try FileDescriptor.open(
      path, O_WRONLY | O_CREAT | O_APPEND | O_NOCTTY, mode: 0o666, action: "cannot write")
    do throws(SystemError) {
      if try opened.status().kind != .file {
        file = opened
      } else if let shared = try opened.writingTwin() {
        // Its offset is shared with those who write there, so that nothing is overwritten.
        file = shared
      } else {
        try opened.truncate(to: 0)
        file = opened
      }
    } catch {
      throw error.about(path)
    }
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
