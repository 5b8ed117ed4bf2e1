internal import Glibc
package import Platform

/// How long a test waits for an event before it takes what it waits for to hang, in milliseconds. No machine that works
/// takes so long, however much else it has to do.
package let hangLimit = 300_000

/// The limit was reached: what is waited for does not happen.
package struct Hang: Error, CustomStringConvertible {
  package let description: String

  package init(_ description: String) {
    self.description = "hangs: \(description)"
  }
}

/// Waits until whatever is written from now on gets another time than what was written before.
package func waitForClockTick() {
  let now = Clock.wall
  while Clock.coarseWall <= now { _ = poll(nil, 0, 1) }
}

/// Waits until `isSo`, which is asked every millisecond: for what the kernel tells nobody of, such as the state of
/// another's process.
/// - Throws: `Hang` after `hangLimit`.
package func pollUntil(_ isSo: () throws -> Bool) throws {
  let deadline = Clock.monotonic + Int64(hangLimit) * 1_000_000
  while try !isSo() {
    if Clock.monotonic > deadline { throw Hang("what is waited for does not come") }
    _ = poll(nil, 0, 1)
  }
}

/// inotify(7): waits for what happens to files.
package final class FileWatch {
  package enum Event {
    /// It is written to; of a folder: a name in it comes or goes.
    case change
    /// A process that could write to it closes it.
    case close
  }

  private let descriptor: FileDescriptor

  package init(_ paths: Path..., for event: Event = .change) throws {
    let raw = inotify_init1(CInt(IN_CLOEXEC))
    guard raw >= 0 else { throw SystemError("cannot make an inotify instance", code: errno) }
    descriptor = FileDescriptor(raw: raw)
    for path in paths {
      let mask = UInt32(event == .close ? IN_CLOSE_WRITE : IN_MODIFY | IN_CREATE | IN_MOVED_TO | IN_DELETE)
      let added = path.withCString { inotify_add_watch(raw, $0, mask) }
      guard added >= 0 else { throw SystemError("cannot watch", path, code: errno) }
    }
  }

  /// Waits for what happens next.
  ///
  /// - Parameter program: a descriptor that is readable once a program has ended, which ends the wait, too.
  /// - Throws: `Hang` after `hangLimit`.
  package func next(unlessEnds program: CInt? = nil) throws {
    let descriptors = [Poll.Descriptor(descriptor.raw)] + (program.map { [Poll.Descriptor($0)] } ?? [])
    let ready = try Poll.wait(for: descriptors, timeout: hangLimit)
    if ready.isEmpty { throw Hang("nothing happens to a file that is watched") }
    if ready.contains(where: { $0.raw == descriptor.raw }) { _ = try descriptor.read(upTo: 65536) }
  }
}

/// A process that is not a child of this one, and that runs when the value is made.
package final class OtherProcess {
  package let id: Int32
  private let descriptor: FileDescriptor

  package init(_ id: Int32) throws {
    let raw = pidfdOpen(id, 0)
    guard raw >= 0 else { throw SystemError("cannot open process \(id)", code: errno) }
    self.id = id
    descriptor = FileDescriptor(raw: raw)
  }

  /// Waits until it has ended. A zombie that nobody has reaped yet has.
  /// - Throws: `Hang` after `hangLimit`; it is killed then.
  package func waitForEnd() throws {
    if try Poll.wait(for: [.init(descriptor.raw)], timeout: hangLimit).isEmpty {
      kill(id, SIGKILL)
      throw Hang("process \(id) does not end")
    }
  }

  package var hasEnded: Bool {
    (try? Poll.wait(for: [.init(descriptor.raw)], timeout: 0).isEmpty) == false
  }
}

/// pidfd_open(2), whose header Glibc's module lacks.
@_silgen_name("pidfd_open")
private func pidfdOpen(_ id: pid_t, _ flags: CUnsignedInt) -> CInt
