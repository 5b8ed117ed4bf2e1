import Glibc
import Platform

/// One process and the pipe that its output comes through. It knows nothing of what comes next.
final class RunningCommand {
  let process: SupervisedProcess
  private let output: FileDescriptor
  private var isOutputOpen = true

  /// - Parameters:
  ///   - environment: of a name that comes twice the last holds.
  ///   - kept: descriptors that stay open until nothing of the command is left.
  ///   - isOnConsole: whether it has the terminal; then there is no output here.
  init(
    program: Path, words: [String], environment: [(name: String, value: String)], directory: Path,
    inheriting: [CInt], keeping kept: [CInt], isOnConsole: Bool
  ) throws(SystemError) {
    let pipe = try FileDescriptor.pipe()
    try pipe.read.setNonBlocking(true)
    var values: [String: String] = [:]
    for (name, value) in environment { values[name] = value }
    process = try SupervisedProcess(
      program: program, arguments: words.map { Array($0.utf8) },
      environment: values.sorted { $0.key < $1.key }.map { Array("\($0.key)=\($0.value)".utf8) },
      directory: directory,
      output: isOnConsole ? StandardStream.output.rawValue : pipe.write.raw,
      error: isOnConsole ? StandardStream.error.rawValue : pipe.write.raw,
      inheriting: inheriting, keeping: kept, isForeground: isOnConsole)
    // Nothing may fail from here on: the process would run, and nobody would know of it.
    output = pipe.read
  }

  /// What to poll for: output, and the process's end.
  var descriptors: [CInt] {
    isOutputOpen ? [output.raw, process.pollDescriptor] : [process.pollDescriptor]
  }

  /// What there is to read now; nil when that is nothing.
  func read() throws(SystemError) -> [UInt8]? {
    guard isOutputOpen else { return nil }
    do throws(SystemError) {
      let block = try output.read(upTo: 1 << 16)
      if !block.isEmpty { return block }
      isOutputOpen = false
    } catch {
      if error.code != EAGAIN { throw error }
    }
    return nil
  }
}
