import Glibc
import Platform
import Testing

@Test(arguments: [0, 1, 2, 63, 64, 127, 128, 129, 1000, 10007], [1, 2, 3, 16])
func eachIndexOnce(_ count: Int, _ threads: Int) {
  let seen = Slots(count)
  concurrently(count, threads: threads) { range in
    for index in range { seen[index] += 1 }
  }
  #expect(seen.values.allSatisfy { $0 == 1 })
}

@Test func threadsAreUsedAndSignalsKeptOff() {
  let identities = Slots(1000)
  let open = Slots(1000)
  concurrently(1000, threads: 4) { range in
    identities[range.lowerBound] = Int(gettid())
    var mask = sigset_t()
    pthread_sigmask(SIG_BLOCK, nil, &mask)
    if getpid() != gettid(), sigismember(&mask, SIGTERM) != 1 { open[range.lowerBound] = 1 }
    usleep(2000)
  }
  #expect(Set(identities.values).subtracting([0]).count > 1)
  #expect(open.values.allSatisfy { $0 == 0 })
  let few = Slots(100)
  concurrently(100, threads: 4) { range in few[range.lowerBound] = Int(gettid()) }
  #expect(Set(few.values).subtracting([0]) == [Int(gettid())], "too few to be worth a thread")
  #expect(processorCount >= 1)
}

/// Numbers that threads write to without a lock, each its own: ThreadSanitizer sees if two write to the same
/// one.
private final class Slots: @unchecked Sendable {
  private let numbers: UnsafeMutableBufferPointer<Int>

  init(_ count: Int) {
    numbers = .allocate(capacity: count)
    numbers.initialize(repeating: 0)
  }

  deinit { numbers.deallocate() }

  subscript(index: Int) -> Int {
    get { numbers[index] }
    set { numbers[index] = newValue }
  }

  var values: [Int] { Array(numbers) }
}
