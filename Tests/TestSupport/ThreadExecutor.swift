import Glibc

/// Runs `body` on threads of its own instead of those that all tests share.
///
/// For exit tests. Most tests wait for processes, and keep the shared threads meanwhile. The testing library reaps the
/// process of an exit test on one of them, and until it gets one, another thread of its asks the kernel without a
/// pause which child has ended: that took a third of all processor time.
package func onThreadsOfItsOwn<Value>(_ body: () async throws -> Value) async rethrows -> Value {
  try await withTaskExecutorPreference(ThreadExecutor(), operation: body)
}

/// An executor with a new thread for each job.
private final class ThreadExecutor: TaskExecutor {
  private final class Work: Sendable {
    let job: UnownedJob
    let executor: ThreadExecutor

    init(_ job: UnownedJob, _ executor: ThreadExecutor) {
      self.job = job
      self.executor = executor
    }
  }

  func enqueue(_ job: consuming ExecutorJob) {
    let work = Unmanaged.passRetained(Work(UnownedJob(job), self))
    var thread = pthread_t()
    let code = pthread_create(
      &thread, nil,
      { context in
        guard let context else { return nil }
        let work = Unmanaged<Work>.fromOpaque(context).takeRetainedValue()
        work.job.runSynchronously(on: work.executor.asUnownedTaskExecutor())
        return nil
      }, work.toOpaque())
    guard code == 0 else { fatalError("cannot make a thread: \(String(cString: strerror(code)))") }
    pthread_detach(thread)
  }
}
