import Platform
import Testing

@testable import PortageFiles
@testable import TextKit

/// What the dry run says would become of packages, in the words of `PackageChanges.between`.
struct ForeseenPackages {
  var sysroot: [String] = []
  var rootfs: [String] = []
  /// What may be built anew, by root.
  var possible: [String: Set<String>] = [:]
  /// The member `emerge` of each target that has one.
  var stages: [String: JSON] = [:]

  /// The reasons why not all can be told, by target.
  var problems: [String: String] { stages.compactMapValues { $0["problem"]?.text } }

  /// Whether all that was foreseen is among these changes of a root, and nothing that was not, or not as possible.
  func allow(_ changes: [String], in root: String) -> Bool {
    let sure = Set(root == "rootfs" ? rootfs : sysroot)
    return sure.isSubset(of: changes) && sure.union(possible[root] ?? []).isSuperset(of: changes)
  }

  func packages(of target: String) -> [JSON] { stages[target]?["packages"]?.elements ?? [] }
}

enum PackageChanges {
  /// `+` there now, `-` gone, `~` built anew.
  static func between(_ before: [String: Int64], _ after: [String: Int64]) -> [String] {
    Set(before.keys).union(after.keys).sorted().compactMap { name in
      switch (before[name], after[name]) {
      case (let old?, let new?): old == new ? nil : "~" + name
      case (nil, _): "+" + name
      case (_, nil): "-" + name
      }
    }
  }
}

extension ImageTree {
  /// What is installed in a root: each version and when it was built.
  func builds(in root: String) throws -> [String: Int64] {
    let builds = try PackageBuild.installed(in: build / root).map { ($0.versionedName, $0.time) }
    return Dictionary(uniqueKeysWithValues: builds)
  }

  /// Asks the dry run, and expects that it writes nothing.
  func foreseen(_ assignments: [String] = []) throws -> ForeseenPackages {
    let before = try listing()
    let preview = try sysbuild(assignments + ["-n", "--packages", "--json", "image"])
    try #require(preview.status == 0, "\(preview.output)")
    #expect(try listing() == before)
    let targets = try #require(JSONReader.value(of: preview.output.utf8)?["targets"]).elements
    var foreseen = ForeseenPackages()
    var found: [String: Set<String>] = [:]
    for target in targets {
      guard let stage = target["emerge"] else { continue }
      foreseen.stages[target["name"]?.text ?? ""] = stage
      for change in stage["packages"]?.elements ?? [] {
        Self.add(change, to: &found, possible: &foreseen.possible)
      }
    }
    let order = { (changes: Set<String>?) in (changes ?? []).sorted { $0.dropFirst() < $1.dropFirst() } }
    foreseen.sysroot = order(found["sysroot"])
    foreseen.rootfs = order(found["rootfs"])
    return foreseen
  }

  private static func add(
    _ change: JSON, to found: inout [String: Set<String>], possible: inout [String: Set<String>]
  ) {
    let root = change["root"]?.text ?? ""
    let name = change["name"]?.text ?? ""
    let version = "\(name)-\(change["version"]?.text ?? "")"
    switch change["change"]?.text {
    case "new": found[root, default: []].insert("+\(version)")
    case "remove": found[root, default: []].insert("-\(version)")
    case "update", "downgrade":
      found[root, default: []].formUnion(["+\(version)", "-\(name)-\(change["from"]?.text ?? "")"])
    case "rebuild":
      // Of one that is new, too: a later stage completes it.
      if found[root]?.contains("+\(version)") != true { found[root, default: []].insert("~\(version)") }
    case "may rebuild": possible[root, default: []].insert("~\(version)")
    case "build": break
    case let other: Issue.record("\(other ?? "nothing")")
    }
  }
}
