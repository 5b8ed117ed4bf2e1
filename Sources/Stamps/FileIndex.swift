internal import Glibc
public import Platform

/// The memory of what files and trees held when they were last read, so that an unchanged one costs a stat
/// a path and no read. It is a cache: losing it costs time, never correctness.
///
/// It knows nothing of targets. A recorded digest is trusted while the status (device, inode, size, times
/// of modification and change in nanoseconds, type and permissions) is the same, with one exception, the
/// racy case: a path whose times were not older than the scan that read it could have been changed
/// once more within the same tick of the kernel's clock, so it is read again the next time.
///
/// On disk: the 16 bytes `sysbuild index 1`, the file's size and the checksum of what follows as 64-bit
/// numbers, then the blocks of `Snapshot`, one behind the other. A file that does not fit this is ignored as
/// a whole. The checksum is against disks and stray writes, not against people, so it may be a fast one.
public final class FileIndex {
  /// A file or tree to keep an eye on.
  public struct Subject: Hashable, Sendable {
    public enum Kind: Hashable, Sendable {
      /// Links are followed, as whoever opens it does.
      case file
      case tree(excluding: [String])
    }

    public let path: Path
    public let kind: Kind

    public init(_ path: Path, _ kind: Kind) {
      self.path = path
      self.kind = kind
    }

    fileprivate var isTree: Bool { kind != .file }

    fileprivate var key: [UInt8] {
      guard case .tree(let excluding) = kind else { return path.bytes }
      return path.bytes + excluding.flatMap { [UInt8(ascii: "\n")] + Array($0.utf8) }
    }
  }

  private let file: Path
  private var known: [Subject.Key: Snapshot] = [:]
  private var seen: [Subject: Snapshot?] = [:]
  private var isChanged = false

  /// The index in `file`; empty if there is none or it is damaged.
  public init(_ file: Path) {
    self.file = file
    load()
  }

  /// Looks at each subject again. Cheap for what has not changed; what has is read.
  public func refresh(_ subjects: [Subject]) throws(ScanError) {
    let fresh = unchanged(subjects)
    for (subject, isFresh) in zip(subjects, fresh) {
      let key = Subject.Key(subject)
      if isFresh {
        seen[subject] = .some(known[key])
        continue
      }
      let snapshot = try look(at: subject, known: known[key])
      seen[subject] = .some(snapshot)
      if let snapshot {
        known[key] = snapshot
        isChanged = true
      } else if known.removeValue(forKey: key) != nil {
        isChanged = true
      }
    }
  }

  /// What the last look saw; nil if the subject was missing or was never looked at.
  public func observation(_ subject: Subject) -> Observation? {
    guard let snapshot = seen[subject] ?? nil else { return nil }
    return Observation(snapshot.digest, isExecutable: !subject.isTree && snapshot.isExecutable)
  }

  /// A tree's listing as the last look saw it; nil if it was missing.
  public func listing(_ subject: Subject) -> Listing? {
    (seen[subject] ?? nil)?.listing
  }

  /// Writes the index if anything in it is new.
  public func save() throws(SystemError) {
    guard isChanged else { return }
    let blocks = known.sorted { $0.key.bytes.lexicographicallyPrecedes($1.key.bytes) }.map(\.value)
    let size = Self.headerSize + blocks.reduce(0) { $0 + $1.size }
    var content: [UInt8] = []
    content.reserveCapacity(size)
    for block in blocks { unsafe content += block.block }
    let checksum = unsafe content.withUnsafeBytes { unsafe Self.checksum(of: $0) }
    var header = Self.magic
    for number in [UInt64(size), checksum] {
      unsafe withUnsafeBytes(of: number) { unsafe header += $0 }
    }
    content.insert(contentsOf: header, at: 0)
    try Directory.create(file.parent, intermediates: true)
    try AtomicFile.write(content, to: file, durable: false)
    isChanged = false
  }

  private static let magic = Array("sysbuild index 1".utf8)
  static let headerSize = 32
}

extension FileIndex.Subject {
  /// A subject's name in the index: a file and a tree of one path are two subjects.
  fileprivate struct Key: Hashable {
    let bytes: [UInt8]
    let isTree: Bool

    init(_ subject: FileIndex.Subject) {
      bytes = subject.key
      isTree = subject.isTree
    }

    init(_ snapshot: Snapshot) {
      bytes = snapshot.key
      isTree = snapshot.isTree
    }
  }
}

