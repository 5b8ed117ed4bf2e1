import Glibc
import Platform
import Synchronization
import Testing

@Test(arguments: [0, 1, 2, 63, 64, 127, 128, 129, 1000, 10007], [1, 2, 3, 16])
func eachIndexOnce(_ count: Int, _ threads: Int) {
  let seen = Mutex([Int](repeating: 0, count: count))
  concurrently(count, threads: threads) { range in
    seen.withLock { for index in range { $0[index] += 1 } }
  }
  #expect(seen.withLock { $0.allSatisfy { $0 == 1 } })
}

@Test func threadsAreUsedAndSignalsKeptOff() {
  let identities = Mutex(Set<Int>())
  let blocked = Mutex(true)
  concurrently(1000, threads: 4) { _ in
    identities.withLock { _ = $0.insert(Int(gettid())) }
    var mask = sigset_t()
    pthread_sigmask(SIG_BLOCK, nil, &mask)
    if getpid() != gettid(), sigismember(&mask, SIGTERM) != 1 { blocked.withLock { $0 = false } }
    usleep(2000)
  }
  #expect(identities.withLock { $0.count } > 1)
  let caller = Int(gettid())
  let few = Mutex(Set<Int>())
  concurrently(100, threads: 4) { _ in few.withLock { _ = $0.insert(Int(gettid())) } }
  #expect(few.withLock { $0 } == [caller], "too few to be worth a thread")
  #expect(processorCount >= 1)
}
