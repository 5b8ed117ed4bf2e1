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
      /// The same version again.
      case rebuild
      /// The same if the interface of a package that it is built against changes.
      case mayRebuild = "may rebuild"
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
    /// The name as `category/name`.
    package let package: String
    package let version: String
    /// The version that is installed now, if it is another one.
    package var oldVersion: String?
    /// The USE flags that change, such as `+pam` and `-tools`.
    package var flags: [String] = []
    /// Nil for a removal.
    package var source: Source?
    /// The reason, if emerge would not have done it by itself.
    package var reason: String?
    /// The number of bytes to fetch.
    package var download = 0
    /// How many seconds it took the last time; nil if that is not known.
    package var seconds: Double?
  }

  package var changes: [Change] = []
  /// How many packages a root keeps as they are.
  package var kept = 0
  /// The packages that are merged again as they are: how many seconds the last merge of each took; nil if that is not
  /// known.
  package var again: [Double?] = []
  /// Why a root is made from nothing; nil if it begins as the last one, or is none.
  package var fromNothing: String?
  /// Whether packages are merged one after the other, whatever the number of jobs.
  package var isInOrder = false
  /// The seconds that the stage takes beside its packages.
  package var fixed = 0.0
  /// The targets that run first and may change the answer.
  package var after: [String] = []
  /// The targets of `after` whose package changes are not known, or not completely.
  package var unknown: [String] = []
  /// The sections of targets files, `file:line`, that add commands to the recipe. Their effect is not known.
  package let added: [String]
  /// What is to be said instead of changes, if there are none.
  package var remark: String?
  /// What emerge ignores or warns about.
  package var messages: [EmergeMessage] = []
  /// The reason why the changes are not known, or not all of them.
  package var problem: String?

  init(added: [String] = []) {
    self.added = added
  }

  /// The preview of a target whose commands a section of a targets file gives.
  init(commandsOf place: String) {
    self.init()
    problem = "its commands are those of \(place), so what they would do with packages is not known"
  }

  /// Whether all that the target does with packages is told.
  var isComplete: Bool { problem == nil && added.isEmpty }

  package var download: Int { changes.reduce(0) { $0 + $1.download } }

  /// An estimate of the time in seconds with this number of jobs, and whether it leaves out packages whose time is not
  /// known. It is a range if packages may have to be built anew.
  package func time(jobs: Int) -> (seconds: ClosedRange<Double>, isAtLeast: Bool) {
    let sure = changes.filter { $0.kind != .remove && !($0.kind == .mayRebuild && $0.source == .ebuild) }
    let least = sure.map(\.seconds) + again
    let most = least + changes.filter { $0.kind == .mayRebuild && $0.source == .ebuild }.map(\.seconds)
    func time(_ work: [Double?]) -> Double {
      let known = work.compactMap(\.self)
      return fixed + max(known.max() ?? 0, known.reduce(0, +) / Double(isInOrder ? 1 : max(1, jobs)))
    }
    return (time(least)...time(most), most.contains(nil))
  }
}
