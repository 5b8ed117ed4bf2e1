import Platform
import Stamps
import TextKit

/// Reads and writes records of a cache, each in the value of a key, as a text that is compressed and may be signed.
struct SharedRecords {
  let place: CachePlace
  let store: any CacheStore
  /// A folder for what is underway.
  let scratch: Path

  /// The largest record when it is not compressed, in bytes.
  private static let largest = 256 << 20

  /// The record in the value of a key, and its text; nil if the value has none.
  ///
  /// Throws if the record cannot be used: it is damaged, or nobody who is believed has signed it.
  ///
  /// - Parameter key: the key that the record must have been made under; nil for any.
  func record(
    in value: ActionResult, of unit: String, key: Digest?
  ) throws -> (record: CacheRecord, text: [UInt8])? {
    guard let file = value.files.first(where: { $0.name == "record" }) else { return nil }
    guard let content = file.content, SHA256.digest(of: content) == file.digest else {
      throw UserError("a value of it is damaged")
    }
    try place.signature.check(content, value.files.first { $0.name == "signature" }?.content, in: scratch)
    let text = try FolderArchive.decompress(content, most: Self.largest, in: scratch)
    guard let found = CacheRecord(text), found.unit == unit, key.map({ $0 == found.key }) ?? true else {
      throw UserError("a record of it is damaged")
    }
    return (found, text)
  }

  /// The value with a record.
  ///
  /// - Returns: also the size of the record, in bytes.
  func value(with record: CacheRecord) throws -> (value: ActionResult, size: Int) {
    let content = try FolderArchive.compress(record.text, in: scratch)
    let signature = try place.signature.sign(content, in: scratch).map { [try file("signature", $0)] } ?? []
    let files =
      try [file("record", content)] + signature
      + record.parts.map { ActionResult.File(name: "\($0.digest.hex)", digest: $0.digest, size: $0.size) }
    return (ActionResult(files), content.count)
  }

  /// A file whose content stands in the value, and in the store of contents too, since servers look for it there.
  func file(_ name: String, _ content: [UInt8]) throws -> ActionResult.File {
    let digest = SHA256.digest(of: content)
    let copy = scratch / Path("\(digest.hex).content")
    defer { try? File.remove(copy, missingIsFine: true) }
    if try !store.has(digest) {
      try File.write(content, to: copy)
      try store.keep(copy, as: digest)
    }
    return ActionResult.File(name: name, digest: digest, size: content.count, content: content)
  }
}
