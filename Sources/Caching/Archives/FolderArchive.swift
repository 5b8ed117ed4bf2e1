import Platform
import TextKit

/// Folders of O as one file: a tar archive that zstd has compressed.
enum FolderArchive {
  /// Packs folders, which are relative to `base`.
  ///
  /// - Returns: the size of the archive before it is compressed, in bytes.
  static func pack(_ folders: [Path], in base: Path, to file: Path) throws -> Int {
    let archive = Path(bytes: file.bytes + Array(".tar".utf8))
    defer { try? File.remove(archive, missingIsFine: true) }
    try run(
      [
        "tar", "--create", "--file=\(archive)", "--directory=\(base)", "--format=posix", "--numeric-owner",
        "--sort=name",
      ]
        + attributes + ["--"] + folders.map { "\($0)" })
    try run(["zstd", "-q", "-f", "-T0", "-3", "-o", "\(file)", "\(archive)"])
    return Int(try FileStatus(archive).size)
  }

  /// Unpacks what `pack` has packed in an empty folder, when it has looked at every name in it.
  ///
  /// - Parameter size: of the archive when it is not compressed. One that is larger is refused.
  static func unpack(_ file: Path, size: Int, folders: [Path], to folder: Path) throws {
    let archive = Path(bytes: file.bytes + Array(".tar".utf8))
    defer { try? File.remove(archive, missingIsFine: true) }
    // In blocks of 512 bytes.
    try run([
      "sh", "-c", "ulimit -f \((size + 511) / 512) && exec zstd -d -q -f -o \"$1\" \"$2\"", "sh", "\(archive)",
      "\(file)",
    ])
    try TarCheck.check(archive, folders: folders)
    // A user who is not root has no other owners.
    let owner = MountNamespace.hasOneOwner ? "--no-same-owner" : "--same-owner"
    try run(
      [
        "tar", "--extract", "--file=\(archive)", "--directory=\(folder)", "--same-permissions",
        "--numeric-owner", owner,
      ]
        + attributes)
  }

  static func compress(_ bytes: [UInt8], in scratch: Path) throws -> [UInt8] {
    try through(bytes, in: scratch) { ["zstd", "-q", "-f", "-3", "-o", "\($1)", "\($0)"] }
  }

  /// - Parameter most: the largest size of the result, in bytes.
  static func decompress(_ bytes: [UInt8], most: Int, in scratch: Path) throws -> [UInt8] {
    try through(bytes, in: scratch) {
      ["sh", "-c", "ulimit -f \(most / 512) && exec zstd -d -q -f -o \"$1\" \"$2\"", "sh", "\($1)", "\($0)"]
    }
  }

  private static func through(_ bytes: [UInt8], in scratch: Path, _ words: (Path, Path) -> [String]) throws
    -> [UInt8]
  {
    let (before, after) = (scratch / "before", scratch / "after")
    defer { for file in [before, after] { try? File.remove(file, missingIsFine: true) } }
    try File.write(bytes, to: before)
    try run(words(before, after))
    return try File.read(after)
  }

  private static let attributes = ["--xattrs", "--xattrs-include=*"]

  private static func run(_ words: [String]) throws {
    let path = "/usr/local/bin:/usr/bin:/bin"
    guard let program = ProgramSearch.find(words[0], in: path, from: "/") else {
      throw UserError("\(words[0]) is not installed, which a cache needs")
    }
    let (output, status) = try ProgramOutput.ofBothStreams(
      program, words, environment: ["PATH=\(path)", "LC_ALL=C.UTF-8"], directory: "/")
    if status.isSuccess { return }
    let said = String(decoding: output, as: UTF8.self).split(separator: "\n").first.map { ": \($0)" } ?? ""
    throw UserError("\(words[0]) failed\(said)")
  }
}