extension FileIndex {
  private func load() {
    guard let file = try? MappedFile(file) else { return }
    let mapping = Mapping(file)
    unsafe mapping.file.withBytes { bytes in
      guard bytes.count >= Self.headerSize, unsafe bytes.starts(with: Self.magic),
        unsafe bytes.load(fromByteOffset: 16, as: UInt64.self) == UInt64(bytes.count),
        unsafe bytes.load(fromByteOffset: 24, as: UInt64.self)
          == Self.checksum(of: UnsafeRawBufferPointer(rebasing: bytes[Self.headerSize...]))
      else { return }
      var blocks: [Subject.Key: Snapshot] = [:]
      var offset = Self.headerSize
      while offset < bytes.count {
        let rest = unsafe UnsafeRawBufferPointer(rebasing: bytes[offset...])
        guard let snapshot = unsafe Snapshot(in: rest, owner: mapping) else { return }
        blocks[Subject.Key(snapshot)] = snapshot
        offset += snapshot.size
      }
      known = blocks
    }
  }

  /// Four streams of 64-bit words, since one multiplication need not wait for another stream's. A step is a
  /// bijection of the sum before it, so a single changed word always shows.
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
    // Blocks are multiples of eight bytes; a file that ends otherwise is no index.
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

  /// For each subject whether every path of it has the status recorded: one stat a path, on two threads.
  private func unchanged(_ subjects: [Subject]) -> [Bool] {
    let snapshots = subjects.map { known[Subject.Key($0)] }
    let roots = zip(subjects, snapshots).map { subject, snapshot in
      snapshot != nil && subject.isTree ? OpenRoot(subject.path) : nil
    }
    var parts: [Part] = []
    for (index, snapshot) in snapshots.enumerated() {
      guard let snapshot, !subjects[index].isTree || roots[index] != nil else { continue }
      for start in stride(from: 0, to: snapshot.count, by: Part.size) {
        let end = min(start + Part.size, snapshot.count)
        parts.append(
          Part(subject: index, snapshot: snapshot, root: roots[index]?.descriptor.raw, records: start..<end))
      }
    }
    let records = parts.reduce(0) { $0 + $1.records.count }
    let minimum = parts.count * Part.worthAThread / max(1, records)
    var fresh = zip(snapshots, subjects.indices).map { snapshot, index in
      snapshot != nil && (!subjects[index].isTree || roots[index] != nil)
    }
    for (part, isUnchanged) in zip(parts, concurrentMap(parts, minimum: minimum) { $0.isUnchanged })
    where !isUnchanged {
      fresh[part.subject] = false
    }
    // Its last use is above: without this the roots are closed before the first path is looked up.
    extendLifetime(roots)
    return fresh
  }

  private func look(at subject: Subject, known: Snapshot?) throws(ScanError) -> Snapshot? {
    do {
      switch subject.kind {
      case .file: return try lookAtFile(subject)
      case .tree(let excluding):
        let entries = try TreeScan(root: subject.path, excluding: excluding, known: known).entries()
        var hash = SHA256()
        for entry in entries where entry.name != [UInt8(ascii: ".")] {
          hash.update(Listing.line(key: entry.name, value: entry.value))
        }
        return Snapshot(key: subject.key, isTree: true, digest: hash.finalize(), entries: entries)
      }
    } catch .system(let error) where error.isMissing && error.path == subject.path {
      return nil
    }
  }

  private func lookAtFile(_ subject: Subject) throws(ScanError) -> Snapshot? {
    let began = Clock.coarseWall
    let path = subject.path
    let status = try system { () throws(SystemError) in try FileStatus(path, followingLinks: true) }
    switch status.kind {
    case .file: break
    case .directory: throw .notAFile(path)
    default: throw .notDigestible(path, status.kind)
    }
    let digest = try system { () throws(SystemError) in try SHA256.digest(ofFile: path, followingLinks: true) }
    let entry = TreeEntry(
      name: path.bytes, status: status, linkTarget: [], digest: digest,
      isRacy: max(status.modified, status.changed) >= began)
    return Snapshot(key: subject.key, isTree: false, digest: digest, entries: [entry])
  }
}

/// The mapped index, which the snapshots in it keep alive.
private final class Mapping {
  let file: MappedFile

  init(_ file: consuming MappedFile) {
    self.file = file
  }
}

/// A tree's root, held open while its paths are looked up below it.
private final class OpenRoot: Sendable {
  let descriptor: FileDescriptor

  init?(_ path: Path) {
    guard let descriptor = try? FileDescriptor.open(path, O_PATH | O_DIRECTORY) else { return nil }
    self.descriptor = descriptor
  }
}

/// Some records of a snapshot, the portion that one thread compares at a time.
private struct Part: @unchecked Sendable {
  static let size = 512
  /// Looking up fewer paths than these (1 µs each) takes less time than starting a thread.
  static let worthAThread = 200

  let subject: Int
  let snapshot: Snapshot
  /// Nil for a file, whose record has its whole path.
  let root: CInt?
  let records: Range<Int>

  var isUnchanged: Bool {
    records.allSatisfy { record in
      let name = unsafe snapshot.name(of: record)
      guard
        case .success(let status) = unsafe FileStatus.of(
          name, in: root ?? AT_FDCWD, followingLinks: root == nil)
      else { return false }
      return snapshot.matches(status, record: record)
    }
  }
}
