public import Platform

/// The folder `O/stamps`: a stamp for each target, and the listings that stamps refer to by their digest.
///
/// Every file is replaced in one durable step (`AtomicFile`), so that a reader, even after a crash, sees the
/// old one or the new one.
public struct StampFolder {
  public let path: Path
  private let recorder: ReadRecorder

  /// - Parameter recorder: with which stamps are read.
  public init(_ path: Path, recorder: ReadRecorder = ReadRecorder()) {
    self.path = path
    self.recorder = recorder
  }

  /// The stamp of `target`, nil if it has none.
  public func stamp(of target: String) throws(StampError) -> Stamp? {
    let text: [UInt8]
    do {
      text = try recorder.content(of: file(of: target))
    } catch {
      if error.isMissing { return nil }
      throw .unreadable(error.reason)
    }
    let stamp = try StampText.stamp(from: text)
    guard stamp.target == target else { throw .foreign }
    return stamp
  }

  public func write(_ stamp: Stamp) throws(SystemError) {
    try Directory.create(path, intermediates: true)
    try AtomicFile.write(StampText.text(of: stamp), to: file(of: stamp.target))
  }

  /// Removes the stamp of `target`, if it has one.
  public func remove(_ target: String) throws(SystemError) {
    try File.remove(file(of: target), missingIsFine: true)
  }

  /// The listing for which `keep` returned this digest. Nil if it is missing or damaged; then a change can be
  /// reported, but not explained.
  public func listing(_ digest: Digest) -> Listing? {
    guard let text = try? File.read(file(of: digest)), SHA256.digest(of: text) == digest else { return nil }
    return Listing(stored: text)
  }

  /// Writes `listing` with its places, and returns the digest of its stored text, which is the name of its
  /// file. Call it before the stamp that refers to it is written.
  public func keep(_ listing: Listing) throws(SystemError) -> Digest {
    let text = listing.storedText
    let digest = SHA256.digest(of: text)
    if self.listing(digest) == nil {
      let file = file(of: digest)
      try Directory.create(file.parent, intermediates: true)
      try AtomicFile.write(text, to: file)
    }
    return digest
  }

  /// Removes the listings to which none of `stamps` refers, and what killed processes have left.
  public func tidyUp(keeping stamps: some Sequence<Stamp>) throws(SystemError) {
    var used: Set<Path> = []
    for stamp in stamps {
      guard let success = stamp.success else { continue }
      for record in success.inputs + success.outputs {
        if case .listing(let digest) = record.detail { used.insert(Path(digest.hex)) }
      }
    }
    guard File.exists(path) else { return }
    try AtomicFile.removeTemporaries(in: path)
    guard File.exists(listings) else { return }
    for (name, _) in try Directory.entries(of: listings) where !used.contains(name) {
      try File.remove(listings / name, missingIsFine: true)
    }
  }

  /// The file that holds the stamp of `target`.
  public func file(of target: String) -> Path { path / (target + ".stamp") }

  private var listings: Path { path / "listings" }
  private func file(of digest: Digest) -> Path { listings / digest.hex }
}
