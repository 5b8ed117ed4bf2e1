import CLinux
import Glibc

/// A program and what it is started with, except its output; `ChildProcess` explains the parts.
struct SpawnedProgram {
  let program: Path
  let arguments: [[UInt8]]
  let environment: [[UInt8]]
  let directory: Path?
  let inherited: [CInt]
  /// The descriptors that the supervisor keeps open, at most two.
  var kept: [CInt] = []
  /// Whether it shares this process's group and standard input, and so gets signals and input from the
  /// terminal.
  var isForeground = false

  /// Starts it, with `/dev/null` as its input unless it is in the foreground. Returns its process id, and a
  /// pidfd that the caller must close.
  ///
  /// - Parameter start: `sysbuild_spawn_start` or `sysbuild_supervised_start`.
  func start(
    output: CInt, error: CInt, _ start: (UnsafeMutablePointer<sysbuild_spawn>) -> CInt
  ) throws(SystemError) -> (pid: Int32, pidfd: CInt) {
    if arguments.joined().contains(0) || environment.joined().contains(0) {
      throw SystemError("cannot start, an argument or variable holds a NUL byte", program, code: EINVAL)
    }
    let null = try FileDescriptor.open("/dev/null", O_RDONLY)
    let streams = (isForeground ? 0 : null.raw, output, error)
    let kept = (self.kept.first ?? -1, self.kept.dropFirst().first ?? -1)
    var outcome: Result<(pid: Int32, pidfd: CInt), SystemError> = .failure(
      SystemError("cannot start", program, code: EINVAL))
    self.program.withCString { program in
      withOptionalCString(directory) { directory in
        withCStringArray(arguments) { arguments in
          withCStringArray(environment) { environment in
            inherited.withUnsafeBufferPointer { inherited in
              var spawn = sysbuild_spawn(
                program: program, arguments: arguments, environment: environment, directory: directory,
                streams: streams, inherited: inherited.baseAddress, inherited_count: inherited.count,
                group: isForeground ? getpgrp() : 0, kept: kept,
                pid: -1, pidfd: -1, failed_step: sysbuild_spawn_step_fork, failed_errno: 0)
              outcome =
                start(&spawn) == 0
                ? .success((spawn.pid, spawn.pidfd)) : .failure(failure(spawn.failed_step, spawn.failed_errno))
            }
          }
        }
      }
    }
    extendLifetime(null)
    return try outcome.get()
  }

  private func failure(_ step: sysbuild_spawn_step, _ code: CInt) -> SystemError {
    switch step {
    case sysbuild_spawn_step_directory: SystemError("cannot enter directory", directory, code: code)
    case sysbuild_spawn_step_execute: SystemError("cannot run", program, code: code)
    case sysbuild_spawn_step_descriptors:
      SystemError("cannot set up the streams of", program, code: code)
    default: SystemError("cannot start a process for", program, code: code)
    }
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

/// A program in place of this process.
public enum ExecutedProgram {
  /// execve(2) with this process's environment. Returns only if it fails. Blocked signals stay blocked.
  public static func replaceThisProcess(with program: Path, _ arguments: [String]) -> SystemError {
    let code = program.withCString { program in
      withCStringArray(arguments.map { Array($0.utf8) }) { arguments in
        execve(program, arguments, sysbuild_environment())
        return errno
      }
    }
    return SystemError("cannot run", program, code: code)
  }
}
