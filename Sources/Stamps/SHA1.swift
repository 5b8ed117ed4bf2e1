/// SHA-1 (FIPS 180-4) of bytes that come in parts, for formats that want it. It proves nothing: SHA-256 does.
public struct SHA1: Sendable {
  private var state: InlineArray<5, UInt32> = [
    0x6745_2301, 0xefcd_ab89, 0x98ba_dcfe, 0x1032_5476, 0xc3d2_e1f0,
  ]
  private var partial: [UInt8] = []
  private var length: UInt64 = 0

  public init() {}

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard var next = bytes.baseAddress else { return }
    var count = bytes.count
    length &+= UInt64(count)
    if !partial.isEmpty {
      let taken = min(count, 64 - partial.count)
      unsafe keep(next, count: taken)
      unsafe next += taken
      count -= taken
      if partial.count < 64 { return }
      compressPartial()
    }
    while count >= 64 {
      unsafe compress(next)
      unsafe next += 64
      count -= 64
    }
    unsafe keep(next, count: count)
  }

  private mutating func keep(_ bytes: UnsafeRawPointer, count: Int) {
    for index in 0..<count { partial.append(unsafe bytes.load(fromByteOffset: index, as: UInt8.self)) }
  }

  /// 40 lower-case hexadecimal digits.
  public mutating func finalize() -> String {
    let bits = length &* 8
    partial.append(0x80)
    if partial.count > 56 {
      partial += repeatElement(0, count: 64 - partial.count)
      compressPartial()
    }
    partial += repeatElement(0, count: 56 - partial.count)
    partial += (0..<8).map { UInt8(truncatingIfNeeded: bits &>> (56 - 8 * UInt64($0))) }
    compressPartial()
    return (0..<5).map { index in
      let digits = String(state[index], radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }

  public static func digest(of bytes: [UInt8]) -> String {
    var hash = SHA1()
    unsafe bytes.withUnsafeBytes { unsafe hash.update($0) }
    return hash.finalize()
  }

  private mutating func compressPartial() {
    let block = partial
    partial.removeAll(keepingCapacity: true)
    unsafe block.withUnsafeBytes { bytes in
      if let start = bytes.baseAddress { unsafe compress(start) }
    }
  }

  /// Takes the 64 bytes at `block` into the state.
  private mutating func compress(_ block: UnsafeRawPointer) {
    var w = InlineArray<80, UInt32>(repeating: 0)
    for index in 0..<16 {
      w[index] = unsafe UInt32(bigEndian: block.loadUnaligned(fromByteOffset: 4 * index, as: UInt32.self))
    }
    for index in 16..<80 {
      w[index] = Self.rotated(w[index &- 3] ^ w[index &- 8] ^ w[index &- 14] ^ w[index &- 16], 1)
    }
    var (a, b, c, d, e) = (state[0], state[1], state[2], state[3], state[4])
    @inline(__always) func round(_ mixed: UInt32, _ word: UInt32) {
      let next = Self.rotated(a, 5) &+ mixed &+ e &+ word
      (e, d, c, b, a) = (d, c, Self.rotated(b, 30), a, next)
    }
    for index in 0..<20 { round((d ^ b & (c ^ d)) &+ 0x5a82_7999, w[index]) }
    for index in 20..<40 { round((b ^ c ^ d) &+ 0x6ed9_eba1, w[index]) }
    for index in 40..<60 { round((b & c | d & (b | c)) &+ 0x8f1b_bcdc, w[index]) }
    for index in 60..<80 { round((b ^ c ^ d) &+ 0xca62_c1d6, w[index]) }
    state[0] &+= a
    state[1] &+= b
    state[2] &+= c
    state[3] &+= d
    state[4] &+= e
  }

  @inline(__always)
  private static func rotated(_ word: UInt32, _ bits: UInt32) -> UInt32 {
    word &<< bits | word &>> (32 &- bits)
  }
}
