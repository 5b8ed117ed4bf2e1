import Platform
import Stamps

/// A place that keeps values under keys, and contents under their SHA-256, for all builds that reach it.
protocol CacheStore: Sendable {
  /// The value of a key; nil if there is none.
  func value(of key: Digest) throws -> [UInt8]?
  /// Replaces the value of a key.
  func setValue(_ bytes: [UInt8], of key: Digest) throws
  /// Whether there is a content of this digest.
  func has(_ digest: Digest) throws -> Bool
  /// Copies a content to a file, which is as it is there: whoever reads it has to compare the digest.
  ///
  /// - Returns: whether there is one.
  func copy(_ digest: Digest, to file: Path) throws -> Bool
  /// Keeps the content of a file.
  func keep(_ file: Path, as digest: Digest) throws
}

/// The largest value of a key, in bytes. It has the stamps of a stage, and no files of an image.
let largestValue = 64 << 20
