public import Platform
public import Stamps

/// A folder that holds `etc/portage/`, with the profiles that its `make.profile` reaches. Its listing has an
/// entry for each item that Portage reads. Two listings differ if a build could differ.
///
/// Packages, and of repositories all but their profiles, are not read: a repository's own files (ebuilds, eclasses,
/// profiles/package.mask, …) are an input of their own. Keys begin with the folder's own name, so that
/// `profiles/demo/target` and a copy of it elsewhere have one digest; places are paths as a user writes them.
public struct ConfigurationRoot {
  /// Where it is, and what it is made of.
  public let layers: ConfigurationLayers
  public let sourceTree: Path
  /// For `REPOSITORY:PROFILE` in parent files.
  public let repositories: Repositories
  public var recorder = ReadRecorder()

  public init(
    _ layers: ConfigurationLayers, sourceTree: Path, repositories: Repositories,
    recorder: ReadRecorder = ReadRecorder()
  ) {
    self.layers = layers
    self.sourceTree = sourceTree
    self.repositories = repositories
    self.recorder = recorder
  }

  /// A root that stands for itself.
  public init(
    path: Path, sourceTree: Path, repositories: Repositories, recorder: ReadRecorder = ReadRecorder()
  ) {
    self.init(
      ConfigurationLayers(path), sourceTree: sourceTree, repositories: repositories, recorder: recorder)
  }

  /// What one reading of a root finds.
  public struct Reading {
    public let listing: Listing
    /// The profiles' folders in Portage's order, `etc/portage/profile` last if there is one.
    public let profiles: [Path]
    /// What packages are built from and Portage does not compare.
    public let ingredients: [ConfigurationIngredient]
    /// The variables that make.defaults and make.conf set, by name.
    public let variables: [String: ConfigurationVariables.Value]
    /// Those of them that bash scripts use.
    public let usedByScripts: Set<String>
    /// The packages for which bash scripts of the configuration run, in each phase.
    public let scripts: [ConfigurationIngredient.Scope]
  }

  /// - Throws: `SourceError` for a root without `etc/portage`, a profile or parent that is missing, a
  ///   circle, and what is neither file nor folder.
  public func read() throws -> Reading {
    let reader = try SourceReader(
      sourceTree: sourceTree, repositories: repositories.folders, recorder: recorder)
    try layers.mount(in: reader)
    var walk = ConfigurationWalk(root: layers.path.normalized, reader: reader, repositories: repositories)
    try walk.readAll()
    return Reading(
      listing: Listing(walk.entries), profiles: walk.profiles, ingredients: walk.ingredients,
      variables: walk.variables.values, usedByScripts: walk.usedByScripts,
      scripts: walk.scripts.map(\.scope))
  }

  public func listing() throws -> Listing { try read().listing }
}
