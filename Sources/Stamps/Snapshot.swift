internal import Platform

/// A file or a tree as it was last looked at: each path's status and digest, in the index's own layout.
///
/// It knows nothing of when to trust it; `FileIndex` compares it with the file system.
///
/// The layout is one block of bytes, native byte order, 8-byte aligned, the same in memory and on disk, so
/// that an index of 150,000 files is mapped and compared without building a single object:
///
///     0   UInt32  bytes of the whole block, padded to a multiple of 8
///     4   UInt32  number of records
///     8   UInt32  bytes of the key                    12  UInt32  subject kind: 0 file, 1 tree
///     16  32 bytes  digest of the file, or of the tree's canonical listing
///     48  records, 88 bytes each, in byte order of their names
///     …   the key, then the names, each with a terminating NUL
///
///     record:  0 device  8 inode  16 size  24 modified  32 changed   (64-bit each, times in ns)
///              40 UInt32 type and permissions   44 UInt32 offset of the name from the block's start
///              48 digest: of the content, of a link's target; of nothing for a directory
///              80 UInt64  1 if the status cannot be trusted (see `FileIndex`), else 0
///
/// A name is the path from the tree's root, `.` the root itself, and in a file's block the file's path. A
/// link's name is followed by its target and a second NUL.
@safe struct Snapshot {
  static let headerSize = 48
  static let recordSize = 88

  /// What the block lies in: memory of its own or the mapped index file.
  private let owner: AnyObject
  private let base: UnsafeRawPointer
  let size: Int

  /// The block at `bytes`, which `owner` keeps alive; nil if it cannot be one.
  init?(in bytes: UnsafeRawBufferPointer, owner: AnyObject) {
    guard let base = bytes.baseAddress, bytes.count >= Self.headerSize else { return nil }
    unsafe self.base = base
    self.owner = owner
    size = Int(unsafe base.load(as: UInt32.self))
    guard size <= bytes.count, size % 8 == 0, namesStart <= size,
      namesStart + keyLength < size, unsafe base.load(fromByteOffset: size - 1, as: UInt8.self) == 0
    else { return nil }
  }

  var count: Int { Int(unsafe base.load(fromByteOffset: 4, as: UInt32.self)) }
  private var keyLength: Int { Int(unsafe base.load(fromByteOffset: 8, as: UInt32.self)) }
  private var namesStart: Int { Self.headerSize + count * Self.recordSize }

  var isTree: Bool { unsafe base.load(fromByteOffset: 12, as: UInt32.self) == 1 }
  var digest: Digest { unsafe Digest(at: base + 16) }
  var key: [UInt8] { unsafe Array(UnsafeRawBufferPointer(start: base + namesStart, count: keyLength)) }
  var block: UnsafeRawBufferPointer { unsafe UnsafeRawBufferPointer(start: base, count: size) }

  private func field<T: BitwiseCopyable>(_ offset: Int, of record: Int, as type: T.Type) -> T {
    unsafe base.load(fromByteOffset: Self.headerSize + record * Self.recordSize + offset, as: type)
  }

  /// The C string of a record's name; empty if the block is damaged.
  func name(of record: Int) -> UnsafePointer<CChar> {
    let offset = Int(field(44, of: record, as: UInt32.self))
    return unsafe (base + (offset < size ? offset : size - 1)).assumingMemoryBound(to: CChar.self)
  }

  /// Whether `status` is the one recorded, and that one can be trusted.
  @inline(__always)
  func matches(_ status: FileStatus, record: Int) -> Bool {
    field(16, of: record, as: Int64.self) == status.size
      && field(24, of: record, as: Int64.self) == status.modified
      && field(32, of: record, as: Int64.self) == status.changed
      && field(8, of: record, as: UInt64.self) == status.inode
      && field(0, of: record, as: UInt64.self) == status.device
      && field(40, of: record, as: UInt32.self) == Self.mode(status)
      && field(80, of: record, as: UInt64.self) == 0
  }

