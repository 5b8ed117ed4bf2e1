import Platform
import TextKit

/// Says that work goes on which shows nothing of itself: on a terminal from the first second on, in a line that is
/// gone afterwards; elsewhere every minute.
package struct Patience {
  private let what: String
  /// In milliseconds.
  private let pause: Int
  private let isLive: Bool
  private let write: @Sendable (String) -> Void

  package init(_ what: String, pause: Int, isLive: Bool, write: @escaping @Sendable (String) -> Void) {
    self.what = what
    self.pause = pause
    self.isLive = isLive
    self.write = write
  }

  /// On standard error.
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

  /// Until there is something to read.
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
  /// Whether nothing but lines can be expected of it.
  static var isDumb: Bool {
    let kind = Environment.value("TERM") ?? []
    return kind.isEmpty || kind.elementsEqual("dumb".utf8)
  }
}
