/// `transform` of every item, in order, computed on all processors.
///
/// - Parameter minimum: how many items a thread is worth; see `concurrently`.
public func concurrentMap<Item: Sendable, Value: Sendable>(
  _ items: [Item], minimum: Int, _ transform: @Sendable (Item) -> Value
) -> [Value] {
  // An empty array has no storage of its own to write to.
  if items.isEmpty { return [] }
  return [Value](unsafeUninitializedCapacity: items.count) { buffer, count in
    let slots = Slots(start: buffer.baseAddress)
    concurrently(items.count, minimum: minimum) { range in
      for index in range { slots.start?.advanced(by: index).initialize(to: transform(items[index])) }
    }
    count = items.count
  }
}

/// The memory that the threads of one map write to, each to slots of its own.
private struct Slots<Value>: @unchecked Sendable {
  let start: UnsafeMutablePointer<Value>?
}
