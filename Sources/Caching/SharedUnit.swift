import BuildGraph
package import Platform
import Stamps

/// Targets whose results a cache keeps together, since they work in the same folders of O.
package struct SharedUnit: Sendable {
  package let name: String
  /// In the order in which they run.
  package let targets: [String]
  /// What they make, relative to O, besides outputs that are single files. One that is missing is left out.
  package let folders: [Path]
  /// Whether a target of it that is made anew begins with what it made the last time. Then the newest result of the
  /// variant is worth having even if it was made of something else.
  package let beginsWithLast: Bool
  /// A file of O, relative to it, that says which parts of a repository count (`repository:NAME`). The targets find that
  /// out themselves.
  package let narrowing: Path?
  /// A command, as in a recipe, that fails on a machine on which what is kept is not enough.
  package let check: String?

  package init(
    _ name: String, targets: [String], folders: [Path] = [], beginsWithLast: Bool = false,
    narrowing: Path? = nil, check: String? = nil
  ) {
    self.name = name
    self.targets = targets
    self.folders = folders
    self.beginsWithLast = beginsWithLast
    self.narrowing = narrowing
    self.check = check
  }
}

extension Graph {
  /// The units of its targets: those in `declared`, and one for each other target that makes something, each behind
  /// those that it needs.
  func units(_ declared: [SharedUnit]) -> [SharedUnit] {
    let known = declared.filter { $0.targets.contains { id(of: $0) != nil } }
    let inUnit = Set(known.flatMap(\.targets))
    let others = nodes.filter { !$0.isAlias && !inUnit.contains($0.name) }.compactMap(unit)
    let places = Dictionary(nodes.enumerated().map { ($1.name, $0) }) { first, _ in first }
    func place(_ unit: SharedUnit) -> Int { unit.targets.compactMap { places[$0] }.max() ?? 0 }
    return (known + others).sorted { place($0) < place($1) }
  }

  /// A target by itself; nil if it makes something that no archive of folders of O has.
  private func unit(_ node: Node) -> SharedUnit? {
    let others = node.outputs.map { self[$0] }.filter { $0.artifact.kind != .file }
    let folders = others.compactMap { $0.path?.relative(to: locations.build) }
    if node.outputs.isEmpty || folders.count < others.count { return nil }
    if others.contains(where: { $0.artifact.kind == .sources }) { return nil }
    return SharedUnit(node.name, targets: [node.name], folders: folders)
  }

  /// The targets of a unit that are in this graph.
  func members(of unit: SharedUnit) -> [TargetID] { unit.targets.compactMap { id(of: $0) } }

  /// What targets make.
  func made(_ members: [TargetID]) -> Set<Artifact> {
    Set(members.flatMap { self[$0].outputs }.map { self[$0].artifact })
  }

  /// The trees in O that targets behind these make.
  func trees(behind members: [TargetID]) -> [ArtifactID] {
    closure(of: members).filter { !members.contains($0) }.flatMap { self[$0].outputs }
      .filter { self[$0].artifact.kind == .tree && self[$0].isMade }
  }
}
