/// `transform` of every item, in order, computed on all processors.
///
/// - Parameter minimum: fewer items than this to a thread are not worth a thread.
public func concurrentMap<Item: Sendable, Value: Sendable>(
  _ items: [Item], minimum: Int, _ transform: @Sendable (Item) -> Value
) -> [Value] {
  // What follows would write to the storage that all empty arrays share.
  if items.isEmpty { return [] }
  return [Value](unsafeUninitializedCapacity: items.count) { buffer, count in
    let slots = Slots(start: buffer.baseAddress)
    concurrently(items.count, minimum: minimum) { range in
      for index in range { slots.start?.advanced(by: index).initialize(to: transform(items[index])) }
    }
    count = items.count
  }
}

/// Memory that the threads of one map write to, each its own slots.
private struct Slots<Value>: @unchecked Sendable {
  let start: UnsafeMutablePointer<Value>?
}
