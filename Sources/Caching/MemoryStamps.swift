package import BuildGraph
package import Stamps

/// Stamps over those of a folder that are only in memory, for questions, which write nothing.
package final class MemoryStamps: StampStore {
  private let folder: any StampStore
  private var stamps: [String: Stamp] = [:]
  private var listings: [Digest: Listing] = [:]

  package init(over folder: any StampStore) { self.folder = folder }

  package func stamp(of target: String) throws(StampError) -> Stamp? {
    if let stamp = stamps[target] { return stamp }
    return try folder.stamp(of: target)
  }

  package func listing(_ digest: Digest) -> Listing? { listings[digest] ?? folder.listing(digest) }

  package func write(_ stamp: Stamp) { stamps[stamp.target] = stamp }

  package func keep(_ listing: Listing) -> Digest {
    let digest = SHA256.digest(of: listing.storedText)
    listings[digest] = listing
    return digest
  }
}
