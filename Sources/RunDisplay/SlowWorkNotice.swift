import Platform
import TextKit

/// Reports that work which prints nothing is still running. On a terminal it does so after a second, in a line that is
/// erased at the end; elsewhere it prints a line every minute.
package struct SlowWorkNotice {
  private let what: String
  /// The time between two reports, in milliseconds.
  private let pause: Int
  private let isLive: Bool
  private let write: @Sendable (String) -> Void

  package init(_ what: String, pause: Int, isLive: Bool, write: @escaping @Sendable (String) -> Void) {
    self.what = what
    self.pause = pause
    self.isLive = isLive
    self.write = write
  }

  /// Reports on standard error.
  package init(_ what: String) {
    let isLive = StandardStream.error.isTerminal && StandardStream.error.isForeground && !Terminal.isDumb
    self.init(what, pause: isLive ? 1000 : 60_000, isLive: isLive) { _ = try? StandardStream.error.write($0) }
  }

  package func during<Value>(_ work: () throws -> Value) rethrows -> Value {
    guard let end = try? FileDescriptor.pipe() else { return try work() }
    let reading = end.read.raw
    let thread = HelperThread { watch(reading) }
    defer {
      if let thread, (try? end.write.writeAll([0])) != nil { thread.join() }
    }
    return try work()
  }

  /// Reports until `end` has something to read.
  private func watch(_ end: CInt) {
    let began = Clock.monotonic
    var isShown = false
    while (try? Poll.wait(for: [Poll.Descriptor(end)], timeout: pause))?.isEmpty == true {
      let text = "\(what), \(Quantity.clock(Clock.monotonic - began))"
      write(isLive ? "\r\(text)\u{1B}[K" : "sysbuild: \(text)\n")
      isShown = true
    }
    if isShown, isLive { write("\r\u{1B}[K") }
  }
}

extension Terminal {
  /// Whether it can only show plain lines.
  static var isDumb: Bool {
    let kind = Environment.value("TERM") ?? []
    return kind.isEmpty || kind.elementsEqual("dumb".utf8)
  }
}
