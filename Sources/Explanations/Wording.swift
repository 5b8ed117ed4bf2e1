import ArtifactKinds
package import BuildGraph
package import Stamps
import TextKit

/// The wording of verdicts, reasons and changes; no other file phrases them.
package enum Wording {
  /// The number of characters that a value may have to be shown in full. If it is longer, only the part around
  /// the difference is shown.
  static let valueWidth = 48

  /// The reason why a target is out of date, on one line. After a colon follow the changes, at most `limit` of
  /// them.
  ///
  /// - Parameter width: see `valueWidth`; nil for values as they are.
  package static func text(_ reason: Reason, changes limit: Int = 3, width: Int? = valueWidth) -> String {
    let (head, changes) = parts(reason, width: width)
    if changes.isEmpty { return head }
    return "\(head): " + changes.prefix(limit).joined(separator: ", ")
      + (changes.count > limit ? ", and \(changes.count - limit) more" : "")
  }

  /// A reason, and separately each of its changes, if it has any that say more than the reason.
  package static func parts(_ reason: Reason, width: Int? = valueWidth) -> (head: String, changes: [String]) {
    switch reason {
    case .neverBuilt: ("never built", [])
    case .forced: ("forced", [])
    case .lastRunFailed(let why): (why.hasPrefix("its last run ") ? why : "last run failed: \(why)", [])
    case .elsewhere: ("another build made it of the same inputs", [])
    case .stampUnreadable(let error): ("its stamp cannot be used: \(error)", [])
    case .assumed(let artifact): ("\(name(artifact)) \(isOrAre(artifact)) assumed to have changed", [])
    case .outputMissing(let artifact): ("output \(name(artifact)) \(isOrAre(artifact)) missing", [])
    case .outputAltered(let artifact, let changes):
      ("output \(name(artifact)) was altered", list(changes, of: artifact, width))
    case .recipeChanged(let changes): ("recipe changed", list(changes, width))
    case .inputChanged(let artifact, let changes): input(artifact, changes, width)
    }
  }

  private static func input(
    _ artifact: Artifact, _ changes: [Change], _ width: Int?
  ) -> (head: String, changes: [String]) {
    let name = name(artifact)
    guard let change = changes.first, changes.count == 1, change.item.isEmpty else {
      return ("\(name) changed", list(changes, of: artifact, width))
    }
    switch change.kind {
    case .removed: return ("\(name) \(isOrAre(artifact)) gone", [])
    case .added: return ("\(name) \(isOrAre(artifact)) there now", [])
    case .changed:
      guard let (old, new) = values(change, width) else { return ("\(name) changed", []) }
      return ("\(name): '\(old)' → '\(new)'", [])
    }
  }

  private static func list(_ changes: [Change], of artifact: Artifact? = nil, _ width: Int?) -> [String] {
    // A single change without an item says no more than the heading.
    if changes.count == 1, changes[0].item.isEmpty { return [] }
    let kind = artifact.flatMap { ArtifactKinds[$0.kind] }
    return changes.map { kind?.text(of: $0) ?? text($0, width: width) }
  }

  /// A change on one line: `sys-apps/dash added (sets/build.packages:2)`, `CFLAGS: -O2 → -O3`.
  package static func text(_ change: Change, width: Int? = valueWidth) -> String {
    let place = change.place.map { " (\($0))" } ?? ""
    let whole = change.item.isEmpty ? "content" : item(change)
    let item = width.map { Excerpt.of(whole, width: 2 * $0) } ?? whole
    switch change.kind {
    case .added: return "\(item) added" + place
    case .removed: return "\(item) removed" + place
    case .changed:
      guard let (old, new) = values(change, width) else { return "\(item) changed" + place }
      return "\(item): \(old) → \(new)" + place
    }
  }

  /// The item of a change. The name of an entry in a configuration root begins with its file:
  /// `root/etc/portage/package.use/x: cat/pkg flag`. The file is left out if the place of the change names it.
  private static func item(_ change: Change) -> String {
    guard let place = change.place, let end = change.item.firstRange(of: ": ") else { return change.item }
    let file = SourcePlace(parsing: place).file
    return file.hasSuffix(change.item[..<end.lowerBound]) ? String(change.item[end.upperBound...]) : change.item
  }

  private static func values(_ change: Change, _ width: Int?) -> (old: String, new: String)? {
    guard let old = change.old, let new = change.new else { return nil }
    return width.map { Excerpt.of(old, new, width: $0) } ?? (old, new)
  }

  private static func isOrAre(_ artifact: Artifact) -> String {
    ArtifactKinds[artifact.kind]?.isPlural == true ? "are" : "is"
  }

  /// The name of an artifact for a person: its path, or its name with its kind in front.
  package static func name(_ artifact: Artifact) -> String {
    ArtifactKinds[artifact.kind]?.name(of: artifact) ?? artifact.name
  }
}
