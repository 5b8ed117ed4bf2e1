import Platform
import Stamps

/// The readers of what sysbuild keeps in O.
extension ParserCheck {
  static let stampChecks = [
    ParserCheck("stamp") { bytes in
      // No fuzzer finds a SHA-256: the right one is put behind the text.
      let checksum = Array("checksum\t\(SHA256.digest(of: bytes).hex)\n".utf8)
      for text in [bytes, bytes + checksum] {
        guard let stamp = try? StampText.stamp(from: text) else { continue }
        let written = StampText.text(of: stamp)
        let again = try promised("the stamp's text") { try StampText.stamp(from: written) }
        try promise(again == stamp && StampText.text(of: again) == written, "another stamp")
        _ = stamp.success?.inputsDigest
      }
    },
    ParserCheck("listing") { bytes in
      guard let listing = Listing(stored: bytes) else { return }
      let again = Listing(stored: listing.storedText)
      try promise(again == listing, "the listing's text is another")
      try promise(again?.digest == listing.digest, "the listing's digest is another")
      try promise(again?.changes(since: listing).isEmpty == true, "it differs from itself")
    },
    ParserCheck("index") { bytes, folder in
      try File.write(bytes, to: folder / "index")
      let index = FileIndex(folder / "index")
      _ = index.answer(to: [])
      try index.refresh([.init(folder / "missing", .file), .init(folder / "missing", .tree(excluding: []))])
      // What would be believed if the checksum, which no fuzzer finds, were right.
      let start = IndexFile.headerSize
      var offset = 0
      let blocks = Array(bytes.dropFirst(start))
      while offset < blocks.count {
        guard let size = look(at: Array(blocks[offset...])) else { return }
        offset += size
      }
    },
  ]

  /// Asks everything of the block that `bytes` begin with, and returns its size; nil if it is none.
  private static func look(at bytes: [UInt8]) -> Int? {
    let memory = UnsafeMutableRawBufferPointer.allocate(byteCount: bytes.count, alignment: 8)
    defer { memory.deallocate() }
    memory.copyBytes(from: bytes)
    guard let block = IndexBlock(in: UnsafeRawBufferPointer(memory), owner: Nobody()) else { return nil }
    if let snapshot = Snapshot(block) {
      _ = (snapshot.key, snapshot.isTree, snapshot.observation, snapshot.isTrustworthy)
      for entry in snapshot.listing.entries {
        if let record = snapshot.record(named: entry.key) { _ = snapshot.digest(of: record) }
      }
    } else if let cachedAnswer = CachedAnswer(block) {
      _ = (cachedAnswer.question, cachedAnswer.answer)
      let lookup = PathLookup(base: nil)
      for record in 0..<cachedAnswer.count { _ = cachedAnswer.holds(record, lookup) }
      _ = cachedAnswer.renumbered(cachedAnswer.subjects)
    }
    return block.size
  }

  private final class Nobody {}
}
