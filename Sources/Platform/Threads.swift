import Glibc
import Synchronization

/// The number of processors this process may run on: sched_getaffinity(2), at least 1.
public var processorCount: Int {
  var set = cpu_set_t()
  guard sched_getaffinity(0, MemoryLayout<cpu_set_t>.size, &set) == 0 else {
    return max(1, sysconf(CInt(_SC_NPROCESSORS_ONLN)))
  }
  return withUnsafeBytes(of: &set) { max(1, $0.reduce(0) { $0 + $1.nonzeroBitCount }) }
}

/// Calls `body` with contiguous ranges that together cover `0..<count`, each index once, on up to `threads`
/// threads including the caller's, and returns when all are done.
///
/// Each thread takes about eight ranges, one after the other, so that a few large items do not leave the other
/// threads idle. Starting a thread takes 20 to 50 µs; there are only so many that each has at least `minimum`
/// indexes. The threads block all signals. If one cannot be started, the others do its work.
public func concurrently(
  _ count: Int, threads: Int = processorCount, minimum: Int = 64, _ body: @Sendable (Range<Int>) -> Void
) {
  let threads = min(threads, count / max(1, minimum))
  if threads <= 1 {
    if count > 0 { body(0..<count) }
    return
  }
  withoutActuallyEscaping(body) { body in
    let work = SharedWork(count: count, chunk: max(1, count / (threads * 8)), body: body)
    let helpers = startThreads(threads - 1, work)
    work.run()
    for helper in helpers { helper.join() }
  }
}

private final class SharedWork: Sendable {
  let count: Int
  let chunk: Int
  let body: @Sendable (Range<Int>) -> Void
  let next = Atomic<Int>(0)

  init(count: Int, chunk: Int, body: @escaping @Sendable (Range<Int>) -> Void) {
    self.count = count
    self.chunk = chunk
    self.body = body
  }

  func run() {
    while true {
      let start = next.wrappingAdd(chunk, ordering: .relaxed).oldValue
      if start >= count { return }
      body(start..<min(start + chunk, count))
    }
  }
}

private func startThreads(_ count: Int, _ work: SharedWork) -> [HelperThread] {
  var threads: [HelperThread] = []
  while threads.count < count, let thread = HelperThread({ work.run() }) { threads.append(thread) }
  return threads
}

/// A thread beside this one. It blocks all signals.
public struct HelperThread {
  private final class Body: Sendable {
    let call: @Sendable () -> Void
    init(_ call: @escaping @Sendable () -> Void) { self.call = call }
  }

  private let thread: pthread_t

  /// pthread_create(3): starts a thread that runs `body`; nil if the system cannot.
  public init?(_ body: @escaping @Sendable () -> Void) {
    // A new thread inherits the mask of the thread that starts it.
    var all = sigset_t()
    var before = sigset_t()
    sigfillset(&all)
    pthread_sigmask(SIG_SETMASK, &all, &before)
    defer { pthread_sigmask(SIG_SETMASK, &before, nil) }
    var thread = pthread_t()
    let context = Unmanaged.passRetained(Body(body))
    let code = pthread_create(
      &thread, nil,
      { context in
        if let context { Unmanaged<Body>.fromOpaque(context).takeRetainedValue().call() }
        return nil
      }, context.toOpaque())
    if code != 0 {
      context.release()
      return nil
    }
    self.thread = thread
  }

  /// pthread_join(3): waits for the thread's end. Call it once.
  public func join() { pthread_join(thread, nil) }
}
