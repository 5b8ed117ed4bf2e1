import Platform
import TextKit

/// Files of an image that belong to others than root, where a user builds it who is not root.
package enum OtherOwners {
  package static let remedy =
    "for files of other users this user needs ids of its own: install newuidmap (uidmap on Debian, sys-apps/shadow on "
    + "Gentoo) and have root run 'usermod --add-subuids 100000-165535 --add-subgids 100000-165535 NAME', or build as root"

  /// Whether a command that prints this line could not give a file to another user for want of ids.
  package static func isRefusal(_ line: ArraySlice<UInt8>) -> Bool {
    MountNamespace.hasOneOwner
      && ["changing ownership of", "set the owner of"].contains { line.position(of: Array($0.utf8)) != nil }
      && line.position(of: Array("Invalid argument".utf8)) != nil
  }
}
