internal import Glibc
internal import Platform
internal import Stamps

/// `helper publish DIRECTORY FILE…`: brings files to IMAGESDIR, with a `SHA256SUMS` that `sha256sum -c` reads.
///
/// IMAGESDIR may be another file system, and a shared one, on which a full disk may show only at fsync. So
/// for each file: copy under a temporary name, fsync, read back and compare, rename. The sums come last: who
/// finds them right has a whole set. A file that is there already with this content is not touched.
///
/// The temporary name is always the same, so that what a killed run left is overwritten and does not pile up.
enum Publish {
  static func run(_ arguments: [String]) throws {
    guard arguments.count >= 2 else { throw UserError("usage: sysbuild helper publish DIRECTORY FILE…") }
    let directory = Path(arguments[0])
    let files = arguments.dropFirst().map { Path($0) }
    for (index, file) in files.enumerated() {
      if let kind = (try? FileStatus(file, followingLinks: true))?.kind, kind != .file {
        throw UserError("'\(file)' is \(kind.name): name the files to publish")
      }
      if let first = files[..<index].first(where: { $0.lastComponent == file.lastComponent }) {
        throw UserError("'\(first)' and '\(file)' have one name, so only one of them can be published")
      }
    }
    try Directory.create(directory, intermediates: true)
    var sums: [(name: Path, digest: Digest)] = []
    for file in files {
      sums.append((file.lastComponent, try publish(file, in: directory)))
    }
    let text = sums.sorted { $0.name < $1.name }.flatMap { sum in
      Array("\(sum.digest.hex)  ".utf8) + sum.name.bytes + [UInt8(ascii: "\n")]
    }
    let file = directory / "SHA256SUMS"
    if (try? File.read(file)) != text { try AtomicFile.write(text, to: file) }
  }

  private static func publish(_ file: Path, in directory: Path) throws -> Digest {
    let digest = try SHA256.digest(ofFile: file, followingLinks: true)
    let place = directory / file.lastComponent
    if (try? SHA256.digest(ofFile: place)) == digest { return digest }
    let temporary = directory / Path(bytes: Array(".".utf8) + file.lastComponent.bytes + Array(".tmp".utf8))
    do {
      try copy(file, to: temporary)
      guard try SHA256.digest(ofFile: temporary) == digest else {
        throw UserError(
          "'\(temporary)' does not read back as it was written: the file system of IMAGESDIR is not sound")
      }
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
      while case let block = try source.read(upTo: 1 << 20), !block.isEmpty { try target.writeAll(block) }
      try target.synchronize()
    } catch {
      throw SystemError("cannot write", copy, code: error.code)
    }
  }
}
