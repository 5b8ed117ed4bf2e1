import Glibc

/// poll(2): waiting until one of several descriptors is ready.
public enum Poll {
  public struct Events: OptionSet, Hashable, Sendable {
    public let rawValue: Int16

    public init(rawValue: Int16) {
      self.rawValue = rawValue
    }

    public static let readable = Events(rawValue: Int16(POLLIN))
    public static let writable = Events(rawValue: Int16(POLLOUT))
    /// The other end is closed; what it wrote before can still be read. Always reported.
    public static let hangUp = Events(rawValue: Int16(POLLHUP))
    /// Always reported.
    public static let error = Events(rawValue: Int16(POLLERR))
    /// The descriptor is not open. Always reported.
    public static let invalid = Events(rawValue: Int16(POLLNVAL))
  }

  public struct Descriptor: Hashable, Sendable {
    public let raw: CInt
    public let events: Events

    public init(_ raw: CInt, _ events: Events = .readable) {
      self.raw = raw
      self.events = events
    }
  }

  /// The `descriptors` that are ready, in their order, with what they are ready for; empty after `timeout`
  /// milliseconds (nil for no limit). A signal handler that runs meanwhile does not lengthen the time.
  public static func wait(
    for descriptors: [Descriptor], timeout: Int? = nil
  ) throws(SystemError) -> [Descriptor] {
    var entries = descriptors.map { pollfd(fd: $0.raw, events: $0.events.rawValue, revents: 0) }
    let deadline = timeout.map { Clock.monotonic + Int64($0) * 1_000_000 }
    while true {
      let remaining = deadline.map { max(0, ($0 - Clock.monotonic + 999_999) / 1_000_000) } ?? -1
      let count = poll(&entries, nfds_t(entries.count), CInt(clamping: remaining))
      let code = errno
      if count < 0, code != EINTR { throw SystemError("cannot poll", code: code) }
      if count >= 0 { break }
    }
    var ready: [Descriptor] = []
    for entry in entries where entry.revents != 0 {
      ready.append(Descriptor(entry.fd, Events(rawValue: entry.revents)))
    }
    return ready
  }
}
