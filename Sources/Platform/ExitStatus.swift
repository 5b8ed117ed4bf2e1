import Glibc

/// How a process ended.
public enum ExitStatus: Hashable, Sendable {
  /// With this exit status, 0 to 255.
  case exited(Int32)
  /// By this signal.
  case signalled(Int32)

  public var isSuccess: Bool { self == .exited(0) }

  /// What a shell reports: the exit status, or 128 plus the signal's number.
  public var shellStatus: Int32 {
    switch self {
    case .exited(let status): status
    case .signalled(let signal): 128 + signal
    }
  }
}

extension ExitStatus: CustomStringConvertible {
  public var description: String {
    switch self {
    case .exited(let status): "exit status \(status)"
    case .signalled(let signal): "killed by \(signalName(signal))"
    }
  }
}

/// sigabbrev_np(3): `SIGKILL`, or `signal 40` for a signal without a name.
public func signalName(_ signal: CInt) -> String {
  guard let name = sigabbrev_np(signal) else { return "signal \(signal)" }
  return "SIG" + String(cString: name)
}
