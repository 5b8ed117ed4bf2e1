package import EmergeOutput
import Stamps

/// What a stage that runs emerge would do with packages.
package struct StagePreview {
  /// One package and what becomes of it.
  package struct Change: Hashable {
    package enum Kind: String {
      case new
      case update
      case downgrade
      /// The same version anew.
      case rebuild
      /// Made into a binary package only.
      case build
      case remove
    }

    package enum Source: String {
      case ebuild
      case binary
    }

    package var kind: Kind
    /// `sysroot`, `rootfs`, or `host` for a build dependency that is made for it.
    package let root: String
    /// `category/name`.
    package let package: String
    package let version: String
    /// The version that was there, if it is another.
    package var oldVersion: String?
    /// `+pam`, `-tools`.
    package var flags: [String] = []
    /// Nil for a removal.
    package var source: Source?
    /// Why emerge would not have done it by itself.
    package var reason: String?
    /// Bytes to fetch.
    package var download = 0
    /// How long it took the last time; nil if it never was.
    package var seconds: Int?
  }

  package var changes: [Change] = []
  /// How many seconds each of the packages took the last time that a root made anew gets as it had them; nil for one
  /// that never was.
  package var unchanged: [Int?] = []
  /// The targets that run first and may change the answer.
  package let after: [String]
  /// Those of them of which it is not known, or not completely, what they do with packages.
  package var unknown: [String] = []
  /// The sections of targets files, `file:line`, that add commands to the recipe. What those do is not counted.
  package let added: [String]
  /// What emerge passes over or warns of.
  package var messages: [EmergeMessage] = []
  /// Why not all can be told.
  package var problem: String?

  init(after: [String], added: [String] = []) {
    self.after = after
    self.added = added
  }

  /// The preview of a target whose commands a section of a targets file gives.
  init(commandsOf place: String) {
    self.init(after: [])
    problem = "its commands are those of \(place), so what they would do with packages is not known"
  }

  /// Whether all that the target does with packages is told.
  var isComplete: Bool { problem == nil && added.isEmpty }

  package var download: Int { changes.reduce(0) { $0 + $1.download } }

  /// About how many seconds it will take with so many jobs, and whether some package's time is not known.
  package func time(jobs: Int) -> (seconds: Int, isAtLeast: Bool) {
    let work = changes.filter { $0.kind != .remove }.map(\.seconds) + unchanged
    let known = work.compactMap(\.self)
    let sum = known.reduce(0, +)
    return (max(known.max() ?? 0, (sum + jobs - 1) / max(1, jobs)), known.count < work.count)
  }
}
