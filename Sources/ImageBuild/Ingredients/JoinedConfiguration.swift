import BuildSettings
import Platform
import PortageFiles

/// The configuration roots that a stage is told of by a path and its variable with the layers of the variant.
enum JoinedConfiguration {
  /// The variable's name. The layers stand in it with colons between them.
  static let variable = "SYSBUILD_LAYERS"

  /// - Parameters:
  ///   - path: of a root, or of the folder in which roots of this name are joined.
  ///   - source: the source tree.
  ///   - layers: the value of the variable; nil if the variant builds on none.
  static func layers(_ path: Path, in source: Path, _ layers: String?) -> ConfigurationLayers {
    guard let layers, !path.isInside(source / "profiles"), let name = path.lastComponent.string else {
      return ConfigurationLayers(path)
    }
    return VariantFolders(layers.split(separator: ":").map(String.init), in: source)
      .configuration(name, joinedIn: path.parent)
  }
}
