import Platform

/// A walk over a tree that finds every path in it and digests the files whose status is new.
///
/// It crosses mount points and never follows a link below the root. A socket, FIFO or device is an error that
/// names it, since it has no content. A path that vanishes during the walk is left out, as the tree may just be
/// being built; the directory that it was in has a new time then, so the next walk sees the change.
struct TreeScan {
  let root: Path
  let excluding: Exclusions
  /// The last snapshot. A file whose status has not changed since is not read again.
  let known: Snapshot?

  /// The time before the first path is looked up; see `FileStatus.isRacy`.
  private let began = Clock.coarseWall

  init(root: Path, excluding: [String], known: Snapshot?) {
    self.root = root
    self.excluding = Exclusions(excluding)
    self.known = known
  }

  /// Every path, in byte order of the names. Files are digested on all processors.
  func entries() throws(ScanError) -> [TreeEntry] {
    var entries = try found()
    entries.sort { $0.name.lexicographicallyPrecedes($1.name) }
    try digest(&entries)
    return entries
  }

  private func found() throws(ScanError) -> [TreeEntry] {
    let status = try system { () throws(SystemError) in try FileStatus(root, followingLinks: true) }
    guard status.kind == .directory else { throw .notADirectory(root) }
    var entries = [entry([UInt8(ascii: ".")], status, linkTarget: [])]
    var pending: [(name: [UInt8], path: Path)] = [([], root)]
    while let (prefix, folder) = pending.popLast() {
      let names = try unlessMissing { () throws(SystemError) in try Directory.entries(of: folder) } ?? []
      for (name, _) in names {
        let path = folder / name
        let below = prefix.isEmpty ? name.bytes : prefix + [UInt8(ascii: "/")] + name.bytes
        if excluding.names(Path(bytes: below)) { continue }
        guard let status = try unlessMissing({ () throws(SystemError) in try FileStatus(path) }) else {
          continue
        }
        switch status.kind {
        case .file: entries.append(entry(below, status, linkTarget: []))
        case .directory:
          entries.append(entry(below, status, linkTarget: []))
          pending.append((below, path))
        case .symbolicLink:
          guard let target = try unlessMissing({ () throws(SystemError) in try File.readLink(path) }) else {
            continue
          }
          entries.append(entry(below, status, linkTarget: target))
        default: throw .notDigestible(path, status.kind)
        }
      }
    }
    return entries
  }

  private func entry(_ name: [UInt8], _ status: FileStatus, linkTarget: [UInt8]) -> TreeEntry {
    TreeEntry(
      name: name, status: status, linkTarget: linkTarget,
      digest: SHA256.digest(of: linkTarget),
      isRacy: status.isRacy(at: began))
  }

  /// Fills in the digests of the files: known ones if the status is unchanged, the rest by reading.
  private func digest(_ entries: inout [TreeEntry]) throws(ScanError) {
    var unread: [Int] = []
    for index in entries.indices where entries[index].status.kind == .file {
      if let known, let record = known.record(named: entries[index].name),
        known.matches(entries[index].status, record: record)
      {
        entries[index].digest = known.digest(of: record)
      } else {
        unread.append(index)
      }
    }
    let files = unread.map { root / Path(bytes: entries[$0].name) }
    // Backwards, so that removing an entry does not move those that are still to be done.
    for (index, digest) in zip(unread, try digests(of: files)).reversed() {
      if let digest { entries[index].digest = digest } else { entries.remove(at: index) }
    }
  }
}

/// The digests of `files`, computed on all processors; nil for a missing file.
private func digests(of files: [Path]) throws(ScanError) -> [Digest?] {
  let results = concurrentMap(files, minimum: 8) { file in
    Result { () throws(SystemError) in try SHA256.digest(ofFile: file) }
  }
  var digests: [Digest?] = []
  for result in results {
    digests.append(try unlessMissing { () throws(SystemError) in try result.get() })
  }
  return digests
}

private func unlessMissing<Value>(_ body: () throws(SystemError) -> Value) throws(ScanError) -> Value? {
  do {
    return try body()
  } catch {
    if error.isMissing { return nil }
    throw .system(error)
  }
}

/// Calls `body` and turns its `SystemError` into a `ScanError`.
func system<Value>(_ body: () throws(SystemError) -> Value) throws(ScanError) -> Value {
  do { return try body() } catch { throw .system(error) }
}
