internal import BuildGraph
internal import Stamps

/// Verdicts, reasons and changes in words: the one place where they are phrased.
enum Wording {
  /// Why a target is out of date; what changed follows the colon, the first `limit` of it.
  static func text(_ reason: Reason, changes limit: Int = 3) -> String {
    switch reason {
    case .neverBuilt: "never built"
    case .forced: "forced"
    case .lastRunFailed(let why): why.hasPrefix("its last run ") ? why : "last run failed: \(why)"
    case .stampUnreadable(let error): "its stamp cannot be used: \(error)"
    case .outputMissing(let artifact): "output \(name(artifact)) is missing"
    case .outputAltered(let artifact, let changes):
      "output \(name(artifact)) was altered" + list(changes, limit)
    case .recipeChanged(let changes): "recipe changed" + list(changes, limit)
    case .inputChanged(let artifact, let changes): input(artifact, changes, limit)
    }
  }

  private static func input(_ artifact: Artifact, _ changes: [Change], _ limit: Int) -> String {
    guard let change = changes.first, changes.count == 1, change.item.isEmpty else {
      return "\(name(artifact)) changed" + list(changes, limit)
    }
    switch change.kind {
    case .removed: return "\(name(artifact)) is gone"
    case .added: return "\(name(artifact)) is there now"
    case .changed:
      guard let old = change.old, let new = change.new else { return "\(name(artifact)) changed" }
      return "\(name(artifact)): '\(old)' → '\(new)'"
    }
  }

  private static func list(_ changes: [Change], _ limit: Int) -> String {
    let shown = changes.filter { !$0.item.isEmpty }
    if shown.isEmpty { return "" }
    return ": " + shown.prefix(limit).map(text).joined(separator: ", ")
      + (shown.count > limit ? ", and \(shown.count - limit) more" : "")
  }

  private static func text(_ change: Change) -> String {
    let place = change.place.map { " (\($0))" } ?? ""
    switch change.kind {
    case .added: return "\(change.item) added" + place
    case .removed: return "\(change.item) removed" + place
    case .changed:
      guard let old = change.old, let new = change.new else { return "\(change.item) changed" + place }
      return "\(change.item) \(old) → \(new)" + place
    }
  }

  /// An artifact for a person: its path or name, with the kind where that is no path.
  static func name(_ artifact: Artifact) -> String {
    switch artifact.kind {
    case .value: "variable \(artifact.name)"
    case .environment: "environment variable \(artifact.name)"
    case .tool: "program \(artifact.name)"
    case .result: "target \(artifact.name)"
    case .installed: "packages in \(artifact.name)"
    default: artifact.name
    }
  }

  /// `0.4 s`, `41 s`, `1:41`, `1:02:07`.
  static func duration(_ nanoseconds: Int64) -> String {
    let tenths = (nanoseconds + 50_000_000) / 100_000_000
    if tenths < 100 { return "\(tenths / 10).\(tenths % 10) s" }
    let seconds = (nanoseconds + 500_000_000) / 1_000_000_000
    if seconds < 60 { return "\(seconds) s" }
    let two = { (number: Int64) in String(String(100 + number).dropFirst()) }
    if seconds < 3600 { return "\(seconds / 60):\(two(seconds % 60))" }
    return "\(seconds / 3600):\(two(seconds / 60 % 60)):\(two(seconds % 60))"
  }

  /// `1 target`, `2 targets`.
  static func count(_ number: Int, _ noun: String) -> String {
    "\(number) \(noun)\(number == 1 ? "" : "s")"
  }
}
