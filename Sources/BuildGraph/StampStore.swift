public import Stamps

/// Keeps stamps and the listings that they refer to.
public protocol StampStore {
  func stamp(of target: String) throws(StampError) -> Stamp?
  /// The listing for which `keep` returned this digest; nil if it is lost.
  func listing(_ digest: Digest) -> Listing?
  func write(_ stamp: Stamp) throws
  func keep(_ listing: Listing) throws -> Digest
}

extension StampFolder: StampStore {}