  /// The record called `name`, if there is one.
  func record(named name: [UInt8]) -> Int? {
    var low = 0
    var high = count
    while low < high {
      let middle = (low + high) / 2
      switch compare(middle, name) {
      case 0: return middle
      case ..<0: low = middle + 1
      default: high = middle
      }
    }
    return nil
  }

  private func compare(_ record: Int, _ name: [UInt8]) -> Int {
    var pointer = unsafe self.name(of: record)
    for byte in name {
      let own = unsafe UInt8(bitPattern: pointer.pointee)
      if own != byte { return own < byte ? -1 : 1 }
      unsafe pointer += 1
    }
    return unsafe pointer.pointee == 0 ? 0 : 1
  }

  func digest(of record: Int) -> Digest {
    unsafe Digest(at: base + Self.headerSize + record * Self.recordSize + 48)
  }

  var isExecutable: Bool { count > 0 && field(40, of: 0, as: UInt32.self) & 0o100 != 0 }

  /// The tree's listing, without its root.
  var listing: Listing {
    Listing(
      (0..<count).compactMap { record in
        let name = unsafe bytes(self.name(of: record))
        guard name != [UInt8(ascii: ".")] else { return nil }
        return Listing.Entry(key: name, value: value(of: record, nameLength: name.count))
      })
  }

  private func value(of record: Int, nameLength: Int) -> [UInt8] {
    let mode = field(40, of: record, as: UInt32.self)
    let target = unsafe bytes(name(of: record) + nameLength + 1)
    return TreeEntry.value(
      kind: FileStatus.Kind(rawValue: UInt8(truncatingIfNeeded: mode >> 16)) ?? .unknown,
      isExecutable: mode & 0o100 != 0, digest: digest(of: record), linkTarget: target)
  }

  private func bytes(_ pointer: UnsafePointer<CChar>) -> [UInt8] {
    let room = unsafe size - (UnsafeRawPointer(pointer) - base)
    return unsafe UnsafeRawBufferPointer(start: pointer, count: max(0, room)).prefix { $0 != 0 }.map { $0 }
  }

  /// Type in the upper half, permissions in the lower.
  static func mode(_ status: FileStatus) -> UInt32 {
    UInt32(status.kind.rawValue) << 16 | status.permissions
  }
}

extension Snapshot {
  /// The block of a subject whose paths are `entries`, in byte order of their names.
  init?(key: [UInt8], isTree: Bool, digest: Digest, entries: [TreeEntry]) {
    var names = key + [0]
    let namesStart = Self.headerSize + entries.count * Self.recordSize
    var block: [UInt8] = []
    block.reserveCapacity(namesStart + entries.reduce(key.count) { $0 + $1.name.count + 1 })
    block.append(native: UInt32(0))
    block.append(native: UInt32(entries.count))
    block.append(native: UInt32(key.count))
    block.append(native: UInt32(isTree ? 1 : 0))
    block += digest.bytes
    for entry in entries {
      let status = entry.status
      block.append(native: status.device)
      block.append(native: status.inode)
      block.append(native: status.size)
      block.append(native: status.modified)
      block.append(native: status.changed)
      block.append(native: Self.mode(status))
      block.append(native: UInt32(namesStart + names.count))
      block += entry.digest.bytes
      block.append(native: UInt64(entry.isRacy ? 1 : 0))
      names += entry.name + [0]
      if status.kind == .symbolicLink { names += entry.linkTarget + [0] }
    }
    block += names
    block += [UInt8](repeating: 0, count: 8 - block.count % 8)
    guard block.count <= UInt32.max else { return nil }
    block.replaceSubrange(0..<4, with: native(UInt32(block.count)))
    let memory = BlockMemory(block)
    unsafe self.init(in: memory.bytes, owner: memory)
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

private func native<T: BitwiseCopyable>(_ value: T) -> [UInt8] {
  unsafe withUnsafeBytes(of: value) { unsafe Array($0) }
}

extension [UInt8] {
  fileprivate mutating func append<T: BitwiseCopyable>(native value: T) {
    unsafe Swift.withUnsafeBytes(of: value) { unsafe self += $0 }
  }
}
