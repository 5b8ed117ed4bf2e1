import Glibc
import Platform
import Stamps

/// A cache in a folder: `ac/<key>` and `cas/<digest>`, as a web server would show them. Of the file system it needs that
/// files can be written and renamed.
struct FolderStore: CacheStore {
  let folder: Path

  func value(of key: Digest) throws -> [UInt8]? {
    let file = place(of: key)
    do throws(SystemError) {
      if try FileStatus(file, followingLinks: true).size > largestValue {
        throw SystemError("cannot read", file, code: EFBIG)
      }
      let value = try File.read(file)
      // What is used is not cleaned away. A cache that is only read has no such times.
      try? File.touch(file)
      return value
    } catch {
      if error.isMissing { return nil }
      throw error
    }
  }

  func setValue(_ bytes: [UInt8], of key: Digest) throws {
    let file = place(of: key)
    try Directory.create(file.parent, intermediates: true)
    try AtomicFile.write(bytes, to: file)
  }

  func has(_ digest: Digest) -> Bool { File.exists(place(ofContent: digest)) }

  func copy(_ digest: Digest, to file: Path) throws -> Bool {
    let content: FileDescriptor
    do throws(SystemError) {
      content = try FileDescriptor.open(place(ofContent: digest), O_RDONLY, action: "cannot read")
    } catch {
      if error.isMissing { return false }
      throw error
    }
    try Self.copy(content, to: file)
    return true
  }

  func keep(_ file: Path, as digest: Digest) throws {
    let place = place(ofContent: digest)
    try Directory.create(place.parent, intermediates: true)
    let temporary = AtomicFile.temporaryPath(for: place)
    do {
      try Self.copy(try FileDescriptor.open(file, O_RDONLY, action: "cannot read"), to: temporary)
      try File.rename(temporary, to: place)
    } catch {
      try? File.remove(temporary, missingIsFine: true)
      throw error
    }
  }

  private static func copy(_ source: borrowing FileDescriptor, to file: Path) throws {
    let copy = try FileDescriptor.open(file, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644, action: "cannot write")
    while case let block = try source.read(upTo: 1 << 20), !block.isEmpty { try copy.writeAll(block) }
    try copy.synchronize()
    try copy.close()
  }

  private func place(of key: Digest) -> Path { folder / "ac" / Path(key.hex) }
  private func place(ofContent digest: Digest) -> Path { folder / "cas" / Path(digest.hex) }
}
