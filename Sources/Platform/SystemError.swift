import Glibc

/// A system call that failed: what was tried, on what, and the kernel's answer.
public struct SystemError: Error, Hashable, Sendable {
  /// What was tried, as a verb phrase: "cannot open", "cannot rename to".
  public let action: String
  /// What it was tried on, where that is a path.
  public let path: Path?
  /// The `errno` of the failed call.
  public let code: CInt

  public init(_ action: String, _ path: Path? = nil, code: CInt) {
    self.action = action
    self.path = path
    self.code = code
  }

  /// The kernel's answer in words: `No space left on device`.
  public var reason: String { String(cString: strerror(code)) }

  /// The same error about `path`, unless it names a path already. An error of an open file does not: only its
  /// user knows where the file is.
  public func about(_ path: Path) -> SystemError {
    self.path == nil ? SystemError(action, path, code: code) : self
  }

  public var isMissing: Bool { code == ENOENT || code == ENOTDIR }
}

extension SystemError: CustomStringConvertible {
  public var description: String {
    guard let path else { return "\(action): \(reason)" }
    return "\(action) '\(path)': \(reason)"
  }
}
