import Glibc

/// Calls `call` until no signal interrupts it (EINTR), and throws its `errno` if it returns -1.
///
/// `action` and `path` are for the error. Not for close(2), which must not be called again, nor for poll(2),
/// whose timeout would start anew.
@discardableResult @inline(__always)
func systemCall<Value: SignedInteger>(
  _ action: @autoclosure () -> String, _ path: @autoclosure () -> Path? = nil, _ call: () -> Value
) throws(SystemError) -> Value {
  while true {
    let value = call()
    if value != -1 { return value }
    let code = errno
    if code != EINTR { throw SystemError(action(), path(), code: code) }
  }
}
