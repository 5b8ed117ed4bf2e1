import Platform

/// A file or a tree as it was last looked at: each path's status and digest, in the index's own layout.
///
/// It knows nothing of when to trust it; `FileIndex` compares it with the file system. The layout is the same in
/// memory and on disk, so that an index of 150,000 files is mapped and compared without building a single
/// object. Behind the head that all blocks have (`IndexBlock`), of kind 0 for a file and 1 for a tree:
///
///     16  32 bytes  digest of the file, or of the tree's canonical listing
///     48  records, 88 bytes each, in byte order of their names
///     …   the key, then the names, each with a terminating NUL
///
///     record:  0 the status (`StatusRecord`)
///              48 digest: of the content, of a link's target; of nothing for a directory
///              80 UInt64  1 if the status cannot be trusted (see `FileIndex`), else 0
///
/// A name is the path from the tree's root, `.` the root itself, and in a file's block the file's path. A
/// link's name is followed by its target and a second NUL.
package struct Snapshot {
  private static let headerSize = 48
  private static let recordSize = 88

  let block: IndexBlock
  let count: Int

  /// The snapshot that is `block`; nil if it cannot be one.
  package init?(_ block: IndexBlock) {
    self.block = block
    count = block.count
    guard block.kind == .file || block.kind == .tree, namesStart + block.keyLength < block.size else {
      return nil
    }
  }

  private var namesStart: Int { Self.headerSize + count * Self.recordSize }

  package var isTree: Bool { block.kind == .tree }
  var digest: Digest { block.digest(at: 16) }
  /// The subject's path as a C string. In a tree's key what it excludes stands behind a NUL.
  var root: UnsafePointer<CChar> { unsafe block.string(at: namesStart) }
  package var key: [UInt8] { block.bytes(at: namesStart, count: block.keyLength) }
  package var observation: Observation { Observation(digest, isExecutable: !isTree && isExecutable) }

  private func offset(of record: Int) -> Int { Self.headerSize + record * Self.recordSize }
  private func mode(of record: Int) -> UInt32 { block.number(at: offset(of: record) + 40) }
  private func nameOffset(of record: Int) -> Int { Int(block.number(at: offset(of: record) + 44)) }
  private func isRacy(_ record: Int) -> Bool { block.load(offset(of: record) + 80, as: UInt64.self) != 0 }

  /// The C string of a record's name; empty if the block is damaged.
  @inline(__always)
  func name(of record: Int) -> UnsafePointer<CChar> { unsafe block.string(at: nameOffset(of: record)) }

  /// Whether `status` is the one recorded, and that one can be trusted.
  @inline(__always)
  func matches(_ status: FileStatus, record: Int) -> Bool {
    StatusRecord.matches(status, block, at: offset(of: record)) && !isRacy(record)
  }

  /// Whether every status in it can be trusted.
  package var isTrustworthy: Bool { (0..<count).allSatisfy { !isRacy($0) } }

  /// The record called `name`, if there is one.
  package func record(named name: [UInt8]) -> Int? {
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

  package func digest(of record: Int) -> Digest { block.digest(at: offset(of: record) + 48) }

  private var isExecutable: Bool { count > 0 && mode(of: 0) & 0o100 != 0 }

  /// The tree's listing, without its root.
  package var listing: Listing {
    Listing(
      (0..<count).compactMap { record in
        let name = block.text(at: nameOffset(of: record))
        guard name != [UInt8(ascii: ".")] else { return nil }
        return Listing.Entry(key: name, value: value(of: record, nameLength: name.count))
      })
  }

  private func value(of record: Int, nameLength: Int) -> [UInt8] {
    TreeEntry.value(
      kind: StatusRecord.kind(block, at: offset(of: record)), isExecutable: mode(of: record) & 0o100 != 0,
      digest: digest(of: record),
      linkTarget: block.text(at: nameOffset(of: record) + nameLength + 1))
  }
}

extension Snapshot {
  /// The block of a subject whose paths are `entries`, in byte order of their names.
  init?(key: [UInt8], isTree: Bool, digest: Digest, entries: [TreeEntry]) {
    var names = key + [0]
    let namesStart = Self.headerSize + entries.count * Self.recordSize
    var writer = IndexBlockWriter(
      isTree ? .tree : .file, records: entries.count, keyLength: key.count,
      capacity: namesStart + entries.reduce(key.count + 8) { $0 + $1.name.count + 1 })
    writer.append(bytes: digest.bytes)
    for entry in entries {
      writer.append(entry.status, nameAt: namesStart + names.count)
      writer.append(bytes: entry.digest.bytes)
      writer.append(UInt64(entry.isRacy ? 1 : 0))
      names += entry.name + [0]
      if entry.status.kind == .symbolicLink { names += entry.linkTarget + [0] }
    }
    writer.append(bytes: names)
    guard let block = writer.finish() else { return nil }
    self.init(block)
  }
}
