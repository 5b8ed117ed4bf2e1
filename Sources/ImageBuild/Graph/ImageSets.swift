import BuildGraph
import BuildSettings
import Platform
import Stamps

/// The package sets of an image.
struct ImageSets {
  /// Whether there is a set for an initramfs, which is not asked of every variant.
  let hasInitramfs: Bool

  init(_ settings: Settings) {
    let folders = [Path("sets")] + settings.layers.map { "sets" / Path($0) }
    hasInitramfs = folders.contains {
      settings.recorder.exists(settings.locations.source / $0 / "initramfs.packages")
    }
  }

  var names: [String] {
    ["base", "build", "skeleton", "install", "installonly"] + (hasInitramfs ? ["initramfs"] : [])
  }
}
