import Platform

/// One block of the index file. Every block begins with four numbers, in native byte order:
///
///     0  UInt32  bytes of the whole block, a multiple of 8, the last of them NUL
///     4  UInt32  number of records             8  UInt32  bytes of the key
///     12 UInt32  kind
@safe package struct IndexBlock {
  enum Kind: UInt32 {
    case file, tree, cachedAnswer
  }

  /// Owns the bytes: a `BlockMemory` or the mapped index file.
  private let owner: AnyObject
  private let base: UnsafeRawPointer
  package let size: Int

  /// The block at the beginning of `bytes`, which `owner` keeps alive; nil if none can begin there.
  package init?(in bytes: UnsafeRawBufferPointer, owner: AnyObject) {
    guard let base = bytes.baseAddress, bytes.count >= 16 else { return nil }
    unsafe self.base = base
    self.owner = owner
    size = Int(unsafe base.load(as: UInt32.self))
    guard size >= 16, size <= bytes.count, size % 8 == 0,
      unsafe base.load(fromByteOffset: size - 1, as: UInt8.self) == 0
    else { return nil }
  }

  /// A block with a copy of `content`.
  init?(_ content: [UInt8]) {
    let memory = BlockMemory(content)
    unsafe self.init(in: memory.bytes, owner: memory)
  }

  var count: Int { Int(number(at: 4)) }
  var keyLength: Int { Int(number(at: 8)) }
  var kind: Kind? { Kind(rawValue: number(at: 12)) }
  var bytes: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: base, count: size) }

  @inline(__always)
  func load<T: BitwiseCopyable>(_ offset: Int, as type: T.Type) -> T {
    unsafe base.load(fromByteOffset: offset, as: type)
  }

  @inline(__always)
  func number(at offset: Int) -> UInt32 { load(offset, as: UInt32.self) }

  func digest(at offset: Int) -> Digest { unsafe Digest(at: base + offset) }

  func bytes(at offset: Int, count: Int) -> [UInt8] {
    unsafe Array(UnsafeRawBufferPointer(start: base + offset, count: count))
  }

  /// The C string at `offset`; empty if `offset` is out of bounds.
  @inline(__always)
  func string(at offset: Int) -> UnsafePointer<CChar> {
    unsafe (base + (offset < size ? offset : size - 1)).assumingMemoryBound(to: CChar.self)
  }

  /// The bytes of the C string at `offset`.
  func text(at offset: Int) -> [UInt8] {
    guard offset < size else { return [] }
    let rest = unsafe UnsafeRawBufferPointer(start: base + offset, count: size - offset)
    return unsafe Array(rest.prefix { $0 != 0 })
  }
}

/// A path's status as a block records it, 48 bytes:
///
///     0 device  8 inode  16 size  24 modified  32 changed   (64-bit each, times in ns)
///     40 UInt32 type and permissions   44 UInt32 offset of the path from the block's start
enum StatusRecord {
  static let size = 48

  /// Whether `status` is the one recorded at `offset`.
  @inline(__always)
  static func matches(_ status: FileStatus, _ block: IndexBlock, at offset: Int) -> Bool {
    block.load(offset + 16, as: Int64.self) == status.size
      && block.load(offset + 24, as: Int64.self) == status.modified
      && block.load(offset + 32, as: Int64.self) == status.changed
      && block.load(offset + 8, as: UInt64.self) == status.inode
      && block.load(offset, as: UInt64.self) == status.device
      && block.number(at: offset + 40) == mode(status)
  }

  static func kind(_ block: IndexBlock, at offset: Int) -> FileStatus.Kind {
    FileStatus.Kind(rawValue: UInt8(truncatingIfNeeded: block.number(at: offset + 40) >> 16)) ?? .unknown
  }

  /// The type in the upper 16 bits, the permissions in the lower.
  static func mode(_ status: FileStatus) -> UInt32 {
    UInt32(status.kind.rawValue) << 16 | status.permissions
  }
}

/// Puts a block together.
struct IndexBlockWriter {
  private(set) var bytes: [UInt8] = []

  init(_ kind: IndexBlock.Kind, records: Int, keyLength: Int, capacity: Int) {
    bytes.reserveCapacity(capacity)
    append(UInt32(0))
    append(UInt32(records))
    append(UInt32(keyLength))
    append(kind.rawValue)
  }

  mutating func append<T: BitwiseCopyable>(_ value: T) {
    unsafe withUnsafeBytes(of: value) { unsafe bytes += $0 }
  }

  mutating func append(bytes added: [UInt8]) { bytes += added }

  mutating func append(_ status: FileStatus, nameAt offset: Int) {
    append(status.device)
    append(status.inode)
    append(status.size)
    append(status.modified)
    append(status.changed)
    append(StatusRecord.mode(status))
    append(UInt32(truncatingIfNeeded: offset))
  }

  /// The finished block; nil if it is too large (4 GiB).
  mutating func finish() -> IndexBlock? {
    bytes += [UInt8](repeating: 0, count: 8 - bytes.count % 8)
    guard let size = UInt32(exactly: bytes.count) else { return nil }
    unsafe withUnsafeBytes(of: size) { unsafe bytes.replaceSubrange(0..<4, with: $0) }
    return IndexBlock(bytes)
  }
}

/// The memory of a block that is not mapped.
@safe private final class BlockMemory: @unchecked Sendable {
  let bytes: UnsafeRawBufferPointer

  init(_ content: [UInt8]) {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: content.count, alignment: 8)
    unsafe memory.copyBytes(from: content)
    unsafe bytes = UnsafeRawBufferPointer(memory)
  }

  deinit { unsafe bytes.deallocate() }
}
