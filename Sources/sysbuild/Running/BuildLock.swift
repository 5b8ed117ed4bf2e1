internal import Platform

/// The lock on O, which keeps a second sysbuild from writing there.
enum BuildLock {
  /// Calls `body` while this process alone may write to O, which is made if it is not there.
  ///
  /// - Parameter doing: what a second sysbuild is told that this one does.
  static func hold<Value>(_ build: Path, doing: String, _ body: () throws -> Value) throws -> Value {
    let attempt: FileLock.Attempt
    do throws(SystemError) {
      try Directory.create(build, intermediates: true)
      attempt = try FileLock.tryLock(build / "lock", doing: doing)
    } catch {
      throw UserError(
        "O is '\(build)', which cannot be used: \(error): name another folder, as in O=/var/tmp/out")
    }
    switch consume attempt {
    case .busy(let holder):
      throw UserError("O ('\(build)') is in use by \(holder): wait for its end, or use another O")
    case .acquired(let lock):
      defer { extendLifetime(lock) }
      return try body()
    }
  }
}
