import Platform

/// One path of a tree as the scan found it.
struct TreeEntry {
  /// The path from the tree's root; `.` is the root.
  let name: [UInt8]
  let status: FileStatus
  /// Empty unless the entry is a symbolic link.
  let linkTarget: [UInt8]
  /// Of the content; of a link's target, and of nothing for a directory.
  var digest: Digest
  /// Whether a change after the scan might leave this very status behind.
  let isRacy: Bool

  /// What the tree's listing says of an entry.
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
