import Platform
import Stamps
import TextKit

/// `helper fetch CACHE RECORD DIGEST O IMAGESDIR`: brings here what a record of a cache names.
///
/// Everything is fetched and looked at before anything takes its place. While folders are exchanged a mark stands beside
/// the record: if it is still there, some folders may be of the record and others not.
package enum Fetch {
  /// - Parameter tell: is told how much was fetched.
  package static func run(_ arguments: [String], tell: (String) -> Void = { print($0) }) throws {
    guard arguments.count == 5 else {
      throw UserError("usage: sysbuild helper fetch CACHE RECORD DIGEST O IMAGESDIR")
    }
    let file = Path(arguments[1])
    let text = try File.read(file)
    guard SHA256.digest(of: text).hex == arguments[2], let record = CacheRecord(text) else {
      throw UserError("'\(file)' is not the record that the stamp names")
    }
    let scratch = Path(bytes: file.bytes + Array(".underway".utf8))
    try Directory.removeTree(scratch)
    try Directory.create(scratch, intermediates: true)
    let store = CachePlace(arguments[0], mode: .read).store(scratch: scratch)
    let fetch = FetchedRecord(
      store: store, scratch: scratch, build: Path(arguments[3]), images: Path(arguments[4]))
    let size = try fetch.bring(record, mark: mark(of: file))
    try Directory.removeTree(scratch)
    tell("fetched \(Quantity.size(size))")
  }

  /// Stands while folders are exchanged.
  static func mark(of record: Path) -> Path { Path(bytes: record.bytes + Array(".mixed".utf8)) }
}

private struct FetchedRecord {
  let store: any CacheStore
  let scratch: Path
  let build: Path
  let images: Path

  /// - Returns: how many bytes came from the cache.
  func bring(_ record: CacheRecord, mark: Path) throws -> Int {
    var moves: [(from: Path, to: Path)] = []
    var size = 0
    for part in record.parts {
      switch part {
      case .archive(let digest, let bytes, let unpacked, let folders):
        let folder = scratch / "folders"
        try Directory.create(folder, intermediates: true)
        let archive = try fetch(digest)
        try FolderArchive.unpack(archive, size: unpacked, folders: folders, to: folder)
        try File.remove(archive)
        moves += folders.map { (folder / $0, build / $0) }
        size += bytes
      case .file(let digest, let bytes, let name):
        let place = path(of: name)
        if (try? SHA256.digest(ofFile: place)) == digest { continue }
        try Directory.create(place.parent, intermediates: true)
        // Beside its place, which may be on another file system.
        let copy = AtomicFile.temporaryPath(for: place)
        do {
          try fetch(digest, to: copy)
        } catch {
          try? File.remove(copy, missingIsFine: true)
          throw error
        }
        moves.append((copy, place))
        size += bytes
      }
    }
    try File.write([], to: mark)
    for (copy, place) in moves {
      try Directory.create(place.parent, intermediates: true)
      if File.isDirectory(copy) { try Directory.removeTree(place) }
      try File.rename(copy, to: place)
    }
    try File.remove(mark)
    return size
  }

  private func path(of name: String) -> Path {
    let name = Path(name)
    let rest = name.components.dropFirst().reduce(Path("")) { $0.isEmpty ? $1 : $0 / $1 }
    return name.components.first == "${O}" ? build / rest : images / rest
  }

  private func fetch(_ digest: Digest) throws -> Path {
    let file = scratch / Path(digest.hex)
    try fetch(digest, to: file)
    return file
  }

  private func fetch(_ digest: Digest, to file: Path) throws {
    guard try store.copy(digest, to: file) else {
      throw UserError("the cache no longer has \(digest.hex.prefix(12)), which its record names")
    }
    guard try SHA256.digest(ofFile: file) == digest else {
      throw UserError("what the cache has as \(digest.hex.prefix(12)) is damaged: its SHA-256 is another")
    }
  }
}
