import Platform

/// The file of an index: snapshots, then cached answers, one block after the other.
///
/// It begins with the 16 bytes `sysbuild index 2`, then its own size and the checksum of what follows, as
/// 64-bit numbers in native byte order. A file that does not match this is ignored as a whole. The checksum
/// guards against failing disks and stray writes, not against forgery, so it is a fast one.
package struct IndexFile {
  private(set) var snapshots: [Snapshot] = []
  private(set) var cachedAnswers: [CachedAnswer] = []

  private static let magic = Array("sysbuild index 2".utf8)
  package static let headerSize = 32

  /// The content of the file at `path`; empty if there is none or it is damaged.
  init(_ path: Path) {
    guard let file = try? MappedFile(path) else { return }
    let mapping = Mapping(file)
    unsafe mapping.file.withBytes { bytes in
      guard bytes.count >= Self.headerSize, unsafe bytes.starts(with: Self.magic),
        unsafe bytes.load(fromByteOffset: 16, as: UInt64.self) == UInt64(bytes.count),
        unsafe bytes.load(fromByteOffset: 24, as: UInt64.self)
          == Self.checksum(of: UnsafeRawBufferPointer(rebasing: bytes[Self.headerSize...]))
      else { return }
      var found: (snapshots: [Snapshot], cachedAnswers: [CachedAnswer]) = ([], [])
      var offset = Self.headerSize
      while offset < bytes.count {
        let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset...])
        guard let block = unsafe IndexBlock(in: rest, owner: mapping) else { return }
        if let snapshot = Snapshot(block) {
          found.snapshots.append(snapshot)
        } else if let cachedAnswer = CachedAnswer(block) {
          found.cachedAnswers.append(cachedAnswer)
        } else {
          return
        }
        offset += block.size
      }
      (snapshots, cachedAnswers) = found
    }
  }

  init(snapshots: [Snapshot], cachedAnswers: [CachedAnswer]) {
    self.snapshots = snapshots
    self.cachedAnswers = cachedAnswers
  }

  /// Replaces the file at `path`.
  func write(to path: Path) throws(SystemError) {
    let blocks = snapshots.map(\.block) + cachedAnswers.map(\.block)
    var content: [UInt8] = []
    content.reserveCapacity(blocks.reduce(Self.headerSize) { $0 + $1.size })
    content += [UInt8](repeating: 0, count: Self.headerSize)
    for block in blocks { unsafe content += block.bytes }
    let checksum = unsafe content.withUnsafeBytes { bytes in
      unsafe Self.checksum(of: UnsafeRawBufferPointer(rebasing: bytes[Self.headerSize...]))
    }
    content.replaceSubrange(0..<16, with: Self.magic)
    for (offset, number) in [(16, UInt64(content.count)), (24, checksum)] {
      unsafe withUnsafeBytes(of: number) { unsafe content.replaceSubrange(offset..<offset + 8, with: $0) }
    }
    try Directory.create(path.parent, intermediates: true)
    try AtomicFile.write(content, to: path, durable: false)
  }

  /// Four interleaved streams of 64-bit words, so that the multiplications of different streams overlap. Each
  /// step is a bijection of the sum so far, so a single changed word always changes the result.
  private static func checksum(of bytes: UnsafeRawBufferPointer) -> UInt64 {
    var sums: (UInt64, UInt64, UInt64, UInt64) = (1, 2, 3, 4)
    @inline(__always) func step(_ sum: inout UInt64, _ offset: Int) {
      sum ^= unsafe bytes.load(fromByteOffset: offset, as: UInt64.self)
      sum &*= 0x9E37_79B9_7F4A_7C15
      sum ^= sum >> 32
    }
    var offset = 0
    while offset + 32 <= bytes.count {
      step(&sums.0, offset)
      step(&sums.1, offset + 8)
      step(&sums.2, offset + 16)
      step(&sums.3, offset + 24)
      offset += 32
    }
    // An index is a multiple of eight bytes long.
    while offset + 8 <= bytes.count {
      step(&sums.0, offset)
      offset += 8
    }
    for sum in [sums.1, sums.2, sums.3, UInt64(bytes.count - offset)] {
      sums.0 = (sums.0 ^ sum) &* 0x9E37_79B9_7F4A_7C15
      sums.0 ^= sums.0 >> 32
    }
    return sums.0
  }
}

/// The mapped file; the blocks in it keep it alive.
private final class Mapping {
  let file: MappedFile

  init(_ file: consuming MappedFile) {
    self.file = file
  }
}
