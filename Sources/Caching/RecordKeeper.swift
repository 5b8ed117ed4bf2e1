import BuildGraph
import Platform
import Stamps

/// Keeps records in a cache.
struct RecordKeeper {
  let place: CachePlace
  let store: any CacheStore
  let graph: Graph
  let listings: any StampStore
  let variant: String?
  /// A folder of O.
  let scratch: Path

  /// Keeps what the targets of a unit have made, unless the cache has it.
  ///
  /// - Parameters:
  ///   - trees: see `CacheKey`.
  ///   - isNew: whether a target of it has just been made.
  ///   - replacing: whether what the cache has of it could not be used.
  ///   - tell: is told its last target, and in how many bytes it was kept.
  func keep(
    _ unit: SharedUnit, _ stamps: [(Stamp, Stamp.Success)], trees: [Stamp.Record], isNew: Bool, replacing: Bool,
    _ tell: (String, Int) -> Void
  )
    throws
  {
    let locations = graph.locations
    let key = CacheKey(
      unit.name, stamps.map { ($0.0.target, $0.1.recipe, $0.1.inputs) },
      trees: trees, made: graph.made(graph.members(of: unit)), placesCount: variant == nil)
    let newest = [CacheKey.newest(unit.name, variant: variant ?? "")]
    if !replacing, let known = try store.value(of: key.exact) {
      if isNew { for key in newest { try store.setValue(known, of: key) } }
      return
    }
    var parts: [CacheRecord.Part] = []
    let folders = unit.folders.filter { File.exists(locations.build / $0) }
    if !folders.isEmpty {
      let archive = scratch / Path("\(unit.name).archive")
      defer { try? File.remove(archive, missingIsFine: true) }
      let unpacked = try FolderArchive.pack(folders, in: locations.build, to: archive)
      let digest = try SHA256.digest(ofFile: archive)
      let size = Int(try FileStatus(archive).size)
      if try replacing || !store.has(digest) { try store.keep(archive, as: digest) }
      parts.append(.archive(digest, size: size, unpacked: unpacked, folders: folders))
    }
    for record in stamps.flatMap(\.1.outputs) where record.artifact.kind == .file {
      let file = locations.path(ofName: record.artifact.name)
      guard let digest = record.observation?.digest,
        !folders.contains(where: { file.isInside(locations.build / $0) })
      else { continue }
      if try replacing || !store.has(digest) { try store.keep(file, as: digest) }
      parts.append(.file(digest, size: Int(try FileStatus(file).size), name: record.artifact.name))
    }
    let details = stamps.flatMap { $0.1.inputs + $0.1.outputs }.compactMap { record -> Digest? in
      if case .listing(let kept) = record.detail { kept } else { nil }
    }
    let record = CacheRecord(
      unit: unit.name, key: key.exact, parts: parts, stamps: stamps.map { StampText.text(of: $0.0) },
      listings: Set(details).sorted { $0.hex < $1.hex }.compactMap { listings.listing($0)?.storedText })
    let records = SharedRecords(place: place, store: store, scratch: scratch)
    let (result, size) = try records.value(with: record)
    if let narrowing = unit.narrowing, let asked = try? File.read(locations.build / narrowing) {
      try store.setValue(ActionResult([records.file("parts", asked)]).bytes, of: key.withoutParts)
    }
    // Whoever finds the key finds all that it names.
    for key in [key.exact] + newest { try store.setValue(result.bytes, of: key) }
    tell(stamps.last?.0.target ?? unit.name, parts.reduce(size) { $0 + $1.size })
  }
}
