import CLinux
import Glibc

/// What this process was started with, as bytes: arguments, variables, its executable. Nothing may change the
/// environment while it is read.
public enum Environment {
  /// `environ`, each as `NAME=value`, in its order.
  public static var variables: [[UInt8]] {
    var variables: [[UInt8]] = []
    var next = sysbuild_environment()
    while let variable = next.pointee {
      variables.append(bytes(variable))
      next += 1
    }
    return variables
  }

  /// getenv(3).
  public static func value(_ name: String) -> [UInt8]? {
    getenv(name).map { bytes($0) }
  }

  /// The value of a variable, which is not there any more, also for programs that this process starts.
  public static func take(_ name: String) -> [UInt8]? {
    guard let value = value(name) else { return nil }
    unsetenv(name)
    return value
  }

  /// The arguments, the name of the program first.
  public static var arguments: [[UInt8]] {
    (0..<Int(CommandLine.argc)).compactMap { index in
      CommandLine.unsafeArgv[index].map { bytes($0) }
    }
  }

  /// getuid(2) at the first call: who has started this process, whatever it becomes in a user namespace.
  public static let user: UInt32 = getuid()
  /// The same of getgid(2).
  public static let group: UInt32 = getgid()

  /// getuid(2): whether it is root by now.
  public static var isRoot: Bool { getuid() == 0 }

  /// readlink(2) of `/proc/self/exe` at the first call; it ends in ` (deleted)` if the file was removed before
  /// that.
  public static func executable() throws(SystemError) -> Path { try firstExecutable.get() }

  private static let firstExecutable = Result { () throws(SystemError) -> Path in
    Path(bytes: try File.readLink("/proc/self/exe"))
  }

  private static func bytes(_ string: UnsafePointer<CChar>) -> [UInt8] {
    Array(UnsafeRawBufferPointer(start: string, count: strlen(string)))
  }
}
