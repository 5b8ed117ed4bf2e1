import Glibc

/// How a process ended. It does not know which, nor whether that is good.
public enum ExitStatus: Hashable, Sendable {
  /// With this exit status, 0 to 255.
  case exited(Int32)
  /// By this signal.
  case signalled(Int32)

  public var isSuccess: Bool { self == .exited(0) }

  /// What a shell makes of it: the exit status, or 128 and the signal's number.
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

/// sigabbrev_np(3): `SIGKILL`; a signal without a name is `signal 40`.
public func signalName(_ signal: CInt) -> String {
  guard let name = sigabbrev_np(signal) else { return "signal \(signal)" }
  return "SIG" + String(cString: name)
}
