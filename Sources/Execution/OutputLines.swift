import TextKit

/// Cuts what a command prints into lines. Of a line that is longer than the limit only the beginning is kept, and how
/// much more there is: memory is bounded, however long a command prints without a line feed.
struct OutputLines {
  /// The longest line that is shown whole, in bytes.
  static let limit = 1 << 16

  /// The beginning of a line that has no end yet.
  private(set) var partial: [UInt8] = []
  /// How many bytes of that line are left out.
  private var leftOut = 0

  /// Takes `bytes`, and calls `show` with each line that ends in them; the line feed is left out.
  mutating func append(_ bytes: [UInt8], show: ([UInt8]) -> Void) {
    var rest = bytes[...]
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")) {
      extend(by: rest[..<end])
      show(takeLine())
      rest = rest[(end + 1)...]
    }
    extend(by: rest)
  }

  /// Calls `show` with the last line if it has no end.
  mutating func end(show: ([UInt8]) -> Void) {
    if !partial.isEmpty { show(takeLine()) }
  }

  private mutating func extend(by bytes: ArraySlice<UInt8>) {
    let kept = bytes.prefix(Self.limit - partial.count)
    partial += kept
    leftOut += bytes.count - kept.count
  }

  private mutating func takeLine() -> [UInt8] {
    defer { (partial, leftOut) = ([], 0) }
    if leftOut == 0 { return partial }
    return partial + Array("… (\(Quantity.size(leftOut)) more in the log)".utf8)
  }
}
