import BuildGraph
package import Platform
package import PortageFiles
package import Stamps

/// Where a variant has its files: in its own folder of `profiles`, and in those of the variants that it builds on.
package struct VariantFolders {
  /// The variant, after those that it builds on.
  package let layers: [String]
  private let source: Path
  private let recorder: ReadRecorder

  /// - Parameter source: the source tree.
  package init(_ layers: [String], in source: Path, _ recorder: ReadRecorder = ReadRecorder()) {
    self.layers = layers
    self.source = source
    self.recorder = recorder
  }

  package init(_ settings: Settings) {
    self.init(settings.layers, in: settings.locations.source, settings.recorder)
  }

  /// The paths at which the layers have a file or folder of this name, relative to the source tree and in the order of
  /// the layers.
  package func existing(_ name: String) -> [String] {
    layers.map { "profiles/\($0)/\(name)" }.filter { recorder.exists(source / $0) }
  }

  /// The same, or the variant's own path if none has one.
  package func all(_ name: String) -> [String] {
    let found = existing(name)
    return found.isEmpty ? layers.suffix(1).map { "profiles/\($0)/\(name)" } : found
  }

  /// The last of them.
  package func nearest(_ name: String) -> String { all(name).last ?? "" }

  /// A configuration root. If several layers have one, Portage reads it as `folder/name`.
  ///
  /// - Parameter folder: absolute.
  package func configuration(_ name: String, joinedIn folder: Path) -> ConfigurationLayers {
    let roots = all(name).map { source / $0 }
    return ConfigurationLayers(path: roots.count > 1 ? folder / name : roots.last ?? source, roots: roots)
  }
}

extension Settings {
  /// The folder of O in which configuration roots of several layers are joined.
  package static let joinedConfigurations: Path = "configuration"

  /// The configuration root of the variant, or any other, at `path`.
  package func configuration(at path: Path, _ recorder: ReadRecorder) -> ConfigurationLayers {
    let own = path.parent == locations.source / "profiles" / (variant ?? "")
    guard variant != nil, own, let name = path.lastComponent.string else { return ConfigurationLayers(path) }
    return VariantFolders(layers, in: locations.source, recorder)
      .configuration(name, joinedIn: locations.build / Self.joinedConfigurations)
  }
}
