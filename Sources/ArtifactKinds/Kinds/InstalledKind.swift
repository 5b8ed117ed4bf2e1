import BuildGraph
import Platform
import PortageFiles
package import Stamps

/// `installed:PATH`: the packages installed in a Portage root, each with the values that identify its build.
struct InstalledKind: ArtifactKind {
  let declaration = ArtifactDeclaration(.installed, takesPath: true, mayBeOutput: true)

  func read(_ node: Graph.ArtifactNode, in context: ObservationContext) throws -> DetailedObservation? {
    guard let path = node.path else { return nil }
    let installed = try InstalledPackages(root: path, recorder: context.recorder)
    if installed.packages.isEmpty, !context.recorder.exists(path) { return nil }
    return observation(of: installed.listing)
  }

  func isAffected(by file: Place, _ node: Graph.ArtifactNode, in context: FileUseContext) throws -> Bool {
    guard let path = node.path else { return false }
    let database = try context.place(InstalledPackages.database(of: path))
    let keys = try context.place(BuildKeys.file(of: path))
    return file.holds(database) || !file.ways(from: database).isEmpty || file.holds(keys)
  }

  /// Empty, because users do not name files of the database.
  func files(of node: Graph.ArtifactNode, in context: FileUseContext) -> [Path] { [] }

  func name(of artifact: Artifact) -> String { "packages in \(artifact.name)" }

  /// `app-misc/leaf-1 rebuilt: USE +colour`. When it was built, and as which build, is for the comparison alone.
  func text(of change: Change) -> String? {
    guard let old = change.old.flatMap({ InstalledBuild(parsing: $0) }),
      let new = change.new.flatMap({ InstalledBuild(parsing: $0) })
    else { return nil }
    let differences = new.differences(since: old)
    return "\(change.item) rebuilt" + (differences.isEmpty ? "" : ": \(differences)")
  }

  var isPlural: Bool { true }
}

extension Artifact.Kind {
  package static let installed = Self(rawValue: "installed")
}
