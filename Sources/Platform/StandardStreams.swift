import CLinux
import Glibc

/// Standard output and standard error, unbuffered, and the terminal behind them. It knows nothing of colours
/// and progress.
///
/// Unbuffered, so that what this process and its children write comes in the order in which it was written.
/// Needs `Signals.ignoreBrokenPipes`.
public enum StandardStream: CInt, Sendable {
  case output = 1
  case error = 2

  /// write(2) until all of `bytes` is written; false when nobody reads any more (EPIPE), which on standard
  /// output means a quiet end. A stream that somebody made non-blocking is waited for.
  @discardableResult
  public func write(_ bytes: [UInt8]) throws(SystemError) -> Bool {
    try bytes.withUnsafeBufferPointer { (buffer) throws(SystemError) in
      var rest = UnsafeRawBufferPointer(buffer)[...]
      while !rest.isEmpty {
        let part = UnsafeRawBufferPointer(rebasing: rest)
        let count = Glibc.write(rawValue, part.baseAddress, part.count)
        let code = errno
        if count >= 0 {
          rest = rest.dropFirst(count)
          continue
        }
        switch code {
        case EINTR: continue
        case EAGAIN: _ = try Poll.wait(for: [Poll.Descriptor(rawValue, .writable)])
        case EPIPE: return false
        default: throw SystemError("cannot write to \(name)", code: code)
        }
      }
      return true
    }
  }

  /// As `write` of the UTF-8 of `text`.
  @discardableResult
  public func write(_ text: String) throws(SystemError) -> Bool {
    try write(Array(text.utf8))
  }

  public var isTerminal: Bool { Terminal.isTerminal(rawValue) }

  /// See `Terminal.width`.
  public var width: Int? { Terminal.width(rawValue) }

  /// See `Terminal.height`.
  public var height: Int? { Terminal.height(rawValue) }

  /// See `Terminal.isForeground`.
  public var isForeground: Bool { Terminal.isForeground(rawValue) }

  private var name: String {
    switch self {
    case .output: "standard output"
    case .error: "standard error"
    }
  }
}

/// What a descriptor tells of the terminal behind it. It knows nothing of what is written there.
public enum Terminal {
  /// isatty(3).
  public static func isTerminal(_ descriptor: CInt) -> Bool {
    isatty(descriptor) == 1
  }

  /// ioctl(2) `TIOCGWINSZ`: the columns; nil if it is no terminal or does not know.
  public static func width(_ descriptor: CInt) -> Int? {
    let columns = sysbuild_terminal_width(descriptor)
    return columns > 0 ? Int(columns) : nil
  }

  /// ioctl(2) `TIOCGWINSZ`: the lines; nil if it is no terminal or does not know.
  public static func height(_ descriptor: CInt) -> Int? {
    let lines = sysbuild_terminal_height(descriptor)
    return lines > 0 ? Int(lines) : nil
  }

  /// tcgetpgrp(3): whether what is typed there reaches this process's group. A shell's `&` job may still write,
  /// but the screen is another's. True for a terminal that is not this session's, which has no such group.
  public static func isForeground(_ descriptor: CInt) -> Bool {
    let group = tcgetpgrp(descriptor)
    return group == -1 || group == getpgrp()
  }
}
