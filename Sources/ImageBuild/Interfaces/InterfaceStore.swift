import Platform
import Stamps

/// Keeps the interfaces of packages, so that it can be said what has changed in one: listings
/// `FOLDER/category/name:slot/DIGEST`.
struct InterfaceStore {
  /// How many interfaces of a package are kept.
  private static let kept = 8

  let folder: Path

  /// - Parameter place: `category/name:slot`.
  func listing(_ digest: String, of place: String) -> Listing? {
    (try? File.read(folder / Path(place) / Path(digest))).flatMap { Listing(stored: $0) }
  }

  func keep(_ listing: Listing, of place: String) throws(SystemError) {
    let folder = folder / Path(place)
    try Directory.create(folder, intermediates: true)
    try AtomicFile.write(listing.storedText, to: folder / Path(listing.digest.hex), durable: false)
    let names = try Directory.entries(of: folder).map(\.name)
    if names.count <= Self.kept { return }
    let ages = try names.map { (name) throws(SystemError) in (name, try FileStatus(folder / name).changed) }
    for (name, _) in ages.sorted(by: { $0.1 < $1.1 }).dropLast(Self.kept) {
      try File.remove(folder / name, missingIsFine: true)
    }
  }
}
