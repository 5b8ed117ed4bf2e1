package import BuildGraph
package import Platform
package import Stamps
package import TextKit

/// The lock on O, which keeps a second sysbuild from writing there, and says to it what this one does.
package final class BuildLock {
  private let lock: FileLock
  private let build: Path
  private let purpose: String
  /// Whether another sysbuild had it first: what was read before may be of old.
  package let wasAwaited: Bool
  private var running: [TargetID: String] = [:]

  private init(_ lock: consuming FileLock, on build: Path, purpose: String, wasAwaited: Bool) {
    self.lock = lock
    self.build = build
    self.purpose = purpose
    self.wasAwaited = wasAwaited
  }

  /// Calls `body` while this process alone may write to O, which is made if it is not there.
  ///
  /// - Parameters:
  ///   - purpose: what a second sysbuild is told that this one does.
  ///   - waits: whether to wait for one that has the lock, rather than fail.
  ///   - warn: is told who is waited for.
  package static func hold<Value>(
    _ build: Path, for purpose: String, waits: Bool, warn: (String) -> Void,
    _ body: (BuildLock) throws -> Value
  ) throws -> Value {
    do throws(SystemError) {
      try Directory.create(build, intermediates: true)
    } catch {
      throw UserError.unusableBuild(build, error)
    }
    let lock = try acquire(build, purpose, waits: waits, warn: warn)
    defer { extendLifetime(lock) }
    return try body(lock)
  }

  private static func acquire(
    _ build: Path, _ purpose: String, waits: Bool, warn: (String) -> Void
  ) throws -> BuildLock {
    let path = build / "lock"
    let deadline = Clock.monotonic + patience
    let holder: FileLock.Holder
    do throws(SystemError) {
      find: while true {
        switch try FileLock.tryLock(path, doing: purpose) {
        case .acquired(let lock): return BuildLock(lock, on: build, purpose: purpose, wasAwaited: false)
        case .busy(let other):
          if other.isVisible || Clock.monotonic >= deadline {
            holder = other
            break find
          }
          _ = try Poll.wait(for: [], timeout: 20)
        }
      }
      if waits {
        warn(UserError.awaited(build, holder))
        return BuildLock(
          try FileLock.lock(path, doing: purpose), on: build, purpose: purpose, wasAwaited: true)
      }
    } catch {
      throw UserError.unusableBuild(build, error)
    }
    throw UserError.buildInUse(build, by: holder)
  }

  /// How long to wait for a holder that cannot be seen, in nanoseconds: supervisors may be ending the commands of one
  /// that is gone, or another sysbuild has the lock and is about to write its name into it.
  private static let patience: Int64 = 2_000_000_000

  /// What keeps O locked while it is open, in whatever process.
  var rawDescriptor: CInt { lock.rawDescriptor }

  /// Throws if O was removed: what is to be recorded is gone, and another sysbuild may have begun in a new one.
  package func check() throws(UserError) {
    if !lock.isInPlace {
      throw .buildRemoved(build)
    }
  }

  /// Notes in the lock which targets run now.
  package func note(_ event: Scheduler.Event, _ graph: Graph) {
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

/// The stamps of O as one writes them who has the lock on it, as long as that lock keeps others out.
package struct LockedStamps: StampStore {
  package let stamps: StampFolder
  package let lock: BuildLock

  package init(stamps: StampFolder, lock: BuildLock) {
    self.stamps = stamps
    self.lock = lock
  }

  package func stamp(of target: String) throws(StampError) -> Stamp? { try stamps.stamp(of: target) }
  package func listing(_ digest: Digest) -> Listing? { stamps.listing(digest) }

  package func write(_ stamp: Stamp) throws {
    try lock.check()
    try stamps.write(stamp)
  }

  package func keep(_ listing: Listing) throws -> Digest {
    try lock.check()
    return try stamps.keep(listing)
  }
}
