import Glibc
import Platform
import Stamps
import TextKit

/// `helper publish DIRECTORY FILE…`: copies files to IMAGESDIR, with a `SHA256SUMS` that `sha256sum -c` can check.
///
/// IMAGESDIR may be on another file system, also a shared one, which may report a full disk only at fsync. So each file
/// is copied under a temporary name, synchronised, read back and compared, and then renamed. The sums are written last:
/// if they match, the set of files is complete. A file that already has this content is not touched.
///
/// IMAGESDIR is kept open until the end, so that it cannot be unmounted. If it is unmounted all the same (`umount -l`,
/// a lost network), nothing is written to the folder that it was mounted on.
///
/// The temporary name is always the same, so that the next run overwrites what a killed run has left.
enum Publish {
  static func run(_ arguments: [String]) throws {
    guard arguments.count >= 2 else { throw UserError.helperUsage("publish DIRECTORY FILE…") }
    let directory = Path(arguments[0])
    let files = arguments.dropFirst().map { Path($0) }
    for (index, file) in files.enumerated() {
      if let kind = (try? FileStatus(file, followingLinks: true))?.kind, kind != .file {
        throw UserError.notAFile(file, kind)
      }
      if let first = files[..<index].first(where: { $0.lastComponent == file.lastComponent }) {
        throw UserError.sameName(first, file)
      }
    }
    try Directory.create(directory, intermediates: true)
    let held = try FileDescriptor.open(directory, O_RDONLY | O_DIRECTORY, action: "cannot open directory")
    let place = try held.status()
    do {
      try publish(Array(files), in: directory, being: place)
    } catch {
      // If IMAGESDIR was unmounted, that is the cause, and not the error that followed from it.
      try check(directory, is: place)
      throw error
    }
    try check(directory, is: place)
    extendLifetime(held)
  }

  private static func publish(_ files: [Path], in directory: Path, being place: FileStatus) throws {
    var sums: [(name: Path, digest: Digest)] = []
    for file in files { sums.append((file.lastComponent, try publish(file, in: directory, being: place))) }
    let text = sums.sorted { $0.name < $1.name }.flatMap { sum in
      Array("\(sum.digest.hex)  ".utf8) + sum.name.bytes + [UInt8(ascii: "\n")]
    }
    let file = directory / "SHA256SUMS"
    if (try? File.read(file)) == text { return }
    try check(directory, is: place)
    // A signature of other sums.
    for name in ["SHA256SUMS.sig", "SHA256SUMS.asc"] {
      try File.remove(directory / Path(name), missingIsFine: true)
    }
    try AtomicFile.write(text, to: file)
  }

  private static func check(_ directory: Path, is place: FileStatus) throws(UserError) {
    if let now = try? FileStatus(directory, followingLinks: true), now.device == place.device,
      now.inode == place.inode
    {
      return
    }
    throw .folderReplaced(directory)
  }

  private static func publish(_ file: Path, in directory: Path, being status: FileStatus) throws -> Digest {
    let digest = try SHA256.digest(ofFile: file, followingLinks: true)
    let place = directory / file.lastComponent
    if (try? SHA256.digest(ofFile: place)) == digest { return digest }
    try check(directory, is: status)
    let temporary = directory / Path(bytes: Array(".".utf8) + file.lastComponent.bytes + Array(".tmp".utf8))
    do {
      try copy(file, to: temporary)
      guard try SHA256.digest(ofFile: temporary) == digest else {
        throw UserError.unsoundFolder(temporary)
      }
      try check(directory, is: status)
      try File.rename(temporary, to: place)
      try AtomicFile.synchronizeDirectory(directory)
    } catch {
      try? File.remove(temporary, missingIsFine: true)
      throw error
    }
    return digest
  }

  private static func copy(_ file: Path, to copy: Path) throws(SystemError) {
    let source = try FileDescriptor.open(file, O_RDONLY)
    let target = try FileDescriptor.open(
      copy, O_WRONLY | O_CREAT | O_TRUNC, mode: 0o644, action: "cannot write")
    do throws(SystemError) {
      var size = 0
      while case let block = try source.read(upTo: 1 << 20), !block.isEmpty {
        size += block.count
        // A disk has partitions that are still empty.
        if block.contains(where: { $0 != 0 }) {
          try target.writeAll(block)
        } else {
          try target.skip(block.count)
        }
      }
      try target.truncate(to: Int64(size))
      try target.synchronize()
    } catch {
      throw SystemError("cannot write", copy, code: error.code)
    }
  }
}
