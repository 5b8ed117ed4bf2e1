import PortageFiles
import TextKit

/// The differences between the packages of two images, as a table or as JSON.
package struct PackageComparison {
  /// The files that the two lists were read from.
  let old: String
  let new: String
  let differences: PackageDifferences

  package init(old: String, new: String, differences: PackageDifferences) {
    self.old = old
    self.new = new
    self.differences = differences
  }

  /// - Parameter bySize: whether to sort by growth, the largest first, instead of by name.
  package func text(bySize: Bool, width: Int?) -> String {
    var shown = differences.pairs.filter { !changes($0).isEmpty }
    let same = differences.pairs.count - shown.count
    if shown.isEmpty {
      return "no difference: \(Quantity.count(same, "package")), \(Quantity.size(differences.newSize))\n"
    }
    if bySize { shown.sort { ($1.growth, $0.package) < ($0.growth, $1.package) } }
    let added = shown.count { if case .added = $0 { true } else { false } }
    let removed = shown.count { if case .removed = $0 { true } else { false } }
    let rows = shown.map { pair in
      [pair.package.package, size(pair), Quantity.growth(pair.growth), changes(pair).joined(separator: ", ")]
    }
    let total = [
      "total", Quantity.size(differences.newSize), Quantity.growth(differences.growth, none: "none"),
      "\(added) added, \(removed) removed, \(shown.count - added - removed) changed, \(same) the same",
    ]
    return Table(["package", "size", "difference", "change"], rows + [total]).text(width: width)
  }

  /// The differences as JSON, sorted by name.
  package var json: String {
    var added: [JSON] = []
    var removed: [JSON] = []
    var changed: [JSON] = []
    for pair in differences.pairs {
      switch pair {
      case .added(let package): added.append(package.json)
      case .removed(let package): removed.append(package.json)
      case .kept(let old, let new):
        if old != new { changed.append(["name": .string(new.package), "from": old.json, "to": new.json]) }
      }
    }
    let same = differences.pairs.count - added.count - removed.count - changed.count
    let object: JSON = [
      "version": 1, "from": ["file": .string(old), "size": .integer(differences.oldSize)],
      "to": ["file": .string(new), "size": .integer(differences.newSize)], "added": .array(added),
      "removed": .array(removed), "changed": .array(changed), "same": .integer(same),
    ]
    return object.pretty + "\n"
  }

  private func size(_ pair: PackageDifferences.Pair) -> String {
    if case .removed = pair { "" } else { Quantity.size(pair.newSize) }
  }

  /// The change of a package, such as `added 1.2`, or each part that differs; empty if none does.
  package func changes(_ pair: PackageDifferences.Pair) -> [String] {
    switch pair {
    case .added(let package): ["added \(package.version)"]
    case .removed(let package): ["removed \(package.version)"]
    case .kept(let old, let new): changes(old, new)
    }
  }

  private func changes(_ old: PackageEntry, _ new: PackageEntry) -> [String] {
    var changes: [String] = []
    let note = { (what: String, old: String, new: String) in
      if old != new { changes.append("\(what)\(old.isEmpty ? "none" : old) → \(new.isEmpty ? "none" : new)") }
    }
    note("", old.version, new.version)
    let flags =
      new.use.filter { !old.use.contains($0) }.map { "+\($0)" }
      + old.use.filter { !new.use.contains($0) }.map { "-\($0)" }
    if !flags.isEmpty { changes.append("USE \(flags.joined(separator: " "))") }
    note("slot ", old.slot, new.slot)
    note("licence ", old.license, new.license)
    note("repository ", old.repository, new.repository)
    if changes.isEmpty, old.size != new.size { changes.append("only its size") }
    return changes
  }
}
