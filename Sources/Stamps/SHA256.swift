import CLinux
import Glibc
public import Platform

/// SHA-256 (FIPS 180-4) of bytes that come in parts.
public struct SHA256: Sendable {
  /// Which block function runs. Both compute the same digests.
  enum Code: Sendable {
    case portable
    case instructions
  }

  private var state: InlineArray<8, UInt32> = [
    0x6a09_e667, 0xbb67_ae85, 0x3c6e_f372, 0xa54f_f53a, 0x510e_527f, 0x9b05_688c, 0x1f83_d9ab, 0x5be0_cd19,
  ]
  /// The beginning of an incomplete block.
  private var partial = InlineArray<64, UInt8>(repeating: 0)
  private var partialCount = 0
  private var length: UInt64 = 0
  private let code: Code

  public init() {
    self.init(code: Self.best)
  }

  init(code: Code) {
    self.code = code
  }

  /// The CPU's own instructions if it has them. Asked once, since `cpuid` is slow in a virtual machine.
  static let best: Code = sysbuild_sha256_available() != 0 ? .instructions : .portable

  public mutating func update(_ bytes: UnsafeRawBufferPointer) {
    guard var next = bytes.baseAddress else { return }
    var count = bytes.count
    length &+= UInt64(count)
    if partialCount > 0 {
      let taken = min(count, 64 - partialCount)
      unsafe keep(next, count: taken)
      unsafe next += taken
      count -= taken
      if partialCount < 64 { return }
      compressPartial()
    }
    let blocks = count / 64
    if blocks > 0 { unsafe compress(next, blocks: blocks) }
    unsafe next += blocks * 64
    unsafe keep(next, count: count % 64)
  }

  private mutating func keep(_ bytes: UnsafeRawPointer, count: Int) {
    for index in 0..<count { append(unsafe bytes.load(fromByteOffset: index, as: UInt8.self)) }
  }

  public mutating func update(_ bytes: RawSpan) {
    unsafe bytes.withUnsafeBytes { unsafe update($0) }
  }

  public mutating func update(_ bytes: [UInt8]) {
    unsafe update(bytes.span.bytes)
  }

  public mutating func update(_ bytes: some Sequence<UInt8>) {
    let contiguous: Void? = bytes.withContiguousStorageIfAvailable {
      unsafe update(UnsafeRawBufferPointer($0))
    }
    if contiguous == nil { update(Array(bytes)) }
  }

  /// The digest of everything that was passed to `update`.
  public consuming func finalize() -> Digest {
    let bits = length &* 8
    partial[partialCount] = 0x80
    partialCount += 1
    if partialCount > 56 {
      while partialCount < 64 { append(0) }
      compressPartial()
    }
    while partialCount < 56 { append(0) }
    for shift in stride(from: UInt64(56), through: 0, by: -8) {
      append(UInt8(truncatingIfNeeded: bits >> shift))
    }
    compressPartial()
    func word(_ index: Int) -> UInt64 { UInt64(state[index]) << 32 | UInt64(state[index + 1]) }
    return Digest(words: (word(0), word(2), word(4), word(6)))
  }

  private mutating func append(_ byte: UInt8) {
    partial[partialCount] = byte
    partialCount += 1
  }

  private mutating func compressPartial() {
    let block = partial
    unsafe block.span.withUnsafeBytes { buffer in
      if let start = buffer.baseAddress { unsafe compress(start, blocks: 1) }
    }
    partialCount = 0
  }

  private mutating func compress(_ data: UnsafeRawPointer, blocks: Int) {
    switch code {
    case .instructions:
      var span = state.mutableSpan
      unsafe span.withUnsafeMutableBufferPointer { words in
        guard let words = words.baseAddress else { return }
        unsafe sysbuild_sha256_blocks(words, data.assumingMemoryBound(to: UInt8.self), blocks)
      }
    case .portable:
      for block in 0..<blocks { unsafe SHA256Portable.compress(&state, data + 64 * block) }
    }
  }
}

extension SHA256 {
  public static func digest(of bytes: [UInt8]) -> Digest {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finalize()
  }

  public static func digest(of bytes: some Sequence<UInt8>) -> Digest {
    var hash = SHA256()
    hash.update(bytes)
    return hash.finalize()
  }

  /// The digest of the string's UTF-8.
  public static func digest(of string: String) -> Digest {
    digest(of: string.utf8)
  }

  /// The digest of a regular file's content, as `sha256sum` prints it.
  ///
  /// - Throws: `ELOOP` for a link unless `followingLinks`; `EINVAL` for anything else that is no regular file.
  ///   It does not wait for a FIFO's writer.
  public static func digest(
    ofFile path: Path, followingLinks: Bool = false
  ) throws(SystemError) -> Digest {
    let file = try FileDescriptor.open(
      path, O_RDONLY | O_NONBLOCK | O_NOCTTY | (followingLinks ? 0 : O_NOFOLLOW), action: "cannot read")
    do throws(SystemError) {
      let status = try file.status()
      guard status.kind == .file else { throw SystemError("cannot digest", code: EINVAL) }
      return try digest(of: file, size: status.size)
    } catch {
      throw SystemError(error.action, path, code: error.code)
    }
  }

  private static func digest(
    of file: borrowing FileDescriptor, size: Int64
  ) throws(SystemError) -> Digest {
    // A small block for a small file: the C library maps and unmaps one of 256 KiB each time, which would take
    // longer than reading the file.
    let largest = 256 * 1024
    let capacity = Int(min(max(size, 4095) + 1, Int64(largest)))
    if capacity == largest { _ = posix_fadvise(file.raw, 0, 0, POSIX_FADV_SEQUENTIAL) }
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: capacity, alignment: 64)
    defer { unsafe block.deallocate() }
    var hash = SHA256()
    while true {
      let count = unsafe try file.read(into: block)
      if count == 0 { return hash.finalize() }
      unsafe hash.update(UnsafeRawBufferPointer(rebasing: block[..<count]))
    }
  }
}
