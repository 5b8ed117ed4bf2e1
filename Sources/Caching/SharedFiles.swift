package import Platform
package import Stamps
import Synchronization
import TextKit

/// Single files that builds share in a cache, each under a key of its own and with texts about it, such as binary
/// packages.
///
/// Whatever goes wrong with the cache, a file is just not found.
package final class SharedFiles {
  package struct Found {
    package let key: Digest
    /// In the folder for what is underway.
    package let file: Path
    /// In bytes.
    package let size: Int
    package let texts: [[UInt8]]
  }

  package struct Kept: Sendable {
    package let key: Digest
    /// What the key belongs to, such as `package sys-libs/pam-1.5.3`.
    package let unit: String
    package let file: Path
    /// The name of the file, as that of an artifact.
    package let name: String
    package let texts: [[UInt8]]

    package init(key: Digest, unit: String, file: Path, name: String, texts: [[UInt8]]) {
      self.key = key
      self.unit = unit
      self.file = file
      self.name = name
      self.texts = texts
    }
  }

  private let store: WatchedStore
  private let scratch: Path
  private var asked: Set<Digest> = []
  /// Keys of which the cache has something that cannot be used.
  private var damaged: Set<Digest> = []

  /// - Parameters:
  ///   - scratch: a folder for what is underway, which is made anew.
  ///   - warn: is told what is wrong with the cache.
  package init(_ place: CachePlace, scratch: Path, warn: @escaping (String) -> Void) throws {
    self.scratch = scratch
    store = WatchedStore(place, scratch: scratch, warn: warn)
    try Directory.removeTree(scratch)
    try Directory.create(scratch, intermediates: true)
  }

  /// Brings here what the cache has under keys that were not asked for before. Each file has the digest that its record
  /// names.
  ///
  /// - Parameter wanted: keys, and what they belong to.
  package func fetch(_ wanted: [(key: Digest, unit: String)]) throws -> [Found] {
    guard store.place.isRead, !store.isOff else { return [] }
    let (store, scratch) = (self.store.store, scratch)
    let new = wanted.filter { asked.insert($0.key).inserted }
    let values = Self.attempt(new.map(\.key)) { try store.value(of: $0) }
    var records: [CacheRecord] = []
    for ((key, unit), value) in zip(new, values) {
      guard let bytes = try self.value(of: value) ?? nil else { continue }
      if let record = try record(in: bytes, key, unit) { records.append(record) }
    }
    let files = Self.attempt(records) { try $0.fetchFile(store, to: scratch) }
    var found: [Found] = []
    for (record, result) in zip(records, files) {
      guard let file = try value(of: result) else { continue }
      switch file {
      case .success(let (file, size)):
        found.append(Found(key: record.key, file: file, size: size, texts: record.listings))
      case .failure(let error): note(error, record.key)
      }
    }
    return found
  }

  /// What a closure gives for each item, on several threads; nil for those that come after a failure, since who does not
  /// answer one question answers no other, and each wait would be long.
  private static func attempt<Item: Sendable, Value: Sendable>(
    _ items: [Item], _ body: @Sendable (Item) throws -> Value
  ) -> [Result<Value, any Error>?] {
    let hasFailed = Atomic(false)
    return concurrentMap(items, minimum: 1) { item in
      if hasFailed.load(ordering: .relaxed) { return nil }
      let result = Result { try body(item) }
      if case .failure = result { hasFailed.store(true, ordering: .relaxed) }
      return result
    }
  }

  /// Nil for a failure, the first of which is told.
  private func value<Value>(of result: Result<Value, any Error>?) throws -> Value? {
    guard let result, !store.isOff || (try? result.get()) != nil else { return nil }
    return try store.attempt { try result.get() }
  }

  private func record(in bytes: [UInt8], _ key: Digest, _ unit: String) throws -> CacheRecord? {
    do {
      guard let value = ActionResult(bytes) else { throw UserError("what it has for \(unit) is no value") }
      let records = SharedRecords(place: store.place, store: store.store, scratch: scratch)
      return try records.record(in: value, of: unit, key: key)?.record
    } catch let interrupted as Interrupted {
      throw interrupted
    } catch {
      note(error, key)
      return nil
    }
  }

  private func note(_ error: any Error, _ key: Digest) {
    damaged.insert(key)
    store.noteProblem()
    if store.isHopeless, !store.isOff { store.giveUp("\(error)") } else { store.complain("\(error)") }
  }

  /// Keeps files, unless the cache has something under their keys that can be used.
  ///
  /// - Returns: how many were kept, and in how many bytes.
  package func keep(_ files: [Kept]) throws -> (count: Int, size: Int) {
    guard store.place.isWritten, !store.isOff else { return (0, 0) }
    let (place, store, scratch, damaged) = (store.place, store.store, scratch, damaged)
    let results = Self.attempt(files) { kept -> Int? in
      if try !damaged.contains(kept.key) && store.value(of: kept.key) != nil { return nil }
      let scratch = scratch / Path(kept.key.hex)
      try Directory.create(scratch)
      defer { try? Directory.removeTree(scratch) }
      let records = SharedRecords(place: place, store: store, scratch: scratch)
      return try kept.keep(in: records, replacing: damaged.contains(kept.key))
    }
    let sizes = try results.compactMap { result in try value(of: result) ?? nil }
    return (sizes.count, sizes.reduce(0, +))
  }
}

extension CacheRecord {
  /// Brings here the file of a record that has one, and nothing else.
  ///
  /// Throws if the store fails.
  ///
  /// - Returns: the reason if the file cannot be used.
  fileprivate func fetchFile(
    _ store: any CacheStore, to folder: Path
  ) throws -> Result<(file: Path, size: Int), UserError> {
    guard case .file(let digest, let size, _)? = parts.first, parts.count == 1 else {
      return .failure(UserError("a record of \(unit) has not one file"))
    }
    let file = folder / Path(digest.hex)
    guard try store.copy(digest, to: file), try SHA256.digest(ofFile: file) == digest else {
      return .failure(UserError("the file of \(unit) is gone or damaged"))
    }
    return .success((file, size))
  }
}

extension SharedFiles.Kept {
  /// - Returns: in how many bytes.
  fileprivate func keep(in records: SharedRecords, replacing: Bool) throws -> Int {
    let digest = try SHA256.digest(ofFile: file)
    let size = Int(try FileStatus(file).size)
    if try replacing || !records.store.has(digest) { try records.store.keep(file, as: digest) }
    let record = CacheRecord(
      unit: unit, key: key, parts: [.file(digest, size: size, name: name)], stamps: [], listings: texts)
    let (value, ofRecord) = try records.value(with: record)
    try records.store.setValue(value.bytes, of: key)
    return size + ofRecord
  }
}
