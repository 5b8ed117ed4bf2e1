import Platform

/// One path of a tree as the scan found it.
struct TreeEntry {
  /// The path from the tree's root; `.` is the root.
  let name: [UInt8]
  let status: FileStatus
  /// Empty unless the entry is a symbolic link.
  let linkTarget: [UInt8]
  /// The digest of the content or of a link's target; for a directory, of no bytes.
  var digest: Digest
  /// See `FileStatus.isRacy`.
  let isRacy: Bool

  /// The value of an entry in the tree's listing.
  static func value(
    kind: FileStatus.Kind, isExecutable: Bool, digest: Digest, linkTarget: [UInt8]
  ) -> [UInt8] {
    switch kind {
    case .directory: Array("dir".utf8)
    case .symbolicLink: Array("link ".utf8) + linkTarget
    default: Array((isExecutable ? "exec " : "file ").utf8) + Array(digest.hex.utf8)
    }
  }

  var value: [UInt8] {
    Self.value(
      kind: status.kind, isExecutable: status.isExecutable, digest: digest, linkTarget: linkTarget)
  }
}
