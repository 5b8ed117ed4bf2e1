import CLinux
import Glibc

/// Standard output and standard error, and the terminal behind them.
///
/// They are unbuffered, so that what this process and its children write appears in the order in which it was
/// written. Call `Signals.ignoreBrokenPipes` before writing.
public enum StandardStream: CInt, Sendable {
  case output = 1
  case error = 2

  /// write(2) until all of `bytes` is written. Returns false if the reader is gone (EPIPE), upon which a
  /// program ends quietly. Waits if another process has made the stream non-blocking.
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

/// The terminal behind a descriptor.
public enum Terminal {
  /// isatty(3).
  public static func isTerminal(_ descriptor: CInt) -> Bool {
    isatty(descriptor) == 1
  }

  /// ioctl(2) `TIOCGWINSZ`: the columns; nil if it is no terminal or the width is not known.
  public static func width(_ descriptor: CInt) -> Int? {
    let columns = sysbuild_terminal_width(descriptor)
    return columns > 0 ? Int(columns) : nil
  }

  /// ioctl(2) `TIOCGWINSZ`: the lines; nil if it is no terminal or the height is not known.
  public static func height(_ descriptor: CInt) -> Int? {
    let lines = sysbuild_terminal_height(descriptor)
    return lines > 0 ? Int(lines) : nil
  }

  /// tcgetpgrp(3): whether this process's group is in the terminal's foreground. A shell's background job may
  /// write, but the screen belongs to another program. True for a terminal of another session, where the call
  /// fails.
  public static func isForeground(_ descriptor: CInt) -> Bool {
    let group = tcgetpgrp(descriptor)
    return group == -1 || group == getpgrp()
  }
}
