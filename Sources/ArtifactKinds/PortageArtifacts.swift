import BuildGraph
package import BuildSettings
package import Platform
package import PortageFiles
package import Stamps

extension Artifact.Kind {
  /// A package-set file, with its includes and the variant's additions: its atoms.
  package static let set = Self(rawValue: "set")
  /// A configuration root: its `etc/portage`, and every profile that its `make.profile` reaches.
  package static let configuration = Self(rawValue: "config")
  /// A Portage root: the installed packages with their build ids.
  package static let installed = Self(rawValue: "installed")
}

/// The kinds of artifact that Portage defines, each read as a listing.
package struct PortageArtifacts {
  private let settings: Settings
  private let witness: Witness

  package init(_ settings: Settings, witness: Witness) {
    self.settings = settings
    self.witness = witness
  }

  /// What the artifact consists of, or nil if it is missing.
  func listing(_ artifact: Artifact, _ path: Path) throws -> Listing? {
    let source = settings.locations.source
    switch artifact.kind {
    case .set: return try set(path).listing
    case .configuration:
      return try ConfigurationRoot(
        path: path, sourceTree: source, repositories: repositories, witness: witness
      ).listing()
    default:
      let installed = try InstalledPackages(root: path, witness: witness)
      return installed.packages.isEmpty && !witness.exists(path) ? nil : installed.listing
    }
  }

  /// The set that an artifact's path names: `build` for `sets/build.packages`.
  package func set(_ path: Path) throws -> PackageSet {
    let file = "\(path.lastComponent)"
    let name = file.hasSuffix(".packages") ? String(file.dropLast(".packages".count)) : file
    return try PackageSet(
      named: name, in: settings.locations.source, variant: settings.variant, witness: witness)
  }

  /// The repositories that the `parent` files of profiles may name.
  private var repositories: [String: Path] {
    guard let name = settings.variables["REPOSITORY_NAME"]?.value,
      let repository = settings.variables["REPOSITORY"]?.value
    else { return [:] }
    return [name: settings.locations.path(of: repository)]
  }
}
