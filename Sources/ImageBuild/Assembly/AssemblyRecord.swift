import Platform
import PortageFiles
import Stamps
import TextKit

/// What an assembled root was made from: a listing beside it, which is there only while the root is whole.
///
///     skeleton CATEGORY/NAME-VERSION   the time at which the package was built, and the digest of the binary package
///     package CATEGORY/NAME-VERSION    the same of a package that came after
///     order REASON                     why the order of merging matters: then no package came after the skeleton
///     ordered CATEGORY/NAME-VERSION    as above, of a package that is to blame for that
///     FEATURES, …                      all else that decides how packages are merged
struct AssemblyRecord {
  /// Which build a package is, and from which file.
  struct Source: Hashable {
    /// Seconds since the epoch.
    let time: Int64
    let digest: String

    init(_ binary: BinaryPackage) {
      time = binary.build.time
      digest = binary.digest
    }

    init?(_ text: String) {
      let words = text.split(separator: " ", omittingEmptySubsequences: false)
      guard words.count == 2, let time = Int64(words[0]) else { return nil }
      self.time = time
      digest = String(words[1])
    }

    var text: String { "\(time) \(digest)" }
  }

  private static let skeletonKey = "skeleton "
  private static let packageKey = "package "
  private static let orderKey = "order "
  private static let orderedKey = "ordered "

  /// The skeleton's packages, and what decides how all are merged.
  let ground: [Listing.Entry]
  var packages: [PackageVersion: Source] = [:]
  var order: (reason: String, packages: [PackageVersion: Source])?

  /// - Parameter merging: what decides how packages are merged.
  init(skeleton: [PackageVersion: Source], merging: [Listing.Entry]) {
    ground = merging + skeleton.map { Listing.Entry("\(Self.skeletonKey)\($0)", $1.text) }
  }

  /// Nil if there is no record, or one that cannot be read.
  init?(file: Path) {
    guard let listing = (try? File.read(file)).flatMap({ Listing(stored: $0) }) else { return nil }
    var ground: [Listing.Entry] = []
    var reason: String?
    var ordered: [PackageVersion: Source] = [:]
    for entry in listing.entries {
      let key = String(decoding: entry.key, as: UTF8.self)
      func build(_ prefix: String) -> (PackageVersion, Source)? {
        guard key.hasPrefix(prefix), let package = PackageVersion(String(key.dropFirst(prefix.count))),
          let source = Source(String(decoding: entry.value, as: UTF8.self))
        else { return nil }
        return (package, source)
      }
      if let (package, source) = build(Self.packageKey) {
        packages[package] = source
      } else if let (package, source) = build(Self.orderedKey) {
        ordered[package] = source
      } else if key.hasPrefix(Self.orderKey) {
        reason = String(key.dropFirst(Self.orderKey.count))
      } else {
        ground.append(entry)
      }
    }
    self.ground = ground
    order = reason.map { ($0, ordered) }
  }

  func write(to file: Path) throws(SystemError) {
    let order = order.map { order in
      [Listing.Entry(Self.orderKey + order.reason)]
        + order.packages.map { Listing.Entry("\(Self.orderedKey)\($0)", $1.text) }
    }
    let packages = packages.map { Listing.Entry("\(Self.packageKey)\($0)", $1.text) }
    try AtomicFile.write(Listing(ground + packages + (order ?? [])).storedText, to: file, durable: false)
  }
}
