import BuildSettings

/// The folders of a variant and of those that it builds on, as the recipes of the image graph name them.
struct RecipeFolders {
  /// A configuration root of the variant.
  struct Configuration {
    let input: String
    /// Where Portage reads it.
    let place: String
    /// Where a link in O finds it, relative to O: the same wherever the source tree is.
    let placeInBuild: String
    /// What makes it a folder of links to those of several variants; empty if only one has it.
    var join: [StageStep] = []
    var outputs: [String] = []
    var environment: [String] = []

    var isJoined: Bool { !join.isEmpty }
    var linked: String { "${O}/\(placeInBuild)" }
  }

  private let folders: VariantFolders

  init(_ folders: VariantFolders) { self.folders = folders }

  /// The paths of a file or folder of this name, in the order of the variants.
  func files(_ name: String) -> [String] { folders.all(name).map(text) }

  /// The same for one that need not be there.
  func filesIfAny(_ name: String) -> [String] { folders.existing(name).map(text) }

  func configuration(_ name: String) -> Configuration {
    let paths = folders.all(name)
    guard paths.count > 1 else {
      let path = text(paths.last ?? "")
      return Configuration(
        input: "config:\(path)", place: "${SOURCE}/\(path)", placeInBuild: "\(SourceLink.name)/\(path)")
    }
    let placeInBuild = "\(Settings.joinedConfigurations)/\(name)"
    let place = "${O}/\(placeInBuild)"
    return Configuration(
      input: "config:profiles/${VARIANT}/\(name)", place: place, placeInBuild: placeInBuild,
      join: [.command("sysbuild helper join-configuration \(place)")], outputs: ["tree:\(place)"],
      environment: StageEnvironment.layers(folders))
  }

  /// The name of the variant that is built may have characters that a command would read otherwise.
  private func text(_ path: String) -> String {
    let own = "profiles/\(folders.layers.last ?? "")/"
    return path.hasPrefix(own) ? "profiles/${VARIANT}/\(path.dropFirst(own.count))" : path
  }
}
