internal import BuildGraph
internal import Platform

/// The lock on O, which keeps a second sysbuild from writing there, and says to it what this one does.
final class BuildLock {
  private let lock: FileLock
  private let purpose: String
  private var running: [TargetID: String] = [:]

  private init(_ lock: consuming FileLock, purpose: String) {
    self.lock = lock
    self.purpose = purpose
  }

  /// Calls `body` while this process alone may write to O, which is made if it is not there.
  ///
  /// - Parameters:
  ///   - purpose: what a second sysbuild is told that this one does.
  ///   - waits: whether to wait for one that has the lock, rather than fail.
  static func hold<Value>(
    _ build: Path, for purpose: String, waits: Bool, _ body: (BuildLock) throws -> Value
  ) throws -> Value {
    do throws(SystemError) {
      try Directory.create(build, intermediates: true)
    } catch {
      throw unusable(build, error)
    }
    let lock = BuildLock(try acquire(build, purpose, waits: waits), purpose: purpose)
    defer { extendLifetime(lock) }
    return try body(lock)
  }

  private static func acquire(_ build: Path, _ purpose: String, waits: Bool) throws -> FileLock {
    let path = build / "lock"
    var holder: FileLock.Holder?
    do throws(SystemError) {
      switch try FileLock.tryLock(path, doing: purpose) {
      case .acquired(let lock): return lock
      case .busy(let other): holder = other
      }
      if let holder, !holder.isAlive {
        // It was killed, and its commands are being killed.
        return try FileLock.lock(path, doing: purpose)
      }
      if waits, let holder {
        Tool.complain("O ('\(build)') is in use by \(holder): waiting for its end")
        return try FileLock.lock(path, doing: purpose)
      }
    } catch {
      throw unusable(build, error)
    }
    throw UserError(
      "O ('\(build)') is in use by \(holder.map { "\($0)" } ?? ""): wait for its end, as with --wait, or use another O"
    )
  }

  private static func unusable(_ build: Path, _ error: SystemError) -> UserError {
    UserError("O is '\(build)', which cannot be used: \(error): name another folder, as in O=/var/tmp/out")
  }

  /// What keeps O locked while it is open, in whatever process.
  var rawDescriptor: CInt { lock.rawDescriptor }

  /// Notes in the lock which targets run now.
  func note(_ event: Scheduler.Event, _ graph: Graph) {
    switch event {
    case .started(let id, _): running[id] = graph[id].name
    case .succeeded(let id, _), .failed(let id, _, _): running[id] = nil
    default: return
    }
    let names = running.sorted { $0.key < $1.key }.map(\.value)
    // For people, who can do without it.
    try? lock.update(names.isEmpty ? purpose : "\(purpose): \(names.joined(separator: ", "))")
  }
}
